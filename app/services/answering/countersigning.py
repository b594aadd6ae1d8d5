"""Countersigning (审核签发): what one person wrote leaves when another agreed to it.

Only where an office wants it. The case stays where it is meanwhile, its clock runs on,
and what was submitted goes with the first decision: the case's row is held for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission
from app.domain.answering import Verdict
from app.domain.permission import Duty
from app.domain.receipt import case_number
from app.domain.record import Action
from app.domain.vocabulary import Move
from app.errors import Conflict, NotAllowed
from app.keys import new_key
from app.models import Case, Office, Opinion, SubmittedAnswer
from app.services import audit, cases, remarks, replies
from app.services.answering import drafts, finishing
from app.services.answering.awaiting import (
    NoSuchAnswer,
    decides_for,
    in_lead,
    waiting_on,
)
from app.services.answering.signatures import Signature
from app.services.answering.written import Written
from app.services.house import House
from app.services.staff import NoSuchOffice, Person


class AnswerDecided(Conflict):
    """Somebody decided on it before, or its writer took it back."""

    code = "answer_decided"


class CaseMovedOn(Conflict):
    """The case is with another office by now, which answers for itself."""

    code = "case_moved_on"


class NotYourAnswer(Conflict):
    """Only who wrote an answer takes it back."""

    code = "not_your_answer"


class OwnAnswer(NotAllowed):
    """Nobody agrees to what they wrote themselves."""

    code = "own_answer"


async def submit(
    session: AsyncSession,
    person: Person,
    number: str,
    written: Written,
    *,
    now: datetime,
) -> None:
    """Put an answer before somebody who may agree to it; a newer one takes its place.

    Raises:
        InvalidInput: The answer is empty or too long, or has places to be filled in;
            or it cannot end the case like that.
        IllegalTransition: A closed case is reopened first.
        AppError: See `cases.take_in_hand`.
    """
    finishing.check_ending(written.disposition)
    case, *_ = await cases.take_together(
        session, person, number,
        duty=Duty.WORK, revision=written.revision, also=written.also,
    )  # fmt: skip
    text = replies.said(written.text)
    lifecycle.after(case.status, Move.ANSWER)
    before = await waiting_on(session, case)
    if before is not None:
        _decide(before, person, Verdict.WITHDRAWN, now=now)
        await session.flush()
    key = new_key()
    session.add(
        SubmittedAnswer(
            id=key, case_id=case.id, office_id=case.office_id,
            staff_id=person.staff_id, text=text, also=sorted(written.also),
            disposition=written.disposition, submitted_at=now,
        )
    )  # fmt: skip
    audit.record(
        session, Action.ANSWER_SUBMITTED, at=now, staff_id=person.staff_id,
        case_id=case.id, submitted_id=key,
    )  # fmt: skip
    await cases.put_back(session, case)


async def sign(
    session: AsyncSession,
    person: Person,
    house: House,
    key: int,
    agreed: Written,
    *,
    now: datetime,
) -> None:
    """Agree to an answer, as it is or as it was changed, which sends it.

    It stands under its writer's name, and ends the case if the writer said so; both
    texts are kept.

    Raises:
        OwnAnswer: The person wrote it.
        AnswerDecided: Somebody was faster.
        AppError: See `finishing.finish`.
    """
    number = await _number(session, key)
    row, _ = await _in_hand(
        session, person, number, key, revision=agreed.revision, also=agreed.also
    )
    agreed = replace(
        agreed, text=replies.said(agreed.text), disposition=row.disposition
    )
    _decide(row, person, Verdict.APPROVED, now=now)
    row.approved_text = None if agreed.text == row.text else agreed.text
    audit.record(
        session, Action.ANSWER_SIGNED, at=now, staff_id=person.staff_id,
        case_id=row.case_id, submitted_id=key, changed=row.approved_text is not None,
    )  # fmt: skip
    await finishing.finish(
        session, person, house, number, agreed,
        signed=Signature(writer_id=row.staff_id), now=now,
    )  # fmt: skip


async def send_back(
    session: AsyncSession,
    person: Person,
    house: House,
    key: int,
    *,
    revision: int,
    remark: str,
    now: datetime,
) -> None:
    """Give an answer back to its writer, who finds it as a draft, with the remark.

    Raises:
        InvalidInput: There is no remark, or too long a one.
        AppError: See `sign`.
    """
    number = await _number(session, key)
    row, case = await _in_hand(session, person, number, key, revision=revision)
    said = remarks.take(remark, field="remark")
    _decide(row, person, Verdict.SENT_BACK, now=now)
    row.remark = said
    audit.record(
        session, Action.ANSWER_SENT_BACK, at=now, staff_id=person.staff_id,
        case_id=row.case_id, submitted_id=key,
    )  # fmt: skip
    await drafts.put_before(
        session, house, staff_id=row.staff_id, case=case, text=row.text, now=now
    )
    await cases.put_back(session, case)
    await cases.bring_up(session, row.case_id)


async def take_back(
    session: AsyncSession, person: Person, house: House, key: int, *, now: datetime
) -> str:
    """Take back what one submitted oneself, as a draft; return the case's number.

    Raises:
        NoSuchAnswer: There is none.
        NotYourAnswer: Somebody else wrote it.
        AnswerDecided: Somebody decided on it.
    """
    number = await _number(session, key)
    case = await session.scalar(
        select(Case)
        .join(SubmittedAnswer, SubmittedAnswer.case_id == Case.id)
        .where(SubmittedAnswer.id == key, cases.seen_by(person))
        .with_for_update(of=Case)
    )
    if case is None:
        raise NoSuchAnswer("there is no such answer")
    row = await _row(session, key)
    if row.staff_id != person.staff_id:
        raise NotYourAnswer("somebody else wrote it")
    _decide(row, person, Verdict.WITHDRAWN, now=now)
    audit.record(
        session, Action.ANSWER_WITHDRAWN, at=now, staff_id=person.staff_id,
        case_id=case.id, submitted_id=key,
    )  # fmt: skip
    await drafts.put_before(
        session, house, staff_id=person.staff_id, case=case, text=row.text, now=now
    )
    return number


async def switch(
    session: AsyncSession, person: Person, office_id: int, *, wanted: bool,
    now: datetime,
) -> None:  # fmt: skip
    """Say whether an office wants a second signature from now on.

    What waits already still goes by what was decided when it was submitted.

    Raises:
        NotAllowed: The role may not say so.
        NoSuchOffice: There is none of that key.
    """
    permission.check(person.role, Duty.COUNTERSIGNING)
    office = await session.get(Office, office_id, with_for_update=True)
    if office is None:
        raise NoSuchOffice("there is no such office")
    if office.countersigns == wanted:
        return
    office.countersigns = wanted
    audit.record(
        session, Action.COUNTERSIGNING_CHANGED, at=now, staff_id=person.staff_id,
        office_id=office_id, wanted=wanted,
    )  # fmt: skip
    await session.flush()


async def _in_hand(
    session: AsyncSession,
    person: Person,
    number: str,
    key: int,
    *,
    revision: int,
    also: Mapping[int, int] = MappingProxyType({}),
) -> tuple[SubmittedAnswer, Case]:
    """Return what is decided on and its case, both held until the transaction ends."""
    case, *_ = await cases.take_together(
        session, person, number, duty=Duty.SIGN, revision=revision, also=also
    )
    row = await _row(session, key)
    if row.staff_id == person.staff_id:
        raise OwnAnswer("nobody agrees to what they wrote")
    if not decides_for(person, row.office_id, lead=await in_lead(session, person)):
        raise NoSuchAnswer("another office decides on it")
    if row.office_id != case.office_id:
        raise CaseMovedOn("the case is with another office by now")
    return row, case


async def _row(session: AsyncSession, key: int) -> SubmittedAnswer:
    row = await session.scalar(
        select(SubmittedAnswer).where(SubmittedAnswer.id == key).with_for_update()
    )
    if row is None:
        raise NoSuchAnswer("there is no such answer")
    if row.verdict is not None:
        raise AnswerDecided("somebody decided on it before")
    return row


async def _number(session: AsyncSession, key: int) -> str:
    found: Sequence[str | int] | None = (
        await session.execute(
            select(Opinion.receipt_number, Case.ordinal)
            .join(Case, Case.opinion_id == Opinion.id)
            .join(SubmittedAnswer, SubmittedAnswer.case_id == Case.id)
            .where(SubmittedAnswer.id == key)
        )
    ).first()
    if found is None:
        raise NoSuchAnswer("there is no such answer")
    return case_number(str(found[0]), int(found[1]))


def _decide(
    row: SubmittedAnswer, person: Person, verdict: Verdict, *, now: datetime
) -> None:
    row.verdict, row.decided_by, row.decided_at = verdict, person.staff_id, now
