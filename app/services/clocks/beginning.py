"""The beginning and the end of a clock, other than by registration."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Kind
from app.models import Case
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
