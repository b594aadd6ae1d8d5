"""How many working days a stretch of days may have, whatever the holiday calendar.

The State Council fixes each year anew which weekdays are free and which weekends are
worked. A notice is read without that calendar, so the question here is only which
counts some calendar could make true: a warning must not rest on a guess.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_FRIDAY: Final = 5
_LONGEST: Final = 400
"""Days; no comment period is longer, and a longer one is not counted."""

_FIXED: Final = (
    ((12, 30), (12, 31), 2, ()),
    ((1, 1), (1, 3), 3, ((1, 1),)),
    ((4, 3), (4, 7), 2, ()),
    ((4, 29), (5, 5), 4, ((5, 1),)),
    ((9, 30), (10, 8), 6, ((10, 1), (10, 2), (10, 3))),
)
"""A holiday's window, how many weekdays in it may be free, and which days must be."""

_SPRING_FESTIVAL: Final = (
    "2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 "
    "2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 "
    "2028-01-26 2029-02-13 2030-02-03"
)
_DRAGON_BOAT: Final = (
    "2014-06-02 2015-06-20 2016-06-09 2017-05-30 2018-06-18 2019-06-07 2020-06-25 "
    "2021-06-14 2022-06-03 2023-06-22 2024-06-10 2025-05-31 2026-06-19 2027-06-09 "
    "2028-05-28 2029-06-16 2030-06-05"
)
_MID_AUTUMN: Final = (
    "2014-09-08 2015-09-27 2016-09-15 2017-10-04 2018-09-24 2019-09-13 2020-10-01 "
    "2021-09-21 2022-09-10 2023-09-29 2024-09-17 2025-10-06 2026-09-25 2027-09-15 "
    "2028-10-03 2029-09-22 2030-09-12"
)
_WORKED_WEEKENDS: Final = 2
"""Weekend days that may be worked around one holiday, at most."""


@dataclass(frozen=True, slots=True)
class _Holiday:
    """The days among which a year's free days are chosen."""

    begins_on: date
    ends_on: date
    most_free: int
    surely_free: tuple[date, ...]


def _spring_festival(day: date) -> _Holiday:
    return _Holiday(day - timedelta(2), day + timedelta(9), 6, (day,))


def _festival(day: date) -> _Holiday:
    # A Tuesday or a Thursday is joined to its weekend by a second free day.
    most_free = 2 if day.isoweekday() in (2, 4) else 1
    return _Holiday(day - timedelta(1), day + timedelta(2), most_free, (day,))


_MOVABLE: Final = (
    *map(_spring_festival, map(date.fromisoformat, _SPRING_FESTIVAL.split())),
    *map(_festival, map(date.fromisoformat, _DRAGON_BOAT.split())),
    *map(_festival, map(date.fromisoformat, _MID_AUTUMN.split())),
)


def working_day_counts(first: date, last: date) -> frozenset[int]:
    """Return every count of working days that some holiday calendar could give.

    The plain count of weekdays is always among them, as offices often count so.
    """
    if (last - first).days >= _LONGEST:
        return frozenset()
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    weekdays = {day for day in days if day.isoweekday() <= _FRIDAY}
    weekends = len(days) - len(weekdays)

    most_free = worked = 0
    surely_free: set[date] = set()
    for holiday in _holidays(first, last):
        within = {d for d in weekdays if holiday.begins_on <= d <= holiday.ends_on}
        most_free += min(holiday.most_free, len(within))
        surely_free.update(within.intersection(holiday.surely_free))
        worked = min(worked + _WORKED_WEEKENDS, weekends)
    fewest = max(0, len(weekdays) - most_free)
    most = len(weekdays) - len(surely_free) + worked
    return frozenset({len(weekdays), *range(fewest, most + 1)})


def _holidays(first: date, last: date) -> list[_Holiday]:
    fixed = [
        _Holiday(
            date(year, *begin),
            date(year, *end),
            most_free,
            tuple(date(year, *day) for day in surely_free),
        )
        for year in range(first.year, last.year + 1)
        for begin, end, most_free, surely_free in _FIXED
    ]
    return [
        holiday
        for holiday in (*fixed, *_MOVABLE)
        if holiday.begins_on <= last and first <= holiday.ends_on
    ]
