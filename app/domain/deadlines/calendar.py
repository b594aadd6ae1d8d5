"""The working calendar: which days are worked, with 调休 (weekend days that make up).

The State Council says it for one year at a time, in the autumn before. For a year of
which nothing is known every Monday to Friday counts as worked, and what is reckoned
with it is provisional.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

_FRIDAY: Final = 5
_DAY: Final = timedelta(days=1)

MOST_DAYS: Final = 365
"""The longest term in days; a loop over days stays short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A holiday: the days that are free for it, and those worked instead."""

    name: str
    free: tuple[date, ...]
    worked: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """What is known of a year, and who said it."""

    year: int
    source: str
    holidays: tuple[Holiday, ...]

    @property
    def free(self) -> frozenset[date]:
        """The days off, weekends among them."""
        return frozenset(day for each in self.holidays for day in each.free)

    @property
    def worked(self) -> frozenset[date]:
        """The weekend days that are worked."""
        return frozenset(day for each in self.holidays for day in each.worked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which calendar something was reckoned with.

    ``shipped`` is the last year that came with the package, ``own`` the number of the
    office's newest entry; 0: it had none.
    """

    shipped: int
    own: int

    def __str__(self) -> str:
        """Return it as it is stored and shown."""
        return f"{self.shipped}+{self.own}" if self.own else str(self.shipped)

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Return the version that `str` gave."""
        shipped, _, own = text.partition("+")
        return cls(shipped=int(shipped), own=int(own or 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The years that are known."""

    version: Version
    years: Mapping[int, CalendarYear]
    _free: frozenset[date] = field(init=False, repr=False, compare=False)
    _worked: frozenset[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Gather the days; a day that one year frees and another works is worked."""
        years = self.years.values()
        worked = frozenset(day for year in years for day in year.worked)
        free = frozenset(day for year in years for day in year.free)
        object.__setattr__(self, "_worked", worked)
        object.__setattr__(self, "_free", free - worked)

    def is_working_day(self, day: date) -> bool:
        """Return whether ``day`` is worked."""
        if day in self._worked:
            return True
        return day.isoweekday() <= _FRIDAY and day not in self._free

    def knows(self, days: Iterable[date]) -> bool:
        """Return whether nothing about ``days`` is a guess."""
        return all(year in self.years for year in {day.year for day in days})

    def add_working_days(self, start: date, count: int) -> date:
        """Return the ``count``-th working day after ``start``, which does not count.

        Of none, ``start`` itself or the next day that is worked.
        """
        day = start
        if count <= 0:
            while not self.is_working_day(day):
                day += _DAY
            return day
        left = count
        while left:
            day += _DAY
            left -= self.is_working_day(day)
        return day

    def count_working_days(self, start: date, end: date) -> int:
        """Return how many working days come after ``start``, up to and with ``end``."""
        days = (end - start).days
        return sum(self.is_working_day(start + _DAY * n) for n in range(1, days + 1))


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Return the days from ``first`` to ``last``, both included."""
    return tuple(first + _DAY * n for n in range((last - first).days + 1))
