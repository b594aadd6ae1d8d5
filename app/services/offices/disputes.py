"""Disputes, looked at: those that wait for a ruling, and those of one case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain import permission
from app.domain.offices import DisputeGround
from app.domain.permission import Duty
from app.domain.receipt import case_number
from app.domain.vocabulary import Status
from app.models import Case, Dispute, Office, Opinion, Staff
from app.services import cases
from app.services.paging import FIRST, Page, Place, Turn, cut, number_of, oldest_first
from app.services.staff import Person
from app.services.tabs import MOST_COUNTED

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDispute:
    """A dispute as one line of the list."""

    place: Place
    number: str
    subject: str
    office: str
    ground: DisputeGround
    suggested: str | None
    disputed_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A dispute as its case's page tells it."""

    row: Dispute
    office: str
    by: str
    suggested: str | None
    given_to: str | None
    ruled_by: str | None


def waiting() -> ColumnElement[bool]:
    """Return the condition that holds for disputes that somebody has to rule on.

    A case that was answered, closed or given elsewhere needs no ruling any more.
    """
    return and_(
        Dispute.ruling.is_(None),
        Dispute.office_id == Case.office_id,
        Case.status == Status.ASSIGNED,
    )


async def page(
    session: AsyncSession, person: Person, *, turn: Turn = FIRST
) -> Page[OpenDispute]:
    """Return one page of what waits for a ruling, the oldest first.

    Raises:
        NotAllowed: The role rules on nothing.
    """
    permission.check(person.role, Duty.ASSIGN)
    suggested = aliased(Office)
    statement = (
        select(
            Dispute, Opinion.receipt_number, Case.ordinal, Opinion.subject,
            Office.name, suggested.name, Case.due_at,
        )
        .join(Case, Case.id == Dispute.case_id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Office, Office.id == Dispute.office_id)
        .outerjoin(suggested, suggested.id == Dispute.suggested_id)
        .where(waiting(), cases.seen_by(person))
    )  # fmt: skip
    wanted = oldest_first(statement, Dispute.id, most=PAGE, turn=turn)
    rows = [
        OpenDispute(
            place=Place(key=row.id),
            number=case_number(printed, ordinal),
            subject=subject,
            office=office,
            ground=row.ground,
            suggested=named,
            disputed_at=row.disputed_at,
            due_at=due_at,
        )
        for row, printed, ordinal, subject, office, named, due_at
        in await session.execute(wanted)
    ]  # fmt: skip
    return cut(rows, most=PAGE, turn=turn, place=lambda line: line.place)


async def count(session: AsyncSession, person: Person) -> int:
    """Return how many wait for a ruling of the person's, `MOST_COUNTED` at most."""
    if not permission.may(person.role, Duty.ASSIGN):
        return 0
    found = (
        select(Dispute.id)
        .join(Case, Case.id == Dispute.case_id)
        .where(waiting(), cases.seen_by(person))
    )
    return await number_of(session, found, most=MOST_COUNTED)


async def of_case(session: AsyncSession, case: Case) -> Sequence[Told]:
    """Return the disputes of ``case``, the newest first."""
    rows = await session.execute(
        _told().where(Dispute.case_id == case.id).order_by(Dispute.id.desc())
    )
    return [
        Told(
            row=row, office=office, by=by,
            suggested=suggested, given_to=given, ruled_by=ruler,
        )
        for row, office, by, suggested, given, ruler in rows
    ]  # fmt: skip


def _told() -> Select[*tuple[Any, ...]]:
    suggested, given, ruler = aliased(Office), aliased(Office), aliased(Staff)
    return (
        select(
            Dispute, Office.name, Staff.display_name,
            suggested.name, given.name, ruler.display_name,
        )
        .join(Office, Office.id == Dispute.office_id)
        .join(Staff, Staff.id == Dispute.staff_id)
        .outerjoin(suggested, suggested.id == Dispute.suggested_id)
        .outerjoin(given, given.id == Dispute.given_to)
        .outerjoin(ruler, ruler.id == Dispute.ruled_by)
    )  # fmt: skip
