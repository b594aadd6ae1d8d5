"""Triage: what a case is about, and whose it is.

Each function holds the permission, takes the case in hand at the revision that the
person saw, changes it, and puts that down in the record.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.permission import Duty, may
from app.domain.record import Action
from app.domain.vocabulary import Kind, Method, Move
from app.errors import InvalidInput
from app.keys import new_key
from app.models import Case, Classification, Note, Staff, Strand
from app.services import (
    accused,
    audit,
    cases,
    co_offices,
    confirmed,
    remarks,
    restricting,
    routing,
    siblings,
)
from app.services.administration import offices
from app.services.clocks import rekinding
from app.services.helping import leads
from app.services.house import House
from app.services.offices import moving
from app.services.placing import CHOSEN
from app.services.queue import mentioning
from app.services.staff import NoSuchOffice, Person


class NoSuchColleague(InvalidInput):
    """There is nobody of that key who could work on a case."""

    code = "no_such_colleague"


async def classify(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    section: str | None,
    now: datetime,
) -> None:
    """Decide which section the case is about; None: none of the notice's.

    Raises:
        NoSuchSection: The notice has none at that path.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    notice = house.shelf.by_id(case.notice_id)
    section_id = notice.section_id(section) if section is not None else None
    session.add(
        Classification(
            strand_id=await _first_strand(session, case),
            method=Method.STAFF,
            section_id=section_id,
            confidence=CHOSEN,
            candidates=[],
            evidence=[],
            staff_id=person.staff_id,
            made_at=now,
        )
    )
    before = notice.paths.get(case.section_id) if case.section_id else None
    case.section_id = section_id
    audit.record(
        session, Action.CLASSIFIED, at=now, staff_id=person.staff_id, case_id=case.id,
        before=before, after=section,
    )  # fmt: skip
    await cases.put_back(session, case)
    await confirmed.note(session, case, now=now)


async def set_kind(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    kind: Kind,
    now: datetime,
) -> None:
    """Decide what the case is: suggestion, complaint, and so on.

    A report of wrongdoing goes to the restricted desk. Its days follow (`rekinding`).

    Raises:
        AppError: See `siblings.hold` and `cases.take_in_hand`.
    """
    if kind is Kind.REPORT:
        await siblings.hold(session, number)
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    before, case.kind, case.sounds = case.kind, kind, kind
    if kind is Kind.REPORT and not case.restricted:
        await restricting.hide(session, person, house, case, now=now)
    audit.record(
        session, Action.KIND_SET, at=now, staff_id=person.staff_id, case_id=case.id,
        before=before, after=kind,
    )  # fmt: skip
    await rekinding.reckon_anew(session, person, house, case, before=before, now=now)
    await cases.put_back(session, case)


async def assign(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    office_id: int | None = None,
    assignee_id: int | None = None,
    despite: bool = False,
    now: datetime,
) -> None:
    """Put the case into an office's queue, or straight into a person's hands.

    ``despite``: the person knows that the text complains of whom it goes to.

    Raises:
        NoSuchOffice: There is no office of that key.
        OfficeOff: It is switched off.
        NoSuchColleague: There is no such person, or one who only reads.
        IllegalTransition: A closed case is reopened first.
        RestrictedCase: It is a report of wrongdoing, which they may not see.
        ComplainsOfThem: The text does, and nobody said that this is known.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.ASSIGN, revision=revision
    )
    if assignee_id is not None:
        office_id = await _office_of(session, assignee_id)
    if office_id is None:
        raise NoSuchOffice("there is no such office")
    await offices.check_in_use(session, office_id)
    await restricting.check_receiver(
        session, case, office_id=office_id, assignee_id=assignee_id
    )
    if not despite:
        await accused.check_not_accused(
            session, case, office_id=office_id, assignee_id=assignee_id
        )
    case.move(Move.ASSIGN)
    before = case.office_id
    case.office_id, case.assignee_id = office_id, assignee_id
    audit.record(
        session, Action.ASSIGNED, at=now, staff_id=person.staff_id, case_id=case.id,
        before=before, office_id=office_id, assignee_id=assignee_id, despite=despite,
    )  # fmt: skip
    await cases.put_back(session, case)
    await moving.on(session, case, before=before, by=person.staff_id, now=now)
    await co_offices.leads_alone(session, case)


async def return_case(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    reason: str,
    now: datetime,
) -> None:
    """Take the case back into the supervision office's queue, and say why.

    An office that holds it to be none of its own says so by `disputing.dispute`.

    Raises:
        InvalidInput: There is no reason given.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.ASSIGN, revision=revision
    )
    note = written(reason, field="reason", case=case, person=person, now=now)
    rule = await routing.came_back(session, case, now=now)
    case.move(Move.RETURN)
    before = case.office_id
    case.office_id, case.assignee_id = house.shelf.lead_office_id, None
    session.add(note)
    sent_by = {} if rule is None else {"rule": rule}
    audit.record(
        session, Action.RETURNED, at=now, staff_id=person.staff_id, case_id=case.id,
        before=before, office_id=case.office_id, note_id=note.id, **sent_by,
    )  # fmt: skip
    await cases.put_back(session, case)
    await mentioning.mention(session, note, now=now)
    await moving.on(session, case, before=before, by=person.staff_id, now=now)


async def note(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    text: str,
    now: datetime,
) -> None:
    """Write something on the case that the citizen never receives.

    What a co-office thinks is brought up before the lead office.

    Raises:
        InvalidInput: There is nothing written, or too much.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision, helping=True
    )
    helps = not leads(person, case)
    said = written(text, field="text", case=case, person=person, now=now)
    said.contributed_by = person.office_id if helps else None
    session.add(said)
    audit.record(
        session, Action.CONTRIBUTED if helps else Action.NOTED, at=now,
        staff_id=person.staff_id, case_id=case.id,
    )  # fmt: skip
    await cases.put_back(session, case, wakes=False)
    await mentioning.mention(session, said, now=now)
    if helps:
        await cases.bring_up(session, case.id)


async def mark_read(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    now: datetime,
) -> None:
    """Note that what the citizen added was read.

    Raises:
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    seen = {"staff_id": person.staff_id, "case_id": case.id}
    audit.record(session, Action.ADDITION_SEEN, at=now, **seen)
    await cases.put_back(session, case)


def written(
    text: str, *, field: str, case: Case, person: Person, now: datetime
) -> Note:
    """Return a note by ``person`` on ``case``, not yet stored.

    Raises:
        InvalidInput: There is nothing written in ``field``, or too much.
    """
    return Note(
        id=new_key(), case_id=case.id, staff_id=person.staff_id,
        text=remarks.take(text, field=field), noted_at=now,
    )  # fmt: skip


async def _first_strand(session: AsyncSession, case: Case) -> int:
    return (
        await session.scalars(
            select(Strand.id).where(
                Strand.case_id == case.id, Strand.opinion_id == case.opinion_id
            )
        )
    ).one()


async def _office_of(session: AsyncSession, staff_id: int) -> int:
    colleague = await session.get(Staff, staff_id)
    if colleague is None or not colleague.active or not may(colleague.role, Duty.WORK):
        raise NoSuchColleague("nobody of that key works on cases", field="to")
    return colleague.office_id
