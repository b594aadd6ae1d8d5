"""Places in an answer's template: what may stand in braces, and what is filled in.

A place has a Chinese and an English name, and either holds in a text of any language:
``{受理编号}`` and ``{receipt number}`` are the same. What begins with ``填写：`` or
``fill in:`` asks the writer for words of their own. Whatever is still in braces was
not filled, and keeps an answer from being sent. The wide braces of a Chinese keyboard
are braces, too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final


class Place(StrEnum):
    """What a template may leave to be filled in."""

    SALUTATION = "salutation"
    """How the citizen is addressed; without a name it is the polite form alone."""

    RECEIPT_NUMBER = "receipt_number"
    ITEM = "item"
    """The heading of the item that the case is about."""

    OFFICE = "office"
    DUE_DATE = "due_date"
    MY_NAME = "my_name"
    DATE = "date"


NAMES: Final[Mapping[Place, tuple[str, str]]] = {
    Place.SALUTATION: ("称呼", "salutation"),
    Place.RECEIPT_NUMBER: ("受理编号", "receipt number"),
    Place.ITEM: ("事项", "item"),
    Place.OFFICE: ("承办单位", "office"),
    Place.DUE_DATE: ("办理期限", "due date"),
    Place.MY_NAME: ("经办人", "my name"),
    Place.DATE: ("日期", "date"),
}
"""What each is called, in Chinese and in English."""

_KNOWN: Final = {name: place for place, names in NAMES.items() for name in names}
_BRACES: Final = re.compile(r"[{｛]([^{}｛｝\n]{1,200})[}｝]")
_ASKS: Final = re.compile(r"\s*(?:填写|fill in)\s*[:：]\s*\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A place that there is not."""

    place: str
    nearest: str
    """The one that was probably meant; empty: none is near."""


def fill(text: str, facts: Mapping[Place, str | None]) -> str:
    """Return ``text`` with its places filled; one without a fact stands as it was."""

    def one(match: re.Match[str]) -> str:
        place = _place(match[1])
        fact = facts.get(place) if place else None
        return fact or match[0]

    return _BRACES.sub(one, text)


def asked(text: str) -> frozenset[Place]:
    """Return the places that ``text`` has."""
    found = (_place(name) for name in _BRACES.findall(text))
    return frozenset(place for place in found if place)


def unfilled(text: str) -> list[str]:
    """Return what is still to be filled in, as it stands there, each once."""
    return list(dict.fromkeys(
        match[0] for match in _BRACES.finditer(text)
        if _place(match[1]) or _ASKS.match(match[1])
    ))  # fmt: skip


def unknown(text: str) -> list[Unknown]:
    """Return the places in ``text`` that nobody could fill, each once."""
    found = {
        match[0]: _nearest(match[1])
        for match in _BRACES.finditer(text)
        if not _place(match[1]) and not _ASKS.match(match[1])
    }
    return [Unknown(place, nearest) for place, nearest in found.items()]


def _place(name: str) -> Place | None:
    return _KNOWN.get(_folded(name))


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()


def _nearest(name: str) -> str:
    near = get_close_matches(_folded(name), _KNOWN, n=1, cutoff=0.5)
    return f"{{{near[0]}}}" if near else ""
