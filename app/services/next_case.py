"""The next case: what a person works on after the one in hand.

A new case that is handed to somebody is that person's alone for a while. This is no
assignment, which the citizen would be told of: it ends by itself, and whoever goes on
to the next case without having done anything puts it back.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission, receipt
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Tab
from app.models import AuditEvent, Case, ComplainedOf, Opinion
from app.services import audit, cases
from app.services.accused import noted
from app.services.cases import NoSuchCase, led_by
from app.services.paging import Place
from app.services.queue.order import beyond
from app.services.staff import Person
from app.services.tabs import awake, in_tab

KEPT_FOR: Final = timedelta(minutes=15)
"""How long a new case that somebody took up is offered to nobody else."""


async def take_next(
    session: AsyncSession, person: Person, *, leaving: str | None, now: datetime
) -> str | None:
    """Return what the case to work on next is called; None: there is none.

    One's own that still wait for an answer come before new ones that nobody has taken
    up, each in the order of their due dates. From the case called ``leaving`` it goes
    on to those behind it, and begins again at the end. Whoever only reads takes nothing
    up. Nobody is handed a case that complains of them.

    Raises:
        NotAllowed: The role reads no cases.
    """
    permission.check(person.role, Duty.READ)
    left = await _left(session, person, leaving)
    if left is not None:
        await _put_back(session, person, left, now=now)
    ways = _ways(person, left, now=now)
    if not permission.may(person.role, Duty.WORK):
        found = await _first(session, person, ways)
        return found[1] if found else None
    while found := await _first(session, person, ways, hold=True):
        case_id, number = found
        if await noted(session, await session.get_one(Case, case_id), person.staff_id):
            continue
        # Only now that the row is held is nobody else about to take it up.
        holder = await session.scalar(select(_holder(now)).where(Case.id == case_id))
        if holder in {None, person.staff_id}:
            await _take_up(session, person, case_id, held=holder is not None, now=now)
            return number
    return None


async def any_taken(session: AsyncSession, person: Person, *, now: datetime) -> bool:
    """Return whether there are new cases that colleagues have just taken up."""
    new = in_tab(Tab.NEW, person, now=now)
    others = _holder(now) != person.staff_id
    found = await session.scalar(
        select(Case.id).where(led_by(person), new, others, ~_accuses(person)).limit(1)
    )
    return found is not None


def _ways(
    person: Person, left: Case | None, *, now: datetime
) -> list[ColumnElement[bool]]:
    """Return the conditions of cases that may come next, the better ones first."""
    own = and_(Case.assignee_id == person.staff_id, Case.status.in_(lifecycle.WAITING),
               awake(now))  # fmt: skip
    free = func.coalesce(_holder(now), person.staff_id) == person.staff_id
    new = and_(in_tab(Tab.NEW, person, now=now), free)
    if left is None:
        return [own, new]
    behind = beyond(Place(key=left.id, at=left.due_at))
    here, there = (own, new) if left.assignee_id == person.staff_id else (new, own)
    return [and_(here, behind), there, and_(here, Case.id != left.id)]


async def _first(
    session: AsyncSession,
    person: Person,
    ways: list[ColumnElement[bool]],
    *,
    hold: bool = False,
) -> tuple[int, str] | None:
    """Return key and number of the first case on the first of ``ways`` that has any."""
    for way in ways:
        statement = (
            select(Case.id, Opinion.receipt_number, Case.ordinal)
            .join(Opinion, Opinion.id == Case.opinion_id)
            .where(led_by(person), ~_accuses(person), way)
            .order_by(Case.due_at, Case.id)
            .limit(1)
        )
        if hold:
            statement = statement.with_for_update(of=Case, skip_locked=True)
        found = (await session.execute(statement)).first()
        if found is not None:
            return found[0], receipt.case_number(found[1], found[2])
    return None


def _accuses(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for cases which complain of ``person``."""
    return (
        select(ComplainedOf.id)
        .where(
            ComplainedOf.case_id == Case.id, ComplainedOf.staff_id == person.staff_id
        )
        .correlate(Case)
        .exists()
    )


def _holder(now: datetime) -> ColumnElement[int | None]:
    """Return who has a case in hand since a little while; NULL: nobody."""
    kept = and_(AuditEvent.action == Action.TAKEN_UP, AuditEvent.at > now - KEPT_FOR)
    return (
        select(case((kept, AuditEvent.staff_id)))
        .where(
            AuditEvent.case_id == Case.id,
            AuditEvent.action.in_((Action.TAKEN_UP, Action.PUT_BACK)),
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


async def _take_up(
    session: AsyncSession, person: Person, case_id: int, *, held: bool, now: datetime
) -> None:
    """Put down that ``person`` has the case in hand, if it is one that others want."""
    new = in_tab(Tab.NEW, person, now=now)
    wanted = await session.scalar(select(Case.id).where(Case.id == case_id, new))
    if wanted is not None and not held:
        audit.record(
            session, Action.TAKEN_UP, at=now, staff_id=person.staff_id, case_id=case_id
        )


async def _put_back(
    session: AsyncSession, person: Person, left: Case, *, now: datetime
) -> None:
    """Let others have a case that ``person`` took up and did nothing with."""
    new = in_tab(Tab.NEW, person, now=now)
    holder = await session.scalar(select(_holder(now)).where(Case.id == left.id, new))
    if holder == person.staff_id:
        audit.record(
            session, Action.PUT_BACK, at=now, staff_id=person.staff_id, case_id=left.id
        )


async def _left(
    session: AsyncSession, person: Person, number: str | None
) -> Case | None:
    if number is None:
        return None
    try:
        return await cases.find(session, person, number)
    except NoSuchCase:
        return None
