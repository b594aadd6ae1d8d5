"""What waits for a second signature, what was sent back, and who may decide on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain import lifecycle, permission
from app.domain.answering import Verdict
from app.domain.permission import Duty
from app.domain.receipt import case_number
from app.errors import NotFound
from app.models import Case, Office, Opinion, Staff, SubmittedAnswer
from app.services import cases
from app.services.paging import FIRST, Page, Place, Turn, cut, number_of, oldest_first
from app.services.staff import Person
from app.services.tabs import MOST_COUNTED

PAGE: Final = 50
_MOST_SENT_BACK: Final = 50


class NoSuchAnswer(NotFound):
    """There is no such answer, or none that this person may decide on."""

    code = "no_such_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEntry:
    """An answer that waits, as one line of the list."""

    place: Place
    number: str
    subject: str
    writer: str
    office: str
    submitted_at: datetime
    due_at: datetime
    own: bool
    """Whether the person wrote it, so that somebody else has to decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An answer that was submitted, and what became of it."""

    row: SubmittedAnswer
    number: str
    writer: str
    decider: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """An answer that its writer got back."""

    number: str
    subject: str
    remark: str
    decided_at: datetime | None


async def page(
    session: AsyncSession, person: Person, *, turn: Turn = FIRST
) -> Page[WaitingEntry]:
    """Return one page of what waits and the person may decide on, the oldest first.

    Raises:
        NotAllowed: The role signs nothing.
    """
    permission.check(person.role, Duty.SIGN)
    statement = (
        select(
            SubmittedAnswer, Opinion.receipt_number, Case.ordinal, Case.due_at,
            Opinion.subject, Staff.display_name, Office.name,
        )
        .join(Case, Case.id == SubmittedAnswer.case_id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Staff, Staff.id == SubmittedAnswer.staff_id)
        .join(Office, Office.id == SubmittedAnswer.office_id)
        .where(*await _open_to(session, person))
    )  # fmt: skip
    wanted = oldest_first(statement, SubmittedAnswer.id, most=PAGE, turn=turn)
    rows = [
        WaitingEntry(
            place=Place(key=row.id),
            number=case_number(printed, ordinal),
            subject=subject,
            writer=writer,
            office=office,
            submitted_at=row.submitted_at,
            due_at=due_at,
            own=row.staff_id == person.staff_id,
        )
        for row, printed, ordinal, due_at, subject, writer, office
        in await session.execute(wanted)
    ]  # fmt: skip
    return cut(rows, most=PAGE, turn=turn, place=lambda line: line.place)


async def count(session: AsyncSession, person: Person) -> int:
    """Return how many answers the person may decide on, `MOST_COUNTED` at most."""
    if not permission.may(person.role, Duty.SIGN):
        return 0
    found = (
        select(SubmittedAnswer.id)
        .join(Case, Case.id == SubmittedAnswer.case_id)
        .where(*await _open_to(session, person))
        .where(SubmittedAnswer.staff_id != person.staff_id)
    )
    return await number_of(session, found, most=MOST_COUNTED)


async def read(session: AsyncSession, person: Person, key: int) -> Submission:
    """Return what was submitted, for whoever decides on it.

    Raises:
        NotAllowed: The role signs nothing.
        NoSuchAnswer: There is none, or it is another office's.
    """
    permission.check(person.role, Duty.SIGN)
    lead = await in_lead(session, person)
    found = await _submission(
        session, select(SubmittedAnswer.id).join(
            Case, Case.id == SubmittedAnswer.case_id
        ).where(SubmittedAnswer.id == key, cases.seen_by(person))
    )  # fmt: skip
    if found is None or not decides_for(person, found.row.office_id, lead=lead):
        raise NoSuchAnswer("there is no such answer")
    return found


async def of_case(session: AsyncSession, case: Case) -> Submission | None:
    """Return what was submitted last on a case, unless it has left the house.

    What was overtaken is told of wherever the case is by now.
    """
    newest = (
        select(SubmittedAnswer.id)
        .where(SubmittedAnswer.case_id == case.id)
        .order_by(SubmittedAnswer.id.desc())
        .limit(1)
    )
    found = await _submission(session, newest)
    done = {Verdict.APPROVED, Verdict.WITHDRAWN}
    if found is None or found.row.verdict in done:
        return None
    decided_at, answered_at = found.row.decided_at, case.answered_at
    if decided_at and answered_at and answered_at > decided_at:
        return None
    if found.row.verdict is Verdict.OVERTAKEN:
        return found
    if case.status not in lifecycle.OPEN:
        return None
    return found if found.row.office_id == case.office_id else None


async def sent_back(session: AsyncSession, person: Person) -> list[SentBack]:
    """Return what the person got back and has not submitted again, the newest first."""
    rows = await session.execute(
        select(
            Opinion.receipt_number, Case.ordinal, Opinion.subject,
            SubmittedAnswer.remark, SubmittedAnswer.decided_at,
        )
        .join(Case, Case.id == SubmittedAnswer.case_id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(
            SubmittedAnswer.staff_id == person.staff_id,
            SubmittedAnswer.verdict == Verdict.SENT_BACK,
            SubmittedAnswer.office_id == Case.office_id,
            Case.status.in_(lifecycle.OPEN),
            or_(
                Case.answered_at.is_(None),
                Case.answered_at <= SubmittedAnswer.decided_at,
            ),
            cases.seen_by(person),
            ~superseded(),
        )
        .order_by(SubmittedAnswer.id.desc())
        .limit(_MOST_SENT_BACK)
    )  # fmt: skip
    return [
        SentBack(
            number=case_number(printed, ordinal),
            subject=subject,
            remark=remark or "",
            decided_at=decided_at,
        )
        for printed, ordinal, subject, remark, decided_at in rows
    ]


async def waiting_on(session: AsyncSession, case: Case) -> SubmittedAnswer | None:
    """Return what waits for a signature on a case."""
    found: SubmittedAnswer | None = await session.scalar(
        select(SubmittedAnswer).where(
            SubmittedAnswer.case_id == case.id, SubmittedAnswer.verdict.is_(None)
        )
    )
    return found


def superseded() -> ColumnElement[bool]:
    """Return the condition that holds for answers with a newer one on their case."""
    newer = aliased(SubmittedAnswer)
    return (
        select(newer.id)
        .where(newer.case_id == SubmittedAnswer.case_id, newer.id > SubmittedAnswer.id)
        .exists()
    )


def decides_for(person: Person, office_id: int, *, lead: bool) -> bool:
    """Return whether ``person`` may agree to answers of that office.

    Those of the same office do, and those of the supervision office (``lead``), for a
    small office may have only one who could.
    """
    if not permission.may(person.role, Duty.SIGN):
        return False
    return lead or person.office_id == office_id


async def in_lead(session: AsyncSession, person: Person) -> bool:
    """Return whether the person is of the supervision office."""
    return bool(
        await session.scalar(select(Office.leads).where(Office.id == person.office_id))
    )


async def countersigned(session: AsyncSession) -> frozenset[int]:
    """Return the keys of the offices that want a second signature."""
    rows = await session.scalars(select(Office.id).where(Office.countersigns))
    return frozenset(rows)


async def _open_to(
    session: AsyncSession, person: Person
) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of what waits, may be decided on and has not moved on."""
    lead = await in_lead(session, person)
    ours = true() if lead else SubmittedAnswer.office_id == person.office_id
    here = and_(
        SubmittedAnswer.office_id == Case.office_id, Case.status.in_(lifecycle.OPEN)
    )
    return SubmittedAnswer.verdict.is_(None), ours, here, cases.seen_by(person)


async def _submission(session: AsyncSession, keys: Select[int]) -> Submission | None:
    decider = aliased(Staff)
    found = (
        await session.execute(
            select(
                SubmittedAnswer, Opinion.receipt_number, Case.ordinal,
                Staff.display_name, decider.display_name,
            )
            .join(Case, Case.id == SubmittedAnswer.case_id)
            .join(Opinion, Opinion.id == Case.opinion_id)
            .join(Staff, Staff.id == SubmittedAnswer.staff_id)
            .outerjoin(decider, decider.id == SubmittedAnswer.decided_by)
            .where(SubmittedAnswer.id.in_(keys))
        )
    ).first()  # fmt: skip
    if found is None:
        return None
    row, printed, ordinal, writer, decided = found
    return Submission(
        row=row, number=case_number(printed, ordinal), writer=writer, decider=decided
    )
