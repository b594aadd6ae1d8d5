"""Merging: a case for a further matter is taken back into the opinion's first.

It leaves its notes and additions there; the record keeps what was done to it. No matter
may be lost by that: where it goes, somebody still owes the citizen an answer.
"""

from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes

from app.domain import lifecycle, receipt
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Move, Status
from app.errors import Conflict
from app.models import Addition, Answer, AuditEvent, Case, Classification, Note, Strand
from app.services import accused, audit, cases, confirmed, siblings
from app.services.accused import ComplainsOfThem
from app.services.answering import overtaking
from app.services.staff import Person


class NotSplit(Conflict):
    """The case is the opinion's first, so there is none to take it back into."""

    code = "not_split"


class FirstIsOver(Conflict):
    """The opinion's first case waits for no answer, so this one would get none."""

    code = "first_is_over"


class FirstIsOthers(Conflict):
    """The opinion's first case is one that the person may not work on."""

    code = "first_is_others"


class FirstWithAccused(Conflict):
    """The text complains of whom the opinion's first case lies with."""

    code = "first_with_accused"


class AnsweredAlready(Conflict):
    """The citizen heard from this case, so it cannot vanish any more."""

    code = "answered_already"


async def merge(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    now: datetime,
) -> str:
    """Take a case back into the opinion's first; return the number of that.

    Raises:
        NotSplit: It is the first, or has more opinions than the one.
        AnsweredAlready: The citizen has heard from it.
        AppError: See `_check_into`, `siblings.hold` and `cases.take_in_hand`.
    """
    await siblings.hold(session, number)
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    others = [
        each
        for each in await cases.siblings(session, case)
        if each.ordinal < case.ordinal and each.status is not Status.JOINED
    ]
    if not others or await _strands(session, case) != 1:
        raise NotSplit("there is no case to take this one back into")
    if case.status not in lifecycle.WAITING or await _has_spoken(session, case):
        raise AnsweredAlready("the citizen has heard from this case")
    into = others[0]
    await _check_into(session, person, case, into)
    await _leave(session, case, into)
    case.move(Move.CLOSE)
    case.closed_at = case.merged_at = now
    case.assignee_id = None
    for done_to, other in ((case, into), (into, case)):
        audit.record(
            session, Action.MERGED, at=now, staff_id=person.staff_id,
            case_id=done_to.id, **{"into" if done_to is case else "of": other.ordinal},
        )  # fmt: skip
    # Who has the other case open sees a page that is out of date.
    attributes.flag_modified(into, "section_id")
    await cases.put_back(session, case)
    await overtaking.end(session, [case.id], staff_id=person.staff_id, now=now)
    await confirmed.note(session, case, now=now)
    printed, _ = receipt.parse_case_number(number)
    return receipt.case_number(printed, into.ordinal)


async def _strands(session: AsyncSession, case: Case) -> int:
    counted = select(func.count()).where(Strand.case_id == case.id)
    return (await session.scalars(counted)).one()


async def _has_spoken(session: AsyncSession, case: Case) -> bool:
    """Whether the citizen got an answer or a question from the case."""
    if case.answered_at is not None:
        return True
    answered = exists().where(Answer.case_id == case.id)
    asked = exists().where(
        AuditEvent.case_id == case.id, AuditEvent.action == Action.QUESTION_ASKED
    )
    return bool(await session.scalar(select(or_(answered, asked))))


async def _check_into(
    session: AsyncSession, person: Person, case: Case, into: Case
) -> None:
    """Hold that the matter of ``case`` is not lost in ``into``, nor given away by that.

    Raises:
        FirstIsOthers: The person may not work on it.
        FirstIsOver: It waits for no answer.
        FirstWithAccused: The text complains of whom it lies with.
    """
    theirs = select(Case.id).where(Case.id == into.id, cases.led_by(person))
    if await session.scalar(theirs) is None:
        raise FirstIsOthers("the first case is another office's")
    if into.status not in lifecycle.WAITING:
        raise FirstIsOver(f"the first case is {into.status}")
    try:
        await accused.check_not_accused(
            session, case, office_id=into.office_id, assignee_id=into.assignee_id
        )
    except ComplainsOfThem:
        raise FirstWithAccused("the text complains of them") from None


async def _leave(session: AsyncSession, case: Case, into: Case) -> None:
    """Give what is on ``case`` to ``into``, and untie the opinion from it."""
    for table in (Note, Addition):
        await session.execute(
            update(table)
            .where(table.case_id == case.id)
            .values(case_id=into.id)
            .execution_options(synchronize_session=False)
        )
    mine = await _strand(session, case)
    theirs = await _strand(session, into)
    here, there = mine.places, theirs.places
    theirs.places = sorted([*there, *here]) if here and there else None
    await session.execute(
        delete(Classification).where(Classification.strand_id == mine.id)
    )
    await session.delete(mine)
    await session.flush()


async def _strand(session: AsyncSession, case: Case) -> Strand:
    found = await session.scalars(
        select(Strand).where(
            Strand.case_id == case.id, Strand.opinion_id == case.opinion_id
        )
    )
    return found.one()
