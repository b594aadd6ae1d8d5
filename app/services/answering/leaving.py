"""Leaving: what becomes of an answer when it is sent, office by office."""

from datetime import datetime
from enum import Enum, auto

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Case
from app.services import cases
from app.services.answering import countersigning, finishing, signatures
from app.services.answering.written import Written
from app.services.house import House
from app.services.staff import Person


class Left(Enum):
    """What became of an answer."""

    ANSWERED = auto()
    ENDED = auto()
    """It was sent, and the case ended with it."""

    SUBMITTED = auto()
    """It waits for a second signature."""


async def send(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    written: Written,
    *,
    now: datetime,
) -> Left:
    """Send an answer, or put it before a second person where an office wants that.

    Raises:
        AppError: See `finishing.finish` and `countersigning.submit`.
    """
    case = await cases.find(session, person, number)
    ordinals = [case.ordinal, *written.also]
    together = select(Case.id).where(
        Case.opinion_id == case.opinion_id, Case.ordinal.in_(ordinals)
    )
    if await signatures.needed(session, list(await session.scalars(together))):
        await countersigning.submit(session, person, number, written, now=now)
        return Left.SUBMITTED
    await finishing.finish(session, person, house, number, written, now=now)
    return Left.ANSWERED if written.disposition is None else Left.ENDED
