"""Moments: when a letter from an archive came, as far as it tells.

The last mail system that took it wrote so at its head, and that was ours or the one
that we trusted with our letters; what stands below is whatever others wrote.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Nobody has an older letter; a clock that was never set says 1970."""

_MOST_HEAD: Final = 2**18
"""Bytes of a letter in which its head is looked for."""

_HEAD_ENDS: Final = re.compile(rb"\n\r?\n")
_FIELD: Final = rb"^%s[ \t]*:((?:[^\n]*+\n?)(?:[ \t][^\n]*+\n?)*+)"
_RECEIVED: Final = re.compile(_FIELD % b"received", re.IGNORECASE | re.MULTILINE)
_DATE: Final = re.compile(_FIELD % b"date", re.IGNORECASE | re.MULTILINE)
_SEPARATOR: Final = re.compile(
    rb"From [^\n]*?((?:[A-Z][a-z]{2} +)?[A-Z][a-z]{2} +\d[^\n]*)"
)


def moment_of_receipt(content: bytes, *, separator: bytes, now: datetime) -> datetime:
    """Return when a letter came: no later than ``now``, which it is if nothing tells.

    Its first ``Received`` field tells, else the line that stands before it in an mbox
    (``separator``, RFC 4155: UTC), else its writer's ``Date``.
    """
    for written in _written(content, separator):
        moment = _parsed(written)
        if moment is not None and EARLIEST <= moment <= now:
            return moment
    return now


def _written(content: bytes, separator: bytes) -> Iterator[bytes]:
    end = _HEAD_ENDS.search(content, 0, _MOST_HEAD)
    head = content[: end.start() + 1 if end else _MOST_HEAD]
    received, date = _RECEIVED.search(head), _DATE.search(head)
    if received:
        yield received[1].rpartition(b";")[2]
    if line := _SEPARATOR.match(separator):
        yield line[1]
    if date:
        yield date[1]


def _parsed(written: bytes) -> datetime | None:
    """Return the moment that ``written`` names, in UTC; None: it names none."""
    try:
        moment = parsedate_to_datetime(
            " ".join(written.decode("ascii", "replace").split())
        )
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
