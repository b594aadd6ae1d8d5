"""Moments: from a moment, a term and a calendar to when something is due.

The day on which a term begins does not count, and a term of days ends with the end of
its last day; hours run through nights and holidays. A pause moves what is due by the
time for which the clock stood, counted in the term's own unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from app.domain.deadlines.calendar import Calendar, days_between
from app.domain.deadlines.policy import Milestone, Policy, Term, Unit

SOON: Final = 2
"""Working days before it is due from which a case counts as due soon."""

_LAST: Final = time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When something is due, and whether a day in between is a guess."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What moments are reckoned by: the calendar, and the zone its days begin in."""

    calendar: Calendar
    zone: tzinfo

    def day(self, at: datetime) -> date:
        """Return the day on which ``at`` is here."""
        return at.astimezone(self.zone).date()

    def end(self, day: date) -> datetime:
        """Return the last moment of ``day``, in whole seconds."""
        return datetime.combine(day, _LAST, self.zone)

    def due(self, start: datetime, term: Term) -> Due:
        """Return when something is due that begins at ``start`` and has ``term``."""
        if term.unit is Unit.HOURS:
            return Due(at=start + timedelta(hours=term.amount), provisional=False)
        return self._later(self.day(start), term)

    def milestones(self, start: datetime, policy: Policy) -> Mapping[Milestone, Due]:
        """Return when each step is due of what is registered at ``start``."""
        return {step: self.due(start, policy.term(step)) for step in Milestone}

    def extended(self, due_at: datetime, term: Term) -> Due:
        """Return when what was due at ``due_at`` is due with ``term`` on top."""
        if term.unit is Unit.HOURS:
            return Due(at=due_at + timedelta(hours=term.amount), provisional=False)
        return self._later(self.day(due_at), term)

    def stood(self, began_at: datetime, ended_at: datetime, unit: Unit) -> int:
        """Return for how many of ``unit`` a clock stood; of hours, in seconds.

        The day of the question is worked, so it does not count; that of the reply does,
        as the office has it then for none of its own.
        """
        if unit is Unit.HOURS:
            return max(0, int((ended_at - began_at).total_seconds()))
        first, last = self.day(began_at), self.day(ended_at)
        if unit is Unit.CALENDAR_DAYS:
            return max(0, (last - first).days)
        return self.calendar.count_working_days(first, last)

    def moved(self, due_at: datetime, by: int, unit: Unit) -> Due:
        """Return when what was due is due after a clock stood for ``by``."""
        if unit is Unit.HOURS:
            return Due(at=due_at + timedelta(seconds=by), provisional=False)
        if by == 0:
            return Due(at=due_at, provisional=False)
        return self._later(self.day(due_at), Term(amount=by, unit=unit))

    def soon(self, now: datetime) -> datetime:
        """Return the last moment that counts as soon."""
        return self.end(self.calendar.add_working_days(self.day(now), SOON))

    def late_days(self, due_at: datetime, now: datetime) -> int:
        """Return how many working days have gone by since ``due_at``."""
        return self.calendar.count_working_days(self.day(due_at), self.day(now))

    def _later(self, day: date, term: Term) -> Due:
        if term.unit is Unit.CALENDAR_DAYS:
            return Due(
                at=self.end(day + timedelta(days=term.amount)), provisional=False
            )
        last = self.calendar.add_working_days(day, term.amount)
        known = self.calendar.knows(days_between(day, last))
        return Due(at=self.end(last), provisional=not known)
