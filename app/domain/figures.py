"""Figures: what is counted of cases, and the rates that are told of them.

A rate is told with its formula, because offices that publish the same name reckon it
differently. Cases are counted in the week in which they were opened, whatever happens
to them later: a cohort cannot be made better by closing old cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

WEEK = timedelta(weeks=1)


class Breakdown(StrEnum):
    """By what figures are told apart."""

    WHOLE = "whole"
    OFFICE = "office"
    ITEM = "item"
    CHANNEL = "channel"
    KIND = "kind"
    UNTIMED = "untimed"
    """By office again, of those alone that were answered before they came here: by when
    was not kept, so they are in neither of the first four parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What became of some cases.

    The first four parts make up the whole, but for those that were closed without an
    answer, or answered before they came here.
    """

    in_time: int = 0
    """First answered by the day it was due."""

    late: int = 0
    """First answered after it."""

    waiting: int = 0
    """Not answered, and not yet due."""

    overdue: int = 0
    """Not answered, and due."""

    received: int = 0
    """All of them, with those that were closed without an answer (referred, not
    accepted) and those of which nobody knows by when they were due."""

    closed: int = 0
    adopted: int = 0
    """Closed as adopted or partly adopted."""

    rated: int = 0
    """Answers of which a citizen said whether they solved the matter."""

    solved: int = 0
    """Of these, those that did."""

    satisfied: int = 0
    """Of these, those that got a score of at least `following.LEAST_CONTENT`."""

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        return type(self)(
            **{
                each.name: getattr(self, each.name) + getattr(other, each.name)
                for each in fields(self)
            }
        )

    @property
    def response_rate(self) -> float | None:
        """In time, of all whose time is over or used (响应率); None: of nothing."""
        return _share(self.in_time, self.in_time + self.late + self.overdue)

    @property
    def closing_rate(self) -> float | None:
        """Closed, of all that were received (办结率); None: of nothing."""
        return _share(self.closed, self.received)

    @property
    def resolution_rate(self) -> float | None:
        """Solved, of all of which citizens said anything (解决率)."""
        return _share(self.solved, self.rated)

    @property
    def satisfaction_rate(self) -> float | None:
        """Content, of all who said anything (满意率)."""
        return _share(self.satisfied, self.rated)

    @property
    def adoption_rate(self) -> float | None:
        """Adopted at least in part, of all that were closed (采纳率)."""
        return _share(self.adopted, self.closed)


def together(parts: Iterable[Figures]) -> Figures:
    """Return the sum of ``parts``."""
    return sum(parts, start=Figures())


def monday_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the Monday of the week in which ``moment`` lies in ``zone``."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def mondays(first: date, last: date) -> list[date]:
    """Return the Mondays of all weeks that have a day from ``first`` to ``last``."""
    start = first - timedelta(days=first.weekday())
    return [start + number * WEEK for number in range((last - start) // WEEK + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How long cases have been open: a class of days."""

    least: int
    most: int | None
    """None: without an end."""


AGES = (
    Age(least=0, most=3),
    Age(least=4, most=7),
    Age(least=8, most=15),
    Age(least=16, most=30),
    Age(least=31, most=60),
    Age(least=61, most=None),
)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
