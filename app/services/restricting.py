"""Restricting: reports of wrongdoing lie with one office, and few there see them.

The words of an opinion are in all of its cases, so all of them are restricted
together, and so are those that other opinions in the same case have opened.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes

from app.domain import lifecycle
from app.domain.complaint import Complained, complained_of
from app.domain.permission import Duty, may
from app.domain.record import Action
from app.domain.vocabulary import Kind, Move, Status
from app.errors import Conflict
from app.models import Case, Office, Opinion, Staff, Strand
from app.services import audit, cases, siblings
from app.services.accused import receiver_of_report, said
from app.services.answering import overtaking
from app.services.house import House
from app.services.staff import NoSuchOffice, Person


class RestrictedAlready(Conflict):
    """The case lies with the restricted desk already."""

    code = "restricted_already"


class NotRestricted(Conflict):
    """Everybody who works on cases may see it already."""

    code = "not_restricted"


class RestrictedCase(Conflict):
    """A report of wrongdoing is passed to nobody who may not see it."""

    code = "restricted_case"


async def restrict(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    now: datetime,
) -> None:
    """Put the case before the restricted desk; whoever does it may lose sight of it.

    Raises:
        RestrictedAlready: It lies there.
        AppError: See `siblings.hold` and `cases.take_in_hand`.
    """
    await siblings.hold(session, number)
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    await hide(session, person, house, case, now=now)
    await cases.put_back(session, case)


async def hide(
    session: AsyncSession, person: Person, house: House, case: Case, *, now: datetime
) -> None:
    """Restrict a case, and whatever shows the same words; all held (`siblings.hold`).

    They go to the office that receives reports, unless they complain of it.

    Raises:
        RestrictedAlready: It is.
    """
    if case.restricted:
        raise RestrictedAlready("the case lies with the restricted desk already")
    together = await _together(session, case)
    accused = await _accused(session, house, together)
    office_id, by = receiver_of_report(house.shelf, accused)
    for each in together:
        _hand_over(each, office_id, leads=office_id == house.shelf.lead_office_id)
        each.restricted = True
        audit.record(
            session, Action.RESTRICTED, at=now, staff_id=person.staff_id,
            case_id=each.id, office_id=office_id,
        )  # fmt: skip
        if by is not None:
            audit.record(
                session, Action.KEPT_BACK, at=now, case_id=each.id,
                receiver=by.office_id, office_id=office_id, name=by.name, sign=by.sign,
            )  # fmt: skip
    await _end_answers(session, person, together, now=now)


async def release(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    now: datetime,
) -> None:
    """Give the case to the supervision office, as one like any other.

    Raises:
        NotRestricted: It is one.
        AppError: See `siblings.hold` and `cases.take_in_hand`.
    """
    await siblings.hold(session, number)
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.READ_RESTRICTED, revision=revision
    )
    if not case.restricted:
        raise NotRestricted("the case is not restricted")
    office_id = house.shelf.lead_office_id
    together = await _together(session, case)
    for each in together:
        _hand_over(each, office_id, leads=True)
        each.restricted = False
        audit.record(
            session, Action.UNRESTRICTED, at=now, staff_id=person.staff_id,
            case_id=each.id, office_id=office_id,
        )  # fmt: skip
    await _end_answers(session, person, together, now=now)
    await cases.put_back(session, case)


async def check_receiver(
    session: AsyncSession,
    case: Case,
    *,
    office_id: int,
    assignee_id: int | None,
) -> None:
    """Hold that a restricted case goes to nobody who may not see it.

    Raises:
        RestrictedCase: It would.
    """
    if not case.restricted:
        return
    flagged = await session.scalar(select(Office.id).where(Office.receives_reports))
    offices = {case.office_id, flagged}
    colleague = await session.get(Staff, assignee_id) if assignee_id else None
    blind = colleague is not None and not may(colleague.role, Duty.READ_RESTRICTED)
    if office_id not in offices or blind:
        raise RestrictedCase("a restricted case stays with those who may see it")


async def receive_reports(
    session: AsyncSession, name: str, *, now: datetime, staff_id: int | None = None
) -> None:
    """Let reports of wrongdoing go to the office ``name`` from now on.

    Those that came before stay where they are.

    Raises:
        NoSuchOffice: There is no office of that name.
    """
    office: Office | None = await session.scalar(
        select(Office).where(Office.name == name.strip())
    )
    if office is None:
        raise NoSuchOffice(f"there is no office {name}")
    # One after the other: the database lets no two receive them.
    await session.execute(
        update(Office)
        .where(Office.id != office.id)
        .values(receives_reports=False)
        .execution_options(synchronize_session=False)
    )
    office.receives_reports = True
    await session.flush()
    audit.record(
        session, Action.OFFICE_CHANGED, at=now, staff_id=staff_id,
        office_id=office.id, receives_reports=True,
    )  # fmt: skip


def _hand_over(case: Case, office_id: int, *, leads: bool) -> None:
    """Put the case into the office's queue, nobody's yet there."""
    if case.status is Status.ASSIGNED and leads:
        case.move(Move.RETURN)
    elif case.status in lifecycle.WAITING and not leads:
        case.move(Move.ASSIGN)
    case.office_id, case.assignee_id = office_id, None
    case.snoozed_until = None
    # Also where nothing else changes: a page that is open now is out of date.
    attributes.flag_modified(case, "office_id")


async def _end_answers(
    session: AsyncSession, person: Person, together: Sequence[Case], *, now: datetime
) -> None:
    """End what waits for the signature of the office that they come from."""
    keys = [each.id for each in together]
    await overtaking.end(session, keys, staff_id=person.staff_id, now=now)


async def _accused(
    session: AsyncSession, house: House, together: Sequence[Case]
) -> Sequence[Complained]:
    """Return whom the words complain of that the cases ``together`` show."""
    tied = select(Strand.opinion_id).where(
        Strand.case_id.in_([each.id for each in together])
    )
    opinions = await session.scalars(
        select(Opinion).where(Opinion.id.in_(tied)).order_by(Opinion.id)
    )
    names = house.shelf.routing.names
    return [
        each
        for opinion in opinions
        for each in complained_of(said(opinion), names, kind=Kind.REPORT)
    ]


async def _together(session: AsyncSession, case: Case) -> Sequence[Case]:
    """Return ``case`` and the others that show words which it shows."""
    found = await session.scalars(
        select(Case).where(siblings.showing(case.id)).order_by(Case.id)
    )
    return found.all()
