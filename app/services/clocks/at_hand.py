"""The calendar and the policies of one process, at hand for every opinion.

They are read together with the shelf, so that reckoning what is due asks the database
nothing. What somebody entered in another process counts here within two seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.deadlines.calendar import Calendar, CalendarYear, Holiday, Version
from app.domain.deadlines.moments import Rule
from app.domain.deadlines.policy import (
    Milestone,
    Policy,
    packaged,
    policy_from_json,
)
from app.domain.deadlines.shipped import calendar_of
from app.domain.vocabulary import Kind
from app.models import CalendarEntry, PolicyVersion
from app.settings import Settings

PACKAGED = 0
"""The number of the policy that the settings make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPolicy:
    """A policy as it was set, and for which opinions."""

    number: int
    kind: Kind | None
    policy: Policy

    set_at: datetime | None = None
    """None: it is the settings', which were there from the beginning."""


class Clocks:
    """What opinions are reckoned by, in one process."""

    def __init__(self) -> None:
        """Start with what the package brings; `refresh` looks for more."""
        self._entries: Sequence[tuple[int, CalendarYear]] = ()
        self._policies: Mapping[int, SetPolicy] = {}
        self.calendar = calendar_of({})

    async def refresh(self, session: AsyncSession) -> None:
        """Take in what was entered or set since the last time."""
        entered, numbered = (
            await session.execute(
                select(
                    select(func.max(CalendarEntry.number)).scalar_subquery(),
                    select(func.max(PolicyVersion.number)).scalar_subquery(),
                )
            )
        ).one()
        if (entered or 0) != self.calendar.version.own:
            self._entries = await entries(session)
            self.calendar = _calendar(self._entries)
        if (numbered or 0) != max(self._policies, default=0):
            self._policies = await _policies(session)

    def in_force(
        self, settings: Settings, kind: Kind | None, *, at: datetime | None = None
    ) -> SetPolicy:
        """Return the policy for opinions of ``kind`` that are registered now.

        Or were registered ``at`` a moment that has passed.
        """
        own = [
            each for each in self._policies.values()
            if each.kind is kind
            and (at is None or each.set_at is None or each.set_at <= at)
        ]  # fmt: skip
        if own:
            return max(own, key=lambda each: each.number)
        return _of_settings(settings, kind)

    def numbered(
        self, settings: Settings, number: int, kind: Kind | None = None
    ) -> SetPolicy:
        """Return the policy called ``number``, which a case names."""
        return self._policies.get(number) or _of_settings(settings, kind)

    def rule(self, settings: Settings, version: str | None = None) -> Rule:
        """Return what moments are reckoned by: now, or in an earlier ``version``."""
        calendar = self.calendar
        if version is not None and version != str(calendar.version):
            calendar = _calendar(self._entries, Version.parse(version))
        return Rule(calendar=calendar, zone=settings.zone)

    def facts(
        self, settings: Settings, kind: Kind | None, registered_at: datetime
    ) -> dict[str, Any]:
        """Return what a case stores of its clock that begins at ``registered_at``."""
        chosen = self.in_force(settings, kind)
        due = self.rule(settings).milestones(registered_at, chosen.policy)
        answer = due[Milestone.ANSWER]
        return {
            "due_at": answer.at,
            "acceptance_due_at": due[Milestone.ACCEPTANCE].at,
            "contact_due_at": due[Milestone.CONTACT].at,
            "clock_began_at": registered_at,
            "policy": chosen.number,
            "calendar": str(self.calendar.version),
            "provisional": answer.provisional,
            "paused_at": None,
            "lapses_at": answer.at,
            "overdue_at": None,
            "supervision": None,
            "supervised_at": None,
            "contacted_at": None,
            "answered_at": None,
            "closed_at": None,
        }


async def entries(session: AsyncSession) -> Sequence[tuple[int, CalendarYear]]:
    """Return the years that the office entered, by number, the oldest entry first."""
    rows = await session.scalars(select(CalendarEntry).order_by(CalendarEntry.number))
    return [(row.number, year_from_json(row)) for row in rows]


async def calendar_now(session: AsyncSession) -> Calendar:
    """Return the calendar as it is stored, for whoever has none at hand."""
    return _calendar(await entries(session))


def holidays_as_json(year: CalendarYear) -> list[dict[str, Any]]:
    """Return the holidays of ``year`` as they are stored."""
    return [
        {
            "name": each.name,
            "free": [day.isoformat() for day in each.free],
            "worked": [day.isoformat() for day in each.worked],
        }
        for each in year.holidays
    ]


def year_from_json(row: CalendarEntry) -> CalendarYear:
    """Return the year that an entry says."""
    holidays = tuple(
        Holiday(
            name=each["name"],
            free=tuple(map(date.fromisoformat, each["free"])),
            worked=tuple(map(date.fromisoformat, each["worked"])),
        )
        for each in row.holidays
    )
    return CalendarYear(year=row.year, source=row.source, holidays=holidays)


def _calendar(
    found: Sequence[tuple[int, CalendarYear]], version: Version | None = None
) -> Calendar:
    """Return the calendar with the newest entry of each year, up to ``version``."""
    last = found[-1][0] if found else 0
    entered = last if version is None else version.own
    own = {year.year: year for number, year in found if number <= entered}
    shipped = None if version is None else version.shipped
    return calendar_of(own, entered=entered, shipped=shipped)


async def _policies(session: AsyncSession) -> Mapping[int, SetPolicy]:
    rows = await session.scalars(select(PolicyVersion).order_by(PolicyVersion.number))
    return {
        row.number: SetPolicy(
            number=row.number,
            kind=row.kind,
            policy=policy_from_json(row.terms),
            set_at=row.set_at,
        )
        for row in rows
    }


def _of_settings(settings: Settings, kind: Kind | None) -> SetPolicy:
    policy = packaged(settings.answer_within)
    return SetPolicy(number=PACKAGED, kind=kind, policy=policy)
