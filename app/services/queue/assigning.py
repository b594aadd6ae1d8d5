"""Assigning by load: to oneself, or to whom of an office has the fewest open cases."""

from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.permission import DUTIES, Duty
from app.domain.record import Action
from app.domain.vocabulary import Move
from app.errors import Conflict
from app.models import Case, ComplainedOf, Office, Staff
from app.services import accused, audit, cases, co_offices, triage
from app.services.accused import ComplainsOfThem
from app.services.offices import moving
from app.services.staff import Person

_NO_OFFICE: Final = -1


class ComplainsOfYou(ComplainsOfThem):
    """Nobody says of what complains of themselves that it is theirs all the same."""

    code = "complains_of_you"


class NobodyThere(Conflict):
    """Nobody of the office could take the case."""

    code = "nobody_there"


async def assign_by_load(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    office_id: int,
    now: datetime,
) -> int:
    """Give the case to whoever of the office has the fewest that wait; return who.

    Whom it complains of is passed over. The office is held meanwhile, so that two who
    assign at once do not both find the same person idle.

    Raises:
        NobodyThere: Nobody of the office could take it.
        AppError: See `triage.assign`.
    """
    await session.execute(
        select(Office.id).where(Office.id == office_id).with_for_update(key_share=True)
    )
    case = await cases.find(session, person, number)
    staff_id = await _idlest(session, case, office_id)
    while staff_id is not None and await accused.noted(session, case, staff_id):
        staff_id = await _idlest(session, case, office_id)
    if staff_id is None:
        raise NobodyThere("nobody of the office could take the case")
    await triage.assign(
        session, person, number, revision=revision, assignee_id=staff_id, now=now
    )
    return staff_id


async def take_over(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    now: datetime,
) -> None:
    """Let ``person`` have a case of their own office in hand, whoever had it.

    For this nobody has to be one who assigns: it stays in the office.

    Raises:
        IllegalTransition: A closed case is reopened first.
        ComplainsOfYou: The text complains of the person, or of their office.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    before = case.office_id
    # Where it lies with their office already, somebody saw to that.
    comes_to = person.office_id if person.office_id != before else _NO_OFFICE
    try:
        await accused.check_not_accused(
            session, case, office_id=comes_to, assignee_id=person.staff_id
        )
    except ComplainsOfThem as found:
        raise ComplainsOfYou(found.complained) from None
    case.move(Move.ASSIGN)
    case.office_id, case.assignee_id = person.office_id, person.staff_id
    audit.record(
        session, Action.ASSIGNED, at=now, staff_id=person.staff_id, case_id=case.id,
        before=before, office_id=case.office_id, assignee_id=person.staff_id,
        despite=False,
    )  # fmt: skip
    await cases.put_back(session, case)
    await moving.on(session, case, before=before, by=person.staff_id, now=now)
    await co_offices.leads_alone(session, case)


async def _idlest(session: AsyncSession, case: Case, office_id: int) -> int | None:
    needed = {Duty.WORK} | ({Duty.READ_RESTRICTED} if case.restricted else set())
    roles = [role for role, duties in DUTIES.items() if needed <= duties]
    complained = select(ComplainedOf.staff_id).where(
        ComplainedOf.case_id == case.id, ComplainedOf.staff_id.is_not(None)
    )
    load = func.count(Case.id)
    statement = (
        select(Staff.id)
        .outerjoin(
            Case,
            and_(
                Case.assignee_id == Staff.id,
                Case.status.in_(lifecycle.WAITING),
                Case.merged_at.is_(None),
            ),
        )
        .where(
            Staff.office_id == office_id,
            Staff.active,
            Staff.role.in_(roles),
            Staff.id.not_in(complained),
        )
        .group_by(Staff.id)
        # Of two with as many, whoever was given one longest ago.
        .order_by(load, func.coalesce(func.max(Case.id), 0), Staff.id)
        .limit(1)
    )
    found: int | None = await session.scalar(statement)
    return found
