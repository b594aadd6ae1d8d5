"""Splitting: an opinion on a further matter gets a case for that, and it is undone.

The new case has the same opinion, receipt and due date; it goes to the supervision
office like any other. Taken back, it leaves its notes and additions to the case that it
came from; the record keeps what was done to it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes

from app.domain import lifecycle, receipt
from app.domain.permission import Duty
from app.domain.receipt import MOST_CASES
from app.domain.record import Action
from app.domain.vocabulary import Method, Move, Status
from app.errors import Conflict
from app.keys import new_key
from app.models import (
    Addition,
    Answer,
    AuditEvent,
    Case,
    Classification,
    Note,
    Opinion,
    Strand,
)
from app.services import audit, cases, confirmed
from app.services.house import House
from app.services.placing import CHOSEN
from app.services.staff import Person


class SameMatter(Conflict):
    """The opinion has a case about this section already."""

    code = "same_matter"


class TooManyMatters(Conflict):
    """The opinion has as many cases as their numbers allow."""

    code = "too_many_matters"


class NotSplit(Conflict):
    """The case is the opinion's first, so there is none to take it back into."""

    code = "not_split"


class AnsweredAlready(Conflict):
    """The citizen heard from this case, so it cannot vanish any more."""

    code = "answered_already"


async def split(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    section: str,
    now: datetime,
) -> str:
    """Open a further case for what the opinion says on ``section``; return its number.

    Raises:
        NoSuchSection: The notice has none at that path.
        SameMatter: There is a case about it.
        TooManyMatters: There are too many.
        IllegalTransition: The case is closed or joined to another.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    lifecycle.after(case.status, Move.ANSWER)
    notice = house.shelf.by_id(case.notice_id)
    section_id = notice.section_id(section)
    if section_id in {case.section_id, *await _sections(session, case)}:
        raise SameMatter("there is a case about this section already")
    ordinal = await _next_ordinal(session, case)
    further = _further(house, case, ordinal=ordinal, section_id=section_id)
    session.add(further)
    await session.flush()
    await _tie(session, person, case, further, now=now)
    for done_to, facts in ((case, {"to": ordinal}), (further, {"of": case.ordinal})):
        audit.record(
            session, Action.SPLIT, at=now, staff_id=person.staff_id,
            case_id=done_to.id, section=section, **facts,
        )  # fmt: skip
    await cases.put_back(session, case)
    await confirmed.note(session, further, now=now)
    printed, _ = receipt.parse_case_number(number)
    return receipt.case_number(printed, ordinal)


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
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    others = [
        each
        for each in await cases.siblings(session, case, hold=True)
        if each.ordinal < case.ordinal and each.status is not Status.JOINED
    ]
    if not others or await _strands(session, case) != 1:
        raise NotSplit("there is no case to take this one back into")
    if case.status not in lifecycle.WAITING or await _has_spoken(session, case):
        raise AnsweredAlready("the citizen has heard from this case")
    into = others[0]
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
    await confirmed.note(session, case, now=now)
    printed, _ = receipt.parse_case_number(number)
    return receipt.case_number(printed, into.ordinal)


def _further(house: House, case: Case, *, ordinal: int, section_id: int) -> Case:
    office_id = case.office_id if case.restricted else house.shelf.lead_office_id
    lead = office_id == house.shelf.lead_office_id
    return Case(
        id=new_key(),
        notice_id=case.notice_id,
        opinion_id=case.opinion_id,
        ordinal=ordinal,
        section_id=section_id,
        kind=case.kind,
        office_id=office_id,
        status=Status.REGISTERED if lead else Status.ASSIGNED,
        opened_at=case.opened_at,
        due_at=case.due_at,
        restricted=case.restricted,
        unread=False,
    )


async def _tie(
    session: AsyncSession, person: Person, case: Case, further: Case, *, now: datetime
) -> None:
    """Give the further case its strand, with the guess about the whole and the choice.

    Which words are about it, nobody has said: all of them may be.
    """
    strand = Strand(id=new_key(), opinion_id=case.opinion_id, case_id=further.id)
    session.add(strand)
    await session.flush()
    guess = await session.scalar(
        select(Classification)
        .join(Strand, Strand.id == Classification.strand_id)
        .where(
            Strand.case_id == case.id,
            Strand.opinion_id == case.opinion_id,
            Classification.method == Method.MODEL,
        )
        .order_by(Classification.id)
        .limit(1)
    )
    if guess is not None:
        session.add(_guess_of(guess, strand))
        await session.flush()
    session.add(
        Classification(
            id=new_key(),
            strand_id=strand.id,
            method=Method.STAFF,
            section_id=further.section_id,
            confidence=CHOSEN,
            candidates=[],
            evidence=[],
            staff_id=person.staff_id,
            made_at=now,
        )
    )


def _guess_of(guess: Classification, strand: Strand) -> Classification:
    return Classification(
        id=new_key(),
        strand_id=strand.id,
        method=guess.method,
        section_id=guess.section_id,
        confidence=guess.confidence,
        candidates=guess.candidates,
        evidence=guess.evidence,
        made_at=guess.made_at,
    )


async def _sections(session: AsyncSession, case: Case) -> Sequence[int | None]:
    return [each.section_id for each in await cases.siblings(session, case)]


async def _next_ordinal(session: AsyncSession, case: Case) -> int:
    """Return the next ordinal of the opinion, and hold others back that want one."""
    await session.execute(
        select(Opinion.id).where(Opinion.id == case.opinion_id).with_for_update()
    )
    last: int = (
        await session.scalars(
            select(func.max(Case.ordinal)).where(Case.opinion_id == case.opinion_id)
        )
    ).one()
    if last >= MOST_CASES:
        raise TooManyMatters("the opinion has as many cases as there can be")
    return last + 1


async def _strands(session: AsyncSession, case: Case) -> int:
    counted = select(func.count()).where(Strand.case_id == case.id)
    return (await session.scalars(counted)).one()


async def _has_spoken(session: AsyncSession, case: Case) -> bool:
    """Whether the citizen got an answer or a question from the case."""
    answered = exists().where(Answer.case_id == case.id)
    asked = exists().where(
        AuditEvent.case_id == case.id, AuditEvent.action == Action.QUESTION_ASKED
    )
    return bool(await session.scalar(select(or_(answered, asked))))


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
