"""Cursors: the place of a row, as it stands in the address of the page beside it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from app.errors import InvalidInput
from app.services.paging import Page, Place, Turn

_CURSOR: Final = re.compile(r"(?:(\d{1,17})\.)?([0-7]?[0-9a-f]{1,15})", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


class BadCursor(InvalidInput):
    """An address names a place in a list in a way that we never do."""

    code = "bad_cursor"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("this is no place in the list")


def cursor(place: Place) -> str:
    """Return ``place`` as part of an address: `[MICROSECONDS.]KEY`."""
    key = f"{place.key:x}"
    return key if place.at is None else f"{(place.at - _EPOCH) // _TICK}.{key}"


def parse_cursor(text: str, *, timed: bool) -> Place:
    """Return the place that ``text`` names; ``timed`` orders go by a moment.

    Raises:
        BadCursor: `cursor` never wrote that.
    """
    match = _CURSOR.fullmatch(text)
    if match is None or (match[1] is not None) != timed:
        raise BadCursor
    key = int(match[2], 16)
    return Place(key=key, at=_EPOCH + int(match[1]) * _TICK if timed else None)


def parse_turn(*, after: str, before: str, timed: bool) -> Turn:
    """Return which page the two parts of an address ask for; both empty: the first.

    Raises:
        BadCursor: They name no place.
    """
    if before:
        return Turn(before=parse_cursor(before, timed=timed))
    if after:
        return Turn(after=parse_cursor(after, timed=timed))
    return Turn()


def neighbours_of(found: Page[Any], asked: Mapping[str, str]) -> dict[str, str | None]:
    """Return the queries of the pages beside one; None: there is none."""
    sides = {"before": found.before, "after": found.after}
    return {
        side: urlencode({**asked, side: cursor(place)}) if place else None
        for side, place in sides.items()
    }
