"""Offices: set up, renamed, told to receive reports, switched off and on.

The supervision office is the one that was set up first; it leads for good, since every
new case begins in its queue. An office is never deleted: what it answered is its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.naming import plain_name
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Status
from app.errors import Conflict, InvalidInput
from app.models import Case, CaseOffice, Office, RoutingRule, Staff
from app.services import audit, restricting
from app.services.names import MOST_NAME, NameTaken
from app.services.staff import NoSuchOffice, Person

_OPEN: Final = tuple(
    status for status in Status if status not in (Status.CLOSED, Status.JOINED)
)


class OfficeOff(Conflict):
    """The office is switched off: nothing new is given to it."""

    code = "office_off"


class OfficeNameTaken(NameTaken):
    """Another office has that name."""

    code = "office_name_taken"


class OfficeNeeded(Conflict):
    """Something still goes to the office, so it cannot be switched off."""

    code = "office_needed"


class StaleOffice(Conflict):
    """Somebody changed the office since the page was opened."""

    code = "stale_office"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeAtWork:
    """An office, and what keeps it from being switched off."""

    id: int
    name: str
    leads: bool
    receives_reports: bool
    active: bool
    people: int

    busy: bool
    """Whether it answers, or is asked about, cases that are not closed. How many is not
    told: reports of wrongdoing may be among them."""

    rules: int
    """Lines of the routing table that send cases to it."""

    @property
    def can_rest(self) -> bool:
        """Whether nothing goes to it any more."""
        needed = self.leads or self.receives_reports
        return not (needed or self.people or self.busy or self.rules)


async def offices(session: AsyncSession, person: Person) -> Sequence[OfficeAtWork]:
    """Return all offices, the supervision office first, those in use before others.

    Raises:
        NotAllowed: The role does not set up offices.
    """
    permission.check(person.role, Duty.OFFICES)
    return await _at_work(session)


async def add(
    session: AsyncSession, person: Person, name: str, *, now: datetime
) -> int:
    """Set up an office; return its key.

    Raises:
        NotAllowed: The role does not set up offices.
        InvalidInput: It has no name, or too long a one.
        OfficeNameTaken: Another has it.
    """
    permission.check(person.role, Duty.OFFICES)
    office = Office(name=_checked(name), leads=False, created_at=now)
    await _put(session, office)
    audit.record(
        session, Action.OFFICE_ADDED, at=now, staff_id=person.staff_id,
        office_id=office.id,
    )  # fmt: skip
    return office.id


async def rename(
    session: AsyncSession,
    person: Person,
    office_id: int,
    name: str,
    *,
    seen: str,
    now: datetime,
) -> None:
    """Give an office another name; ``seen`` is the one that stood there.

    Raises:
        NoSuchOffice: There is none of that key.
        StaleOffice: It has another name by now.
        InvalidInput: It has no name, or too long a one.
        OfficeNameTaken: Another has it.
    """
    office = await _held(session, person, office_id)
    name = _checked(name)
    if office.name == name:
        return
    if office.name != seen:
        raise StaleOffice("somebody else renamed the office")
    office.name = name
    await _put(session, office)
    audit.record(
        session, Action.OFFICE_CHANGED, at=now, staff_id=person.staff_id,
        office_id=office_id, before=seen, after=name,
    )  # fmt: skip


async def receive_reports(
    session: AsyncSession, person: Person, office_id: int, *, now: datetime
) -> None:
    """Let reports of wrongdoing go to an office from now on.

    Raises:
        NoSuchOffice: There is none of that key.
        OfficeOff: It is switched off.
    """
    office = await _held(session, person, office_id)
    if not office.active:
        raise OfficeOff(f"{office.name} is switched off")
    if not office.receives_reports:
        await restricting.receive_reports(
            session, office.name, now=now, staff_id=person.staff_id
        )


async def switch(
    session: AsyncSession,
    person: Person,
    office_id: int,
    *,
    active: bool,
    now: datetime,
) -> None:
    """Let cases be given to an office, or no more.

    Raises:
        NoSuchOffice: There is none of that key.
        OfficeNeeded: It leads, receives reports, has open cases or people, or the table
            sends cases to it.
    """
    office = await _held(session, person, office_id)
    if office.active == active:
        return
    if not active:
        [found] = await _at_work(session, Office.id == office_id)
        if not found.can_rest:
            raise OfficeNeeded(f"{office.name} is still needed")
    office.active = active
    audit.record(
        session, Action.OFFICE_CHANGED, at=now, staff_id=person.staff_id,
        office_id=office_id, active=active,
    )  # fmt: skip


async def check_in_use(session: AsyncSession, office_id: int) -> None:
    """Hold that cases can be given to an office, until this transaction ends.

    Raises:
        NoSuchOffice: There is none of that key.
        OfficeOff: It is switched off.
    """
    sharing = {"read": True, "key_share": True}
    office = await session.get(Office, office_id, with_for_update=sharing)
    if office is None:
        raise NoSuchOffice("there is no such office")
    if not office.active:
        raise OfficeOff(f"{office.name} is switched off")


async def _put(session: AsyncSession, office: Office) -> None:
    """Store a new office, or a new name of one.

    Raises:
        OfficeNameTaken: Another has its name.
    """
    name = office.name
    try:
        async with session.begin_nested():
            session.add(office)
            await session.flush()
    except IntegrityError:
        raise OfficeNameTaken(f"there is an office {name} already") from None


def _checked(name: str) -> str:
    name = plain_name(name)
    if not 0 < len(name) <= MOST_NAME:
        raise InvalidInput("no name", field="name", code="bad_office_name")
    return name


async def _held(session: AsyncSession, person: Person, office_id: int) -> Office:
    permission.check(person.role, Duty.OFFICES)
    office = await session.get(Office, office_id, with_for_update=True)
    if office is None:
        raise NoSuchOffice("there is no such office")
    return office


async def _at_work(
    session: AsyncSession, *wanted: ColumnElement[bool]
) -> Sequence[OfficeAtWork]:
    rules = (await session.scalars(select(RoutingRule))).all()
    people = (
        select(func.count())
        .where(Staff.office_id == Office.id, Staff.active)
        .scalar_subquery()
    )
    own = exists().where(Case.office_id == Office.id, Case.status.in_(_OPEN))
    asked = exists().where(
        CaseOffice.office_id == Office.id,
        Case.id == CaseOffice.case_id,
        Case.status.in_(_OPEN),
    )
    rows = await session.execute(
        select(Office, people, or_(own, asked))
        .where(*wanted)
        .order_by(Office.leads.desc(), Office.active.desc(), Office.name)
    )
    return [
        OfficeAtWork(
            id=office.id, name=office.name, leads=office.leads,
            receives_reports=office.receives_reports, active=office.active,
            people=working, busy=busy,
            rules=sum(_sends_to(rule, office.id) for rule in rules),
        )
        for office, working, busy in rows
    ]  # fmt: skip


def _sends_to(rule: RoutingRule, office_id: int) -> bool:
    return office_id == rule.office_id or office_id in rule.co_office_ids
