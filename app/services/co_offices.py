"""Co-offices (协办): who is asked what they think of a case that another answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict
from app.models import Case, CaseOffice, Office
from app.services import accused, audit, cases
from app.services.administration import offices
from app.services.offices import moving
from app.services.restricting import RestrictedCase
from app.services.staff import NoSuchOffice, Person


class OfficeThere(Conflict):
    """The office has the case already."""

    code = "office_there"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoOffice:
    """An office that is asked what it thinks."""

    id: int
    name: str
    since: datetime


async def read(session: AsyncSession, case_id: int) -> Sequence[CoOffice]:
    """Return the co-offices of a case, in the order in which they were asked."""
    rows = await session.execute(
        select(Office.id, Office.name, CaseOffice.since)
        .join(CaseOffice, CaseOffice.office_id == Office.id)
        .where(CaseOffice.case_id == case_id)
        .order_by(CaseOffice.since, Office.name)
    )
    return [CoOffice(**row) for row in rows.mappings()]


async def add(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    office_id: int,
    despite: bool = False,
    now: datetime,
) -> None:
    """Ask an office what it thinks of the case.

    ``despite``: the person knows that the text complains of it.

    Raises:
        NoSuchOffice: There is no office of that key.
        OfficeOff: It is switched off.
        RestrictedCase: It is a report of wrongdoing.
        OfficeThere: It answers the case, or was asked before.
        ComplainsOfThem: The text complains of it, and nobody said that this is known.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.ASSIGN, revision=revision
    )
    await offices.check_in_use(session, office_id)
    if case.restricted:
        raise RestrictedCase("a report of wrongdoing is shown to no other office")
    asked = await session.get(CaseOffice, (case.id, office_id))
    if asked is not None or case.office_id == office_id:
        raise OfficeThere("the office has the case already")
    if not despite:
        await accused.check_not_accused(
            session, case, office_id=office_id, assignee_id=None
        )
    session.add(CaseOffice(case_id=case.id, office_id=office_id, since=now))
    audit.record(
        session, Action.CO_OFFICE_ADDED, at=now, staff_id=person.staff_id,
        case_id=case.id, office_id=office_id,
    )  # fmt: skip
    await cases.put_back(session, case)
    await moving.asked(session, case, office_id, now=now)


async def remove(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    office_id: int,
    now: datetime,
) -> None:
    """Ask an office no more; what it wrote remains.

    Raises:
        NoSuchOffice: It was not asked.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.ASSIGN, revision=revision
    )
    asked = await session.get(CaseOffice, (case.id, office_id))
    if asked is None:
        raise NoSuchOffice("the office has no part in this case")
    await session.delete(asked)
    audit.record(
        session, Action.CO_OFFICE_REMOVED, at=now, staff_id=person.staff_id,
        case_id=case.id, office_id=office_id,
    )  # fmt: skip
    await cases.put_back(session, case)
    await moving.asked_no_more(session, case, office_id, now=now)


async def add_all(
    session: AsyncSession, case: Case, office_ids: Sequence[int], *, now: datetime
) -> None:
    """Give the case those co-offices that it has not got, and its lead none of it."""
    known = set(
        await session.scalars(
            select(CaseOffice.office_id).where(CaseOffice.case_id == case.id)
        )
    )
    fresh = [key for key in office_ids if key not in known | {case.office_id}]
    if fresh:
        await session.execute(
            insert(CaseOffice),
            [{"case_id": case.id, "office_id": key, "since": now} for key in fresh],
        )
    for key in fresh:
        await moving.asked(session, case, key, now=now)
    await leads_alone(session, case)


async def leads_alone(session: AsyncSession, case: Case) -> None:
    """See that the lead office is not a co-office of the case besides."""
    await session.execute(
        delete(CaseOffice).where(
            CaseOffice.case_id == case.id, CaseOffice.office_id == case.office_id
        )
    )
