"""Joint handling (主办、协办): which co-offices owe an opinion, and what they wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import InvalidInput, NotFound
from app.models import Case, CaseOffice, Note, Office
from app.services import audit, cases
from app.services.helping import check_leading
from app.services.house import House
from app.services.staff import NoSuchOffice, Person

_END: Final = time(23, 59, 59)


class NoSuchContribution(NotFound):
    """There is none of that key on the case."""

    code = "no_such_contribution"


class BadCoDay(InvalidInput):
    """The day is over, or later than the case is due."""

    code = "bad_co_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A co-office's part in a case."""

    id: int
    name: str
    since: datetime
    due_at: datetime | None
    done_at: datetime | None
    """When it wrote last; None: it still owes its opinion."""

    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What a co-office wrote (会办意见)."""

    id: int
    office: str
    text: str


async def parts(session: AsyncSession, case: Case, *, now: datetime) -> Sequence[Part]:
    """Return the co-offices' parts in ``case``, in the order they were asked in."""
    wrote = (
        select(func.max(Note.noted_at))
        .where(
            Note.case_id == CaseOffice.case_id,
            Note.contributed_by == CaseOffice.office_id,
            Note.noted_at >= CaseOffice.since,
        )
        .correlate(CaseOffice)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(
            Office.id, Office.name, CaseOffice.since, CaseOffice.due_at,
            wrote.label("done_at"),
        )
        .join(CaseOffice, CaseOffice.office_id == Office.id)
        .where(CaseOffice.case_id == case.id)
        .order_by(CaseOffice.since, Office.name)
    )  # fmt: skip
    waits = case.status in lifecycle.WAITING
    return [
        Part(**row, overdue=waits and _is_overdue(row.due_at, row.done_at, now))
        for row in rows.mappings()
    ]


async def contributions(session: AsyncSession, case: Case) -> Sequence[Contribution]:
    """Return what co-offices wrote on ``case``, the oldest first."""
    rows = await session.execute(
        select(Note.id, Office.name.label("office"), Note.text)
        .join(Office, Office.id == Note.contributed_by)
        .where(Note.case_id == case.id)
        .order_by(Note.id)
    )
    return [Contribution(**row) for row in rows.mappings()]


async def contribution(
    session: AsyncSession, person: Person, number: str, key: int
) -> Contribution:
    """Return one of them, to be taken over into the answer.

    Raises:
        NoSuchContribution: There is none of that key.
        NotLeading: The office is only asked what it thinks.
        AppError: See `cases.find`.
    """
    case = await cases.find(session, person, number)
    check_leading(person, case)
    for each in await contributions(session, case):
        if each.id == key:
            return each
    raise NoSuchContribution("there is no such contribution")


async def set_due(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    office_id: int,
    day: date,
    now: datetime,
) -> None:
    """Say until the end of which day a co-office's opinion is wanted.

    Raises:
        NoSuchOffice: It has no part in the case.
        BadCoDay: The day is over, or later than the case is due.
        AppError: See `cases.take_in_hand`; a co-office sets itself none.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    part = await session.get(CaseOffice, (case.id, office_id))
    if part is None:
        raise NoSuchOffice("the office has no part in this case")
    zone = house.settings.zone
    last = max(case.due_at, now).astimezone(zone).date()
    if not now.astimezone(zone).date() <= day <= last:
        raise BadCoDay("the day does not fit", field="day")
    part.due_at = datetime.combine(day, _END, zone)
    audit.record(
        session, Action.CO_DUE_SET, at=now, staff_id=person.staff_id, case_id=case.id,
        office_id=office_id, day=day.isoformat(),
    )  # fmt: skip
    await cases.put_back(session, case)


def _is_overdue(
    due_at: datetime | None, done_at: datetime | None, now: datetime
) -> bool:
    return due_at is not None and done_at is None and due_at <= now
