"""Replies: the answer, the end of the procedure, and its beginning again."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.permission import Duty
from app.domain.submission import MOST_TEXT, clean
from app.domain.vocabulary import Action, Disposition, Move
from app.errors import InvalidInput
from app.models import Answer, Case, Contact, Notice, Office, Opinion, OutboxMessage
from app.services import audit, cases, letters, triage
from app.services.house import House
from app.services.staff import Person


async def answer(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    text: str,
    now: datetime,
) -> bool:
    """Answer the citizen; return whether a letter was promised in the outbox.

    Without an address that may be written to, the answer stands on the tracking page
    alone.

    Raises:
        InvalidInput: The answer is empty or too long.
        IllegalTransition: A closed case is reopened first.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    text = clean(text)
    if not text:
        raise InvalidInput("an answer says something", field="text",
                           code="text_missing")  # fmt: skip
    if len(text) > MOST_TEXT:
        raise InvalidInput("this is too long", field="text", code="too_long")
    letter = await _letter(session, house, case, text=text, now=now)
    case.move(Move.ANSWER)
    case.answered_at = now
    session.add(
        Answer(case_id=case.id, staff_id=person.staff_id, office_id=case.office_id,
               text=text, answered_at=now)
    )  # fmt: skip
    if letter is not None:
        session.add(letter)
    audit.record(
        session, Action.ANSWERED, at=now, staff_id=person.staff_id, case_id=case.id,
        mailed=letter is not None,
    )  # fmt: skip
    await cases.put_back(session, case)
    return letter is not None


async def close(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    disposition: Disposition,
    now: datetime,
) -> None:
    """End the procedure of the case.

    Raises:
        AnswerFirst: It cannot end like this before the citizen has an answer.
        IllegalTransition: It has ended already.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    lifecycle.after(case.status, Move.CLOSE)
    lifecycle.check_ending(disposition, answered=case.answered_at is not None)
    case.move(Move.CLOSE)
    case.disposition, case.closed_at = disposition, now
    audit.record(
        session, Action.CLOSED, at=now, staff_id=person.staff_id, case_id=case.id,
        disposition=disposition,
    )  # fmt: skip
    await cases.put_back(session, case)


async def reopen(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    reason: str,
    now: datetime,
) -> None:
    """Begin again: the case is the supervision office's, with a clock of its own.

    The answers given remain; to close it as answered takes a new one.

    Raises:
        InvalidInput: There is no reason given.
        IllegalTransition: It is not closed.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.REOPEN, revision=revision
    )
    note = triage.written(reason, field="reason", case=case, person=person, now=now)
    case.move(Move.REOPEN)
    before = case.disposition
    case.office_id, case.assignee_id = house.shelf.lead_office_id, None
    case.disposition, case.answered_at, case.closed_at = None, None, None
    case.due_at = now + house.settings.answer_within
    session.add(note)
    audit.record(
        session, Action.REOPENED, at=now, staff_id=person.staff_id, case_id=case.id,
        before=before, note_id=note.id,
    )  # fmt: skip
    await cases.put_back(session, case)


async def _letter(
    session: AsyncSession, house: House, case: Case, *, text: str, now: datetime
) -> OutboxMessage | None:
    """Return the letter that brings the answer; None: nobody may be written to."""
    row = (
        await session.execute(
            select(Opinion, Contact, Notice.title, Office.name)
            .join(Contact, Contact.opinion_id == Opinion.id)
            .join(Notice, Notice.id == Opinion.notice_id)
            .join(Office, Office.id == case.office_id)
            .where(Opinion.id == case.opinion_id)
        )
    ).first()
    if row is None or row.Opinion.anonymous or not row.Contact.may_mail:
        return None
    contact = json.loads(house.seal.open(row.Contact.sealed, purpose="contact"))
    regarding = letters.Regarding(
        opinion_id=row.Opinion.id,
        case_id=case.id,
        receipt_number=row.Opinion.receipt_number,
        notice_title=row.title,
        email=contact["email"],
        language=row.Opinion.language,
        letter_id=row.Contact.letter_id,
    )
    return OutboxMessage(
        **letters.answer(house, regarding, office=row.name, text=text, now=now)
    )
