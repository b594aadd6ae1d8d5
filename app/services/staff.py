"""Staff: offices, accounts, signing in and out; `accounts` has what goes beyond."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.accounts import Proof
from app.domain.record import Action
from app.domain.vocabulary import Language, Role
from app.errors import AppError, InvalidInput, NotFound
from app.models import KnownBrowser, Office, Staff, StaffSession
from app.services import audit, passwords
from app.services.house import House
from app.services.names import NameTaken, check_name, check_user_name

LEAD_OFFICE: Final = "督查室"
FIRST_USER: Final = "admin"

_LEADING: Final = frozenset({Role.CLERK, Role.SUPERVISOR})
"""Roles that are those of the supervision office: they see every office's cases."""


class WrongPassword(AppError):
    """No such account, or not its password: nobody is told which."""

    code = "wrong_password"


class NotSignedIn(AppError):
    """There is no session, or it has ended."""

    code = "not_signed_in"


class NoSuchAccount(NotFound):
    """There is no active account of that name."""

    code = "no_such_account"


class NoSuchOffice(NotFound):
    """There is no office of that name."""

    code = "no_such_office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The member of the staff who is at work: what services are told of an actor."""

    staff_id: int
    user_name: str
    display_name: str
    role: Role
    office_id: int
    language: Language
    must_change_password: bool
    must_add_factor: bool = False
    """Whether the role needs a second factor, and there is none yet."""

    single_keys: bool = True


async def account(session: AsyncSession, user_name: str) -> Staff | None:
    """Return the active account of that name; None: there is none."""
    found: Staff | None = await session.scalar(
        select(Staff).where(Staff.user_name == user_name.strip(), Staff.active)
    )
    return found


async def sign_in(
    session: AsyncSession,
    house: House,
    staff: Staff,
    *,
    proof: Proof = Proof.PASSWORD,
    browser: str | None = None,
    now: datetime,
) -> str:
    """Open a session for ``staff``, who showed who they are; return its token."""
    token = secrets.token_urlsafe(32)
    ended = StaffSession.created_at < now - house.settings.session_lifetime
    await session.execute(
        delete(StaffSession).where(StaffSession.staff_id == staff.id, ended)
    )
    session.add(
        StaffSession(
            staff_id=staff.id,
            token_digest=_token_digest(house, token),
            created_at=now,
            seen_at=now,
            confirmed_at=now,
            proof=proof,
            browser=browser,
        )
    )
    await session.execute(update(Staff).where(Staff.id == staff.id).values(seen_at=now))
    audit.record(session, Action.SIGNED_IN, at=now, staff_id=staff.id)
    return token


async def sign_out(
    session: AsyncSession, house: House, token: str, *, now: datetime
) -> None:
    """End the session of ``token``, if there is one."""
    digest = _token_digest(house, token)
    staff_id = await session.scalar(
        delete(StaffSession)
        .where(StaffSession.token_digest == digest)
        .returning(StaffSession.staff_id)
    )
    if staff_id is not None:
        audit.record(session, Action.SIGNED_OUT, at=now, staff_id=staff_id)


def person(staff: Staff) -> Person:
    """Return ``staff`` as the actor of what follows."""
    return Person(
        staff_id=staff.id,
        user_name=staff.user_name,
        display_name=staff.display_name,
        role=staff.role,
        office_id=staff.office_id,
        language=staff.language,
        must_change_password=staff.must_change_password,
    )


async def change_password(
    session: AsyncSession, house: House, staff_id: int, *, new_hash: str, now: datetime
) -> None:
    """Replace the password and end every session of the account."""
    del house
    await session.execute(
        update(Staff)
        .where(Staff.id == staff_id)
        .values(password_hash=new_hash, must_change_password=False)
    )
    await end_sessions(session, staff_id)
    audit.record(session, Action.PASSWORD_CHANGED, at=now, staff_id=staff_id)


async def reset_password(
    session: AsyncSession, user_name: str, *, now: datetime
) -> str:
    """Give an account a new one-time password, end its sessions; return the password.

    Raises:
        NoSuchAccount: There is none of that name.
    """
    staff = await account(session, user_name)
    if staff is None:
        raise NoSuchAccount(f"there is no account {user_name}")
    password = secrets.token_urlsafe(12)
    staff.password_hash = passwords.hash_password(password)
    staff.must_change_password = True
    await end_sessions(session, staff.id)
    audit.record(session, Action.STAFF_CHANGED, at=now, staff_id=staff.id)
    return password


async def add_office(
    session: AsyncSession, name: str, *, leads: bool = False, now: datetime
) -> Office:
    """Set up an office.

    Raises:
        InvalidInput: It has no name.
        NameTaken: There is one of that name, or a leading one already.
    """
    check_name(name)
    office = Office(name=name.strip(), leads=leads, created_at=now)
    try:
        async with session.begin_nested():
            session.add(office)
    except IntegrityError:
        raise NameTaken(f"there is an office {name} already") from None
    audit.record(session, Action.OFFICE_ADDED, at=now, office_id=office.id)
    return office


async def add_staff(
    session: AsyncSession,
    user_name: str,
    *,
    role: Role,
    office: str,
    display_name: str | None = None,
    now: datetime,
) -> str:
    """Set up an account; return its one-time password, which is nowhere kept.

    Raises:
        InvalidInput: The name is none that somebody could sign in with; or the office
            has no such role.
        NoSuchOffice: There is no office of that name.
        NameTaken: There is an account of that name.
    """
    await check_user_name(session, user_name)
    office_id = await _office_for(session, role, office)
    password = secrets.token_urlsafe(12)
    member = Staff(
        user_name=user_name.strip(),
        display_name=(display_name or user_name).strip(),
        role=role,
        office_id=office_id,
        password_hash=passwords.hash_password(password),
        must_change_password=True,
        language=Language.ZH,
        active=True,
        created_at=now,
    )
    await take_on(session, member, now=now)
    return password


async def take_on(session: AsyncSession, member: Staff, *, now: datetime) -> None:
    """Store an account, and put that on record.

    Raises:
        NameTaken: There is an account of that name.
    """
    try:
        async with session.begin_nested():
            session.add(member)
    except IntegrityError:
        raise NameTaken(f"there is an account {member.user_name} already") from None
    audit.record(
        session, Action.STAFF_ADDED, at=now, staff_id=member.id, role=member.role
    )


async def set_up(session: AsyncSession, *, now: datetime) -> str | None:
    """Set up the supervision office and the first account where there is none.

    Returns:
        The first account's one-time password; None: somebody is there already.
    """
    if await session.scalar(select(Office.id).where(Office.leads)) is None:
        await add_office(session, LEAD_OFFICE, leads=True, now=now)
    if await session.scalar(select(Staff.id).limit(1)) is not None:
        return None
    lead = await session.scalar(select(Office.name).where(Office.leads))
    return await add_staff(
        session, FIRST_USER, role=Role.ADMINISTRATOR, office=lead or LEAD_OFFICE,
        now=now,
    )  # fmt: skip


async def _office_for(session: AsyncSession, role: Role, name: str) -> int:
    """Return the key of the office ``name``, in which ``role`` fits."""
    office: Office | None = await session.scalar(
        select(Office).where(Office.name == name)
    )
    if office is None or not office.active:
        raise NoSuchOffice(f"there is no office {name} in use")
    check_post(role, office)
    return office.id


def check_post(role: Role, office: Office) -> None:
    """Hold that ``role`` fits in ``office``; administrators and auditors fit in any.

    Raises:
        InvalidInput: It does not.
    """
    if role in _LEADING and not office.leads:
        raise InvalidInput(
            f"a {role} belongs to the supervision office, not to {office.name}",
            field="office", code="role_elsewhere",
        )  # fmt: skip
    if role is Role.OFFICER and office.leads:
        raise InvalidInput(
            f"an officer belongs to an answering office, not to {office.name}",
            field="office", code="role_elsewhere",
        )  # fmt: skip


async def end_sessions(session: AsyncSession, staff_id: int) -> None:
    """End every session of an account, and know no browser of it any more."""
    for table in (StaffSession, KnownBrowser):
        await session.execute(delete(table).where(table.staff_id == staff_id))


def _token_digest(house: House, token: str) -> bytes:
    return house.seal.digest(token, purpose="staff session")
