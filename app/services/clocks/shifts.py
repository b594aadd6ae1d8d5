"""Shifts: what moved the day of an answer, in the order of time.

Pauses that are over, extensions that were granted, and new kinds which left an office
some days. With the beginning, the policy and the calendar they give the day again.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.deadlines.chasing import ExtensionState
from app.domain.deadlines.moments import Due, Rule
from app.domain.deadlines.policy import Term
from app.models import ClockExtension, ClockPause, ClockRekinding

Shift = ClockPause | ClockExtension | ClockRekinding


async def read(session: AsyncSession, keys: Collection[int]) -> Sequence[Shift]:
    """Return what moved the due moments of those cases, in the order of time."""
    pauses = await session.scalars(
        select(ClockPause).where(
            ClockPause.case_id.in_(keys), ClockPause.ended_at.is_not(None)
        )
    )
    granted = await session.scalars(
        select(ClockExtension).where(
            ClockExtension.case_id.in_(keys),
            ClockExtension.state == ExtensionState.GRANTED,
        )
    )
    left = await session.scalars(
        select(ClockRekinding).where(
            ClockRekinding.case_id.in_(keys), ClockRekinding.not_before.is_not(None)
        )
    )
    return sorted([*pauses, *granted, *left], key=moment)


def moment(shift: Shift) -> datetime:
    """Return when ``shift``, which is over, took effect."""
    if isinstance(shift, ClockPause):
        return shift.ended_at or shift.began_at
    if isinstance(shift, ClockExtension):
        return shift.decided_at or shift.asked_at
    return shift.made_at


def since(shifts: Iterable[Shift], began_at: datetime) -> list[Shift]:
    """Return those of ``shifts`` that moved the clock which began at ``began_at``."""
    return [each for each in shifts if moment(each) >= began_at]


def after(rule: Rule, shift: Shift, before: Due) -> Due:
    """Return when the answer is due after ``shift``."""
    if isinstance(shift, ClockRekinding):
        return Due(
            at=max(before.at, shift.not_before or before.at),
            provisional=before.provisional,
        )
    if isinstance(shift, ClockPause):
        moved = rule.moved(before.at, stood(rule, shift), shift.unit)
    else:
        moved = rule.extended(before.at, Term(amount=shift.amount, unit=shift.unit))
    return Due(at=moved.at, provisional=before.provisional or moved.provisional)


def stood(rule: Rule, pause: ClockPause) -> int:
    """Return for how long the clock stood, as ``rule`` counts it."""
    return rule.stood(pause.began_at, pause.ended_at or pause.began_at, pause.unit)
