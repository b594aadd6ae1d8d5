"""The beginning and the end of a clock, other than by registration."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.deadlines.chasing import ExtensionState, PauseEnd
from app.domain.vocabulary import Kind
from app.models import Case, ClockExtension, ClockPause
from app.services.clocks import extensions, pauses
from app.services.house import House


def begin_again(house: House, case: Case, *, now: datetime) -> None:
    """Give ``case``, which is held and open again, a clock by the policy in force."""
    kind = Kind.REPORT if case.restricted else case.kind
    for name, value in house.clocks.facts(house.settings, kind, now).items():
        setattr(case, name, value)


async def settle(session: AsyncSession, case: Case, *, now: datetime) -> None:
    """Let nothing about its time stay open on ``case``, which has been dealt with."""
    # What was changed about the case is one revision with what is changed here.
    with session.no_autoflush:
        await pauses.settle(session, case, now=now)
        await extensions.lapse(session, case, now=now)
    # How hard it was chased stays; nobody chases it any more.
    case.supervised_at = None


async def take_back(session: AsyncSession, case: Case) -> None:
    """Open again what `settle` ended when ``case``, which is closed, was closed.

    The case's own columns are put back by whoever takes the closing back.
    """
    open_still = {"ended_at": None, "ended_by": None, "stood": None, "calendar": None}
    await session.execute(
        update(ClockPause)
        .where(
            ClockPause.case_id == case.id,
            ClockPause.ended_by == PauseEnd.SETTLED,
            ClockPause.ended_at == case.closed_at,
        )
        .values(due_before=None, due_after=None, **open_still)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(ClockExtension)
        .where(
            ClockExtension.case_id == case.id,
            ClockExtension.state == ExtensionState.LAPSED,
            ClockExtension.decided_at == case.closed_at,
        )
        .values(state=ExtensionState.ASKED, decided_at=None)
        .execution_options(synchronize_session=False)
    )
