"""Days as people write them in lists."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.errors import InvalidInput

NOON: Final = 12
"""The hour of a day that says no more: in no zone of the country another day."""

_DAY: Final = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[T\s]*(?P<half>上午|下午)?\s*(?P<hour>\d{1,2})\s*[:时点]\s*"
    r"(?P<minute>\d{1,2})\s*分?"
    r"(?:\s*:?\s*\d{1,2}(?:\.\d+)?\s*秒?)?)?"
)
_COUNTED: Final = re.compile(r"(?P<days>[3-9][0-9]{4})(?:\.[0-9]+)?")
_FIRST: Final = date(1899, 12, 30)
"""Spreadsheets count days from here; so says a cell that is formatted as a number."""

_RUN: Final = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")


def moment_of(text: str, *, zone: ZoneInfo) -> datetime:
    """Return the moment that ``text`` names, of a day alone its noon.

    Raises:
        InvalidInput: It names none.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if counted := _COUNTED.fullmatch(plain):
        day = _FIRST + timedelta(days=int(counted["days"]))
        return datetime(day.year, day.month, day.day, NOON, tzinfo=zone)
    found = _DAY.fullmatch(plain) or _RUN.fullmatch(plain)
    if found is None:
        raise InvalidInput("this is no day", code="bad_day")
    parts = found.groupdict()
    try:
        return datetime(
            int(parts["year"]), int(parts["month"]), int(parts["day"]),
            _hour(parts), int(parts.get("minute") or 0), tzinfo=zone,
        )  # fmt: skip
    except ValueError:
        raise InvalidInput("there is no such day", code="bad_day") from None


def _hour(parts: Mapping[str, str | None]) -> int:
    hour = int(parts.get("hour") or NOON)
    if parts.get("half") == "下午" and hour < NOON:
        return hour + NOON
    return hour
