"""Confirming: what was reckoned with a guess is reckoned again once a year is known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.deadlines.moments import Due, Rule
from app.domain.deadlines.policy import Milestone
from app.domain.record import Action
from app.models import Case, ClockPause, ClockRekinding
from app.services import audit
from app.services.clocks import shifts
from app.services.clocks.at_hand import PACKAGED
from app.services.clocks.shifts import Shift
from app.services.house import House

MOST_AT_ONCE: Final = 100


def any_guessed(house: House) -> ColumnElement[bool]:
    """Return whether a case was reckoned with a guess by an older calendar."""
    version = str(house.clocks.calendar.version)
    return exists().where(Case.provisional, Case.calendar != version)


async def confirm(session: AsyncSession, house: House, *, now: datetime) -> int:
    """Reckon anew what an older calendar had to guess; return how many cases.

    The policy stays the one that the case was registered under.
    """
    version = str(house.clocks.calendar.version)
    found = await session.scalars(
        select(Case)
        .where(Case.provisional, Case.calendar != version)
        .order_by(Case.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    held = found.all()
    found_shifts = await shifts.read(session, [case.id for case in held])
    for case in held:
        own = [each for each in found_shifts if each.case_id == case.id]
        await _confirm(session, house, case, own, now=now)
    return len(held)


async def _confirm(
    session: AsyncSession,
    house: House,
    case: Case,
    moved: Sequence[Shift],
    *,
    now: datetime,
) -> None:
    rule = house.clocks.rule(house.settings)
    began_at = case.clock_began_at or case.opened_at
    policy = house.clocks.numbered(house.settings, case.policy or PACKAGED).policy
    due = rule.milestones(began_at, policy)
    answer = due[Milestone.ANSWER]
    for shift in shifts.since(moved, began_at):
        answer = _shifted(rule, shift, answer)
    waits = case.lapses_at is not None and case.status in lifecycle.WAITING
    # Not by the unit of work: pages that are open stay as good as they were.
    await session.execute(
        update(Case)
        .where(Case.id == case.id)
        .values(
            due_at=answer.at,
            acceptance_due_at=due[Milestone.ACCEPTANCE].at,
            contact_due_at=due[Milestone.CONTACT].at,
            calendar=str(rule.calendar.version),
            provisional=answer.provisional,
            lapses_at=answer.at if waits else case.lapses_at,
        )
        .execution_options(synchronize_session=False)
    )
    if not answer.provisional:
        audit.record(
            session, Action.DUE_CONFIRMED, at=now, case_id=case.id,
            due_on=rule.day(answer.at).isoformat(),
        )  # fmt: skip


def _shifted(rule: Rule, shift: Shift, before: Due) -> Due:
    """Return when the answer is due after ``shift``, and put that down there."""
    after = shifts.after(rule, shift, before)
    if isinstance(shift, ClockPause):
        shift.stood = shifts.stood(rule, shift)
    if not isinstance(shift, ClockRekinding):
        shift.calendar = str(rule.calendar.version)
    shift.due_before, shift.due_after = before.at, after.at
    return after
