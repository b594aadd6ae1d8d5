"""Stints: which office had a case, from when to when (转办经过), out of the record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.offices import dispute_until
from app.domain.record import Action
from app.models import AuditEvent, Case, Office
from app.services.house import House

_GIVING: Final = frozenset(
    {
        Action.ROUTED, Action.ASSIGNED, Action.RETURNED,
        Action.RESTRICTED, Action.UNRESTRICTED, Action.REOPENED,
    }
)  # fmt: skip
"""What can give a case to another office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """One office's time with a case."""

    event_id: int
    """The record's event with which it began; the case's key: it was opened there."""

    office_id: int
    since: datetime
    action: Action
    """How the office got it."""

    until: datetime | None = None
    """None: it still has it."""


def disputable_until(house: House, since: datetime) -> datetime:
    """Return until when a case that came to an office at ``since`` may be disputed."""
    return dispute_until(
        since,
        zone=house.settings.zone,
        works=house.clocks.calendar.is_working_day,
    )


async def of(session: AsyncSession, case: Case) -> Sequence[Stint]:
    """Return who had ``case``, in the order of time; the last has it now.

    A person taking it up within the office begins no new time.
    """
    lead = await session.scalar(select(Office.id).where(Office.leads))
    events = (
        await session.execute(
            select(AuditEvent.id, AuditEvent.action, AuditEvent.at, AuditEvent.facts)
            .where(AuditEvent.case_id == case.id, AuditEvent.action.in_(_GIVING))
            .order_by(AuditEvent.id)
        )
    ).all()
    first = events[0].facts.get("before") if events else None
    opened = first if isinstance(first, int) else lead if events else case.office_id
    found = [_stint(case.id, opened or case.office_id, case.opened_at)]
    for key, action, at, facts in events:
        office_id = lead if action is Action.REOPENED else facts.get("office_id")
        if office_id is not None and office_id != found[-1].office_id:
            found.append(_stint(key, office_id, at, action))
    if found[-1].office_id != case.office_id:
        # What came before the record knew of offices.
        found.append(_stint(found[-1].event_id, case.office_id, found[-1].since))
    ended = [replace(one, until=after.since) for one, after in pairwise(found)]
    # Whom the table sent it on from at once never had it.
    return [*(each for each in ended if each.until != each.since), found[-1]]


def handed_over(stints: Sequence[Stint]) -> int:
    """Return how often a case was given to an office, by a person or the table."""
    return sum(each.action is not Action.REGISTERED for each in stints)


def _stint(
    key: int, office_id: int, since: datetime, action: Action = Action.REGISTERED
) -> Stint:
    return Stint(event_id=key, office_id=office_id, since=since, action=action)
