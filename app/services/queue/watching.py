"""Watching (关注): people follow cases, and see when something happened to one.

Whoever opens a case has seen what happened to it, and the notes that name them.
"""

from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.permission import Duty, check
from app.keys import new_key
from app.models import Case, CaseWatch, Mention
from app.services import cases
from app.services.queue.sieves import has_news, mentioning
from app.services.staff import Person


async def watch(session: AsyncSession, person: Person, number: str) -> bool:
    """Let ``person`` follow the case called ``number``; return whether that is new.

    Raises:
        NotAllowed: The role works on no cases.
        NoSuchCase: There is none, or it is another office's.
    """
    check(person.role, Duty.WORK)
    case = await cases.find(session, person, number)
    row = {"staff_id": person.staff_id, "case_id": case.id, "seen_key": new_key()}
    try:
        async with session.begin_nested():
            await session.execute(insert(CaseWatch), [row])
    except IntegrityError:
        return False
    return True


async def unwatch(session: AsyncSession, person: Person, number: str) -> None:
    """Let ``person`` follow the case no more.

    Raises:
        AppError: See `watch`.
    """
    check(person.role, Duty.WORK)
    case = await cases.find(session, person, number)
    await session.execute(
        delete(CaseWatch).where(
            CaseWatch.staff_id == person.staff_id, CaseWatch.case_id == case.id
        )
    )


async def is_watched(session: AsyncSession, person: Person, case_id: int) -> bool:
    """Return whether ``person`` follows the case."""
    return await session.get(CaseWatch, (person.staff_id, case_id)) is not None


async def is_unseen(session: AsyncSession, person: Person, number: str) -> int | None:
    """Return the case's key if it has anything new for ``person``; None: it has not."""
    case = await cases.find(session, person, number)
    news = or_(has_news(person), mentioning(person).holds)
    return await session.scalar(select(Case.id).where(Case.id == case.id, news))


async def see(
    session: AsyncSession, person: Person, case_id: int, *, now: datetime
) -> None:
    """Put down that ``person`` has the case before them."""
    await session.execute(
        update(CaseWatch)
        .where(CaseWatch.staff_id == person.staff_id, CaseWatch.case_id == case_id)
        .values(seen_key=new_key())
    )
    await session.execute(
        update(Mention)
        .where(
            Mention.staff_id == person.staff_id,
            Mention.case_id == case_id,
            Mention.seen_at.is_(None),
        )
        .values(seen_at=now)
    )
