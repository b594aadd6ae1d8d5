"""A year's calendar as the State Council announces it, read from pasted text.

One line is one holiday: its name, a colon, which days are free (放假), which weekend
days are worked (上班). Other lines are passed over, so that the whole notice may be
pasted. Days of the week in it are held against the year: a text for another one does
not fit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.deadlines.calendar import CalendarYear, Holiday, days_between

MOST_TEXT: Final = 5_000
MOST_SOURCE: Final = 100
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
_LONGEST: Final = 15
"""Days of one holiday; more are a slip of the pen."""

_SATURDAY: Final = 6
_WEEKDAYS: Final = "一二三四五六日"
_NAME: Final = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|\d+[.、])?\s*(?P<name>[^\d：:，。]{1,20})[：:]"
)
_DAY: Final = (
    r"(?:(?P<year{n}>\d{{4}})年)?(?:(?P<month{n}>\d{{1,2}})月)?(?P<day{n}>\d{{1,2}})日"
    r"(?:[（(][^）)]*?(?:周|星期)(?P<week{n}>[一二三四五六日天])[）)])?"
)
_OF_YEAR: Final = re.compile(r"(\d{4})年(?=(?:部分)?节假日|元旦|[^\d。]{0,30}放假)")
"""How an announcement says which year it is about, beside its dates."""

_ONE: Final = re.compile(_DAY.format(n=1))
_RANGE: Final = re.compile(
    _DAY.format(n=1) + r"\s*(?:至|—|－|-|~)\s*" + _DAY.format(n=2)
)
_ANY: Final = re.compile(f"{_RANGE.pattern}|{_DAY.format(n=3)}")
_SAYS_DAYS: Final = re.compile("放假|上班")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is wrong with the form, beside which field."""

    field: str
    code: str
    words: str = ""
    """The part of the text that is meant."""


class _Wrong(Exception):
    def __init__(self, code: str, words: str) -> None:
        self.slip = Slip(field="text", code=code, words=words[:40])


def read_announcement(
    *, year: str, source: str, text: str
) -> tuple[CalendarYear | None, list[Slip]]:
    """Return what a form says of a year, and what is wrong with it; None: too much."""
    slips = list(_slips_of_form(year, source, text))
    if any(slip.field != "source" for slip in slips):
        return None, slips
    try:
        holidays = tuple(_holidays(int(year), text))
    except _Wrong as wrong:
        return None, [*slips, wrong.slip]
    if not holidays:
        return None, [*slips, Slip(field="text", code="no_holidays")]
    found = CalendarYear(year=int(year), source=source, holidays=holidays)
    slips += [*_contradictions(found), *_said_otherwise(found, text)]
    return (None if slips else found), slips


def as_text(facts: CalendarYear) -> str:
    """Return a year as it could be pasted again."""
    return "\n".join(
        f"{each.name}：{_span(each.free)}放假。"
        + (f"{'、'.join(map(_named, each.worked))}上班。" if each.worked else "")
        for each in facts.holidays
    )


def _slips_of_form(year: str, source: str, text: str) -> Iterator[Slip]:
    digits = re.fullmatch(r"[0-9]{4}", year)
    if not digits or not FIRST_YEAR <= int(year) <= LAST_YEAR:
        yield Slip(field="year", code="bad_year")
    if not source:
        yield Slip(field="source", code="source_missing")
    elif len(source) > MOST_SOURCE:
        yield Slip(field="source", code="source_too_long")
    if len(text) > MOST_TEXT:
        yield Slip(field="text", code="text_too_long")


def _holidays(year: int, text: str) -> Iterator[Holiday]:
    for line in text.splitlines():
        named = _NAME.match(line)
        if named is None or "放假" not in line:
            # A day that is passed over would make dates wrong that nobody looks at.
            if _SAYS_DAYS.search(line) and _ANY.search(line):
                raise _Wrong("line_unread", line.strip())
            continue
        free: list[date] = []
        worked: list[date] = []
        for sentence in re.split(r"[。；;]", line[named.end() :]):
            if "放假" in sentence:
                free += _days(year, sentence.partition("放假")[0], line)
            elif "上班" in sentence:
                worked += _days(year, sentence.partition("上班")[0], line)
        if not free:
            raise _Wrong("days_missing", line)
        yield Holiday(
            name=named["name"].strip(), free=tuple(free), worked=tuple(worked)
        )


def _days(year: int, words: str, line: str) -> Iterator[date]:
    month = ""
    for found in _ANY.finditer(words):
        alone = found["day3"] is not None
        first = _date(year, found, "3" if alone else "1", month, line)
        month = str(first.month)
        if alone:
            yield first
            continue
        last = _date(year, found, "2", month, line)
        if not first <= last or (last - first).days >= _LONGEST:
            raise _Wrong("bad_span", found[0])
        month = str(last.month)
        yield from days_between(first, last)


def _date(year: int, found: re.Match[str], n: str, month: str, line: str) -> date:
    """Return the day that ``found`` names; without a month it is in the last one."""
    number = int(found[f"year{n}"] or year)
    named = found[f"month{n}"] or month
    if abs(number - year) > 1 or not named:
        raise _Wrong("bad_day", found[0] if named else line)
    try:
        day = date(number, int(named), int(found[f"day{n}"]))
    except ValueError:
        raise _Wrong("bad_day", found[0]) from None
    week = (found[f"week{n}"] or "").replace("天", "日")
    if week and _WEEKDAYS[day.isoweekday() - 1] != week:
        raise _Wrong("wrong_weekday", found[0])
    return day


def _contradictions(facts: CalendarYear) -> Iterator[Slip]:
    """Yield what cannot be: free and worked, or a weekday that makes up for one."""
    for day in sorted(facts.free & facts.worked):
        yield Slip(field="text", code="free_and_worked", words=day.isoformat())
    for day in sorted(facts.worked):
        if day.isoweekday() < _SATURDAY:
            yield Slip(field="text", code="worked_anyway", words=day.isoformat())
    if all(day.year != facts.year for day in facts.free):
        yield Slip(field="text", code="another_year")


def _said_otherwise(facts: CalendarYear, text: str) -> Iterator[Slip]:
    """Yield that the text calls itself one about another year alone."""
    said = {int(year) for year in _OF_YEAR.findall(text)}
    if said and facts.year not in said:
        yield Slip(field="text", code="said_otherwise", words=f"{max(said)}年")


def _span(days: tuple[date, ...]) -> str:
    ordered = sorted(days)
    if len(ordered) == 1:
        return _named(ordered[0])
    return f"{_named(ordered[0])}至{_named(ordered[-1])}"


def _named(day: date) -> str:
    week = _WEEKDAYS[day.isoweekday() - 1]
    return f"{day.year}年{day.month}月{day.day}日（周{week}）"
