"""The next case: what a person works on after the one in hand."""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission
from app.domain.permission import Duty
from app.domain.vocabulary import Tab
from app.models import Case, Opinion
from app.services import queues
from app.services.cases import seen_by
from app.services.paging import Place
from app.services.staff import Person


async def next_number(
    session: AsyncSession, person: Person, *, leaving: str | None, now: datetime
) -> str | None:
    """Return the receipt number of the case to work on next; None: there is none.

    One's own that still wait for an answer come before new ones, each in the order of
    their due dates. From the case called ``leaving`` it goes on to those behind it,
    and begins again at the end.

    Raises:
        NotAllowed: The role reads no cases.
    """
    permission.check(person.role, Duty.READ)
    own = and_(Case.assignee_id == person.staff_id, Case.status.in_(lifecycle.WAITING))
    new = queues.in_tab(Tab.NEW, person, now=now)
    left = await _left(session, person, leaving)
    if left is None:
        ways = [own, new]
    else:
        behind = queues.beyond(Place(key=left.id, at=left.due_at), rising=True)
        other = Case.id != left.id
        here, there = (own, new) if left.assignee_id == person.staff_id else (new, own)
        ways = [and_(here, behind), there, and_(here, other)]
    for way in ways:
        found: str | None = await session.scalar(
            select(Opinion.receipt_number)
            .join(Case, Case.opinion_id == Opinion.id)
            .where(seen_by(person), way)
            .order_by(Case.due_at, Case.id)
            .limit(1)
        )
        if found is not None:
            return found
    return None


async def _left(
    session: AsyncSession, person: Person, number: str | None
) -> Case | None:
    if number is None:
        return None
    found: Case | None = await session.scalar(
        select(Case)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(Opinion.receipt_number == number, seen_by(person))
    )
    return found
