"""Dates as they are printed; a damaged one is never repaired."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.outline.numerals import any_value

_ZEROS: Final = "〇○零０0OoОоΟ"
_CHINESE_DIGITS: Final = "一二三四五六七八九"
CHINESE_YEAR: Final = f"[一二][{_ZEROS}九][{_ZEROS}{_CHINESE_DIGITS}]{{2}}"
_CHINESE_DAY: Final = "[一二三四五六七八九十]{1,3}"

_WESTERN = re.compile(
    "(?P<year>(?:19|20)[0-9]{2})"
    "(?:年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]"
    "|(?P<sep>[-./])(?P<month2>[0-9]{1,2})(?P=sep)(?P<day2>[0-9]{1,2}))(?![0-9])"
)
_CHINESE = re.compile(
    f"(?P<year>{CHINESE_YEAR})年(?P<month>{_CHINESE_DAY})月(?P<day>{_CHINESE_DAY})[日号]"
)
_WITHOUT_DAY = re.compile(f"(?:(?:19|20)[0-9]{{2}}|{CHINESE_YEAR})年(?:.{{1,3}}月)?")
_DAMAGED_LINE = re.compile(
    "(?:19|20)[0-9]{2}[-./0-9年月日号]{0,8}"
    f"|[一二][{_ZEROS}九][{_ZEROS}{_CHINESE_DIGITS}十年月日]{{3,9}}"
)
DAMAGED: Final = (
    "(?<![0-9])(?:19|20)[0-9]{2}"
    "(?:0?[1-9]|1[0-2])(?:月|(?:0?[1-9]|[12][0-9]|3[01])日(?![常均产用]))"
)
_DAMAGED = re.compile(DAMAGED)
_BRACKETS: Final = "()[]【】"


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A line that is a date: ``value`` is None where it cannot be trusted."""

    value: date | None
    damaged: bool


def read_date_line(folded: str) -> PrintedDate | None:
    """Return the date that is all there is on a line, None if it is no date line."""
    if len(folded) > 40:  # noqa: PLR2004 - longer than any date, however spaced
        return None
    compact = "".join(folded.split()).strip(_BRACKETS)
    value = read_date(compact, whole=True)
    if value is not None:
        return PrintedDate(value, damaged=False)
    if _WITHOUT_DAY.fullmatch(compact):
        return PrintedDate(None, damaged=False)
    if len(compact) > 5 and _DAMAGED_LINE.fullmatch(compact):  # noqa: PLR2004 - more than a year
        return PrintedDate(None, damaged=True)
    return None


def read_date(compact: str, *, whole: bool = False) -> date | None:
    """Return the date that folded text without spaces is, or begins with."""
    match = _WESTERN.match(compact) or _CHINESE.match(compact)
    if match is None or (whole and match.end() != len(compact)):
        return None
    parts = match.groupdict()
    month = parts["month"] or parts["month2"]
    day = parts["day"] or parts["day2"]
    with suppress(ValueError):
        return date(_year(parts["year"]), any_value(month) or 0, any_value(day) or 0)
    return None


def has_damaged_date(folded: str) -> bool:
    """Whether a text holds a date that lost its 年 or 月 (`202591日`)."""
    return _DAMAGED.search(folded) is not None


def _year(numeral: str) -> int:
    if numeral.isdecimal():
        return int(numeral)
    digits = (str(_CHINESE_DIGITS.find(sign) + 1) for sign in numeral)
    return int("".join(digits))
