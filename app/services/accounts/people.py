"""People: every account as an administrator sees it, found by name, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission
from app.domain.permission import Duty
from app.domain.submission import clean
from app.domain.vocabulary import Role
from app.models import Case, CodeDevice, LinkedIdentity, Office, Passkey, Staff
from app.services import cases
from app.services.paging import FIRST, Page, Place, Turn, cut, newest_first, number_of
from app.services.staff import NoSuchAccount, Person

PAGE: Final = 50
MOST_COUNTED: Final = 100
"""Open cases of somebody are counted up to this."""

_MOST_SOUGHT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """An account in the list, and on its own page."""

    id: int
    user_name: str
    display_name: str
    role: Role
    office_id: int
    office: str
    active: bool
    seen_at: datetime | None
    must_change_password: bool
    has_codes: bool
    has_passkeys: bool
    is_linked: bool
    """Whether the office's own sign-in service knows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which accounts are asked for."""

    words: str = ""
    role: Role | None = None
    office_id: int | None = None
    closed: bool = False
    """Whether those that were closed are asked for, in place of the others."""


async def page(
    session: AsyncSession, person: Person, sought: Sought, *, turn: Turn = FIRST
) -> Page[PersonEntry]:
    """Return accounts, those set up last first.

    Raises:
        NotAllowed: The role does not look after accounts.
    """
    permission.check(person.role, Duty.STAFF)
    statement = _entries().where(Staff.active.is_(not sought.closed))
    words = clean(sought.words[:_MOST_SOUGHT], lines=False)
    if words:
        statement = statement.where(
            or_(
                Staff.user_name.icontains(words, autoescape=True),
                Staff.display_name.icontains(words, autoescape=True),
            )
        )
    if sought.role is not None:
        statement = statement.where(Staff.role == sought.role)
    if sought.office_id is not None:
        statement = statement.where(Staff.office_id == sought.office_id)
    wanted = newest_first(statement, Staff.id, most=PAGE, turn=turn)
    found = await session.execute(wanted)
    return cut(
        [PersonEntry(**row) for row in found.mappings()],
        most=PAGE,
        turn=turn,
        place=lambda entry: Place(key=entry.id),
    )


async def entry(session: AsyncSession, person: Person, staff_id: int) -> PersonEntry:
    """Return one account.

    Raises:
        NotAllowed: The role does not look after accounts.
        NoSuchAccount: There is none of that key.
    """
    permission.check(person.role, Duty.STAFF)
    row = (await session.execute(_entries().where(Staff.id == staff_id))).first()
    if row is None:
        raise NoSuchAccount("there is no such account")
    return PersonEntry(**row._mapping)  # noqa: SLF001 - SQLAlchemy's name for the public mapping


async def open_cases(session: AsyncSession, person: Person, staff_id: int) -> int:
    """Return how many open cases are with somebody, of those that ``person`` may see.

    No more than `MOST_COUNTED` are counted.
    """
    found = select(Case.id).where(
        Case.assignee_id == staff_id,
        Case.status.in_(lifecycle.OPEN),
        cases.seen_by(person),
    )
    return await number_of(session, found, most=MOST_COUNTED)


async def names_around(session: AsyncSession, person: Person) -> Sequence[str]:
    """Return names that a guesser of the password of ``person`` would try."""
    office = await session.scalar(
        select(Office.name).where(Office.id == person.office_id)
    )
    return [person.display_name, office or ""]


def _entries() -> Select[*tuple[Any, ...]]:
    return select(
        Staff.id,
        Staff.user_name,
        Staff.display_name,
        Staff.role,
        Staff.office_id,
        Office.name.label("office"),
        Staff.active,
        Staff.seen_at,
        Staff.must_change_password,
        exists()
        .where(CodeDevice.staff_id == Staff.id, CodeDevice.confirmed_at.is_not(None))
        .label("has_codes"),
        exists().where(Passkey.staff_id == Staff.id).label("has_passkeys"),
        exists().where(LinkedIdentity.staff_id == Staff.id).label("is_linked"),
    ).join(Office, Office.id == Staff.office_id)
