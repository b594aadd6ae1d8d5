"""Splitting: an opinion on a further matter gets a case for that.

The new case has the same opinion, receipt and due date; it goes to the supervision
office like any other. `merging` undoes it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, receipt
from app.domain.passages import marks_from_json, own_words
from app.domain.permission import Duty
from app.domain.receipt import MOST_CASES
from app.domain.record import Action
from app.domain.vocabulary import Method, Move, Status
from app.errors import Conflict
from app.keys import new_key
from app.models import (
    Case,
    Classification,
    Opinion,
    Strand,
)
from app.services import audit, cases, confirmed, siblings
from app.services.house import House
from app.services.placing import CHOSEN, evidence_as_json
from app.services.shelf import ShelvedNotice
from app.services.staff import Person


class SameMatter(Conflict):
    """The opinion has a case about this section already."""

    code = "same_matter"


class TooManyMatters(Conflict):
    """The opinion has as many cases as their numbers allow."""

    code = "too_many_matters"


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
        AppError: See `siblings.hold` and `cases.take_in_hand`.
    """
    await siblings.hold(session, number)
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
    await _tie(session, person, case, further, notice=notice, now=now)
    for done_to, facts in ((case, {"to": ordinal}), (further, {"of": case.ordinal})):
        audit.record(
            session, Action.SPLIT, at=now, staff_id=person.staff_id,
            case_id=done_to.id, section=section, **facts,
        )  # fmt: skip
    await cases.put_back(session, case)
    await confirmed.note(session, further, now=now)
    printed, _ = receipt.parse_case_number(number)
    return receipt.case_number(printed, ordinal)


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
        sounds=case.kind,
        channel=case.channel,
        late=case.late,
        has_files=case.has_files,
        office_id=office_id,
        status=Status.REGISTERED if lead else Status.ASSIGNED,
        opened_at=case.opened_at,
        due_at=case.due_at,
        acceptance_due_at=case.acceptance_due_at,
        contact_due_at=case.contact_due_at,
        clock_began_at=case.clock_began_at,
        policy=case.policy,
        calendar=case.calendar,
        provisional=case.provisional,
        lapses_at=case.due_at,
        restricted=case.restricted,
        unread=False,
    )


async def _tie(
    session: AsyncSession,
    person: Person,
    case: Case,
    further: Case,
    *,
    notice: ShelvedNotice,
    now: datetime,
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
        evidence = await _evidence(session, notice, further)
        session.add(_guess_of(guess, strand, evidence))
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


async def _evidence(
    session: AsyncSession, notice: ShelvedNotice, further: Case
) -> list[dict[str, Any]]:
    """Return the words that speak for the section of the further case, if any do.

    Those that spoke for the first case's say nothing of it.
    """
    opinion = await session.get_one(Opinion, further.opinion_id)
    found = notice.classifier.evidence_of(
        notice.paths[further.section_id] if further.section_id else "",
        subject=opinion.subject,
        text=own_words(opinion.text, marks_from_json(opinion.marks)),
    )
    return evidence_as_json(notice, found)


def _guess_of(
    guess: Classification, strand: Strand, evidence: Sequence[dict[str, Any]]
) -> Classification:
    return Classification(
        id=new_key(),
        strand_id=strand.id,
        method=guess.method,
        section_id=guess.section_id,
        confidence=guess.confidence,
        candidates=guess.candidates,
        evidence=list(evidence),
        made_at=guess.made_at,
    )


async def _sections(session: AsyncSession, case: Case) -> Sequence[int | None]:
    return [each.section_id for each in await cases.siblings(session, case)]


async def _next_ordinal(session: AsyncSession, case: Case) -> int:
    """Return the next ordinal of the opinion, which is held."""
    last: int = (
        await session.scalars(
            select(func.max(Case.ordinal)).where(Case.opinion_id == case.opinion_id)
        )
    ).one()
    if last >= MOST_CASES:
        raise TooManyMatters("the opinion has as many cases as there can be")
    return last + 1
