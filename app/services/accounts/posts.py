"""Posts: what an administrator changes about somebody's account.

Nobody changes their own post, and the last administrator stays: there is always
somebody who can let others in again.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission
from app.domain.accounts import AccountNote
from app.domain.naming import plain_name
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Move, Role, Status
from app.errors import Conflict
from app.models import AuditEvent, Case, Office, Staff
from app.services import audit, staff
from app.services.accounts import shown_once
from app.services.names import check_name
from app.services.staff import NoSuchAccount, NoSuchOffice, Person

_AT_ONCE: Final = 2_000
"""Cases that are put back in one go."""


class OwnAccount(Conflict):
    """Nobody changes their own post; another administrator does."""

    code = "own_account"


class LastAdministrator(Conflict):
    """Without this account nobody could look after accounts."""

    code = "last_administrator"


class PasswordGiven(Conflict):
    """This form gave a one-time password before."""

    code = "password_given"

    def __init__(self, member: Staff) -> None:
        """Say to whom, and what is kept of the password that they have now."""
        super().__init__("this form gave a password before")
        self.user_name = member.user_name
        self.password_hash = member.password_hash


async def change(
    session: AsyncSession,
    person: Person,
    staff_id: int,
    *,
    display_name: str,
    role: Role,
    office_id: int,
    now: datetime,
) -> None:
    """Give somebody another name on screen, role or office; they are told of it.

    Raises:
        NoSuchOffice: There is no office of that key.
        InvalidInput: The office has no such role, or the name cannot be one.
        AppError: See `_in_hand`.
    """
    member = await _in_hand(session, person, staff_id, leaves=role)
    name = plain_name(display_name)
    check_name(name, field="display_name")
    await check_fits(session, role, office_id)
    before = (member.role, member.office_id)
    member.display_name = name
    if before != (role, office_id):
        member.role, member.office_id = role, office_id
        member.note = AccountNote.POST_CHANGED
    audit.record(
        session, Action.STAFF_CHANGED, at=now, staff_id=person.staff_id,
        account_id=staff_id, role=role, role_before=before[0],
        to_office=office_id, office_before=before[1],
    )  # fmt: skip


async def check_fits(session: AsyncSession, role: Role, office_id: int) -> None:
    """Hold that there is such an office, and that it has such a role.

    Raises:
        NoSuchOffice: There is no office of that key.
        InvalidInput: It has no such role.
    """
    office = await session.get(Office, office_id)
    if office is None:
        raise NoSuchOffice("there is no such office")
    staff.check_post(role, office)


async def close(
    session: AsyncSession, person: Person, staff_id: int, *, now: datetime
) -> None:
    """Close the account of somebody who has left: it opens nothing any more.

    Raises:
        AppError: See `_in_hand`.
    """
    member = await _in_hand(session, person, staff_id, leaves=None)
    member.active = False
    await staff.end_sessions(session, staff_id)
    _record(session, Action.STAFF_CLOSED, person, staff_id, now=now)


async def reopen(
    session: AsyncSession,
    person: Person,
    staff_id: int,
    *,
    password_hash: str,
    form_mark: str | None = None,
    now: datetime,
) -> str:
    """Open a closed account again, with a one-time password; return its user name.

    Raises:
        PasswordGiven: The form of that mark gave one before.
        AppError: See `_in_hand`.
    """
    action = Action.STAFF_REOPENED
    member = await _given_password(
        session, person, staff_id, action,
        password_hash=password_hash, form_mark=form_mark, now=now,
    )  # fmt: skip
    member.active = True
    _record(session, action, person, staff_id, form_mark, now=now)
    return member.user_name


async def reset_password(
    session: AsyncSession,
    person: Person,
    staff_id: int,
    *,
    password_hash: str,
    form_mark: str | None = None,
    now: datetime,
) -> str:
    """Give somebody a one-time password, end their sessions; return the user name.

    Raises:
        PasswordGiven: The form of that mark gave one before.
        AppError: See `_in_hand`.
    """
    action = Action.STAFF_CHANGED
    member = await _given_password(
        session, person, staff_id, action,
        password_hash=password_hash, form_mark=form_mark, now=now,
    )  # fmt: skip
    await staff.end_sessions(session, staff_id)
    _record(session, action, person, staff_id, form_mark, now=now)
    return member.user_name


async def _given_password(
    session: AsyncSession,
    person: Person,
    staff_id: int,
    action: Action,
    *,
    password_hash: str,
    form_mark: str | None,
    now: datetime,
) -> Staff:
    """Return the account of somebody else, locked, with a one-time password.

    Raises:
        PasswordGiven: The form of that mark gave one before, for that action.
        AppError: See `_in_hand`.
    """
    member = await _in_hand(session, person, staff_id, leaves=Role.ADMINISTRATOR)
    if await shown_once.was_made(session, person, action, form_mark, now=now):
        raise PasswordGiven(member)
    member.password_hash, member.must_change_password = password_hash, True
    return member


async def put_cases_back(
    session: AsyncSession, person: Person, staff_id: int, *, now: datetime
) -> int:
    """Put the open cases of somebody back into their offices' queues; count them.

    Those that ``person`` may not see go back as well, and nothing of them is told.

    Raises:
        NotAllowed: The role does not look after accounts.
    """
    permission.check(person.role, Duty.STAFF)
    rows = (
        await session.execute(
            select(Case.id, Case.office_id)
            .where(Case.assignee_id == staff_id, Case.status.in_(lifecycle.OPEN))
            .order_by(Case.id)
            .limit(_AT_ONCE)
            .with_for_update()
        )
    ).all()
    if not rows:
        return 0
    leads = select(Office.id).where(Office.leads)
    waits_there = (Case.status == Status.ASSIGNED) & Case.office_id.in_(leads)
    returned = lifecycle.after(Status.ASSIGNED, Move.RETURN)
    await session.execute(
        update(Case)
        .where(Case.id.in_([row.id for row in rows]))
        .values(
            assignee_id=None,
            status=case((waits_there, returned), else_=Case.status),
            revision=Case.revision + 1,
        )
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        insert(AuditEvent),
        [
            audit.event(
                Action.ASSIGNED, at=now, staff_id=person.staff_id, case_id=row.id,
                before=row.office_id, office_id=row.office_id, assignee_id=None,
                despite=False,
            )
            for row in rows
        ],
    )  # fmt: skip
    return len(rows)


async def read_note(session: AsyncSession, person: Person) -> AccountNote | None:
    """Return what ``person`` has to be told; None: nothing."""
    note: AccountNote | None = await session.scalar(
        select(Staff.note).where(Staff.id == person.staff_id)
    )
    return note


async def put_note_away(session: AsyncSession, person: Person) -> None:
    """Note that ``person`` has read what there was to be told."""
    await session.execute(
        update(Staff).where(Staff.id == person.staff_id).values(note=None)
    )


async def _in_hand(
    session: AsyncSession, person: Person, staff_id: int, *, leaves: Role | None
) -> Staff:
    """Return the account of somebody else, locked; ``leaves`` is the role it keeps.

    Raises:
        NotAllowed: The role does not look after accounts.
        NoSuchAccount: There is none of that key.
        OwnAccount: It is one's own.
        LastAdministrator: Nobody would be left who looks after accounts.
    """
    permission.check(person.role, Duty.STAFF)
    if staff_id == person.staff_id:
        raise OwnAccount("nobody changes their own post")
    # All of them are locked, so that two do not send each other away at once.
    administrators = set(
        await session.scalars(
            select(Staff.id)
            .where(Staff.role == Role.ADMINISTRATOR, Staff.active)
            .order_by(Staff.id)
            .with_for_update()
        )
    )
    member = await session.get(Staff, staff_id, with_for_update=True)
    if member is None:
        raise NoSuchAccount("there is no such account")
    goes = leaves is not Role.ADMINISTRATOR
    if person.staff_id not in administrators or (goes and administrators == {staff_id}):
        raise LastAdministrator("somebody has to look after accounts")
    return member


def _record(
    session: AsyncSession,
    action: Action,
    person: Person,
    staff_id: int,
    form_mark: str | None = None,
    *,
    now: datetime,
) -> None:
    facts: dict[str, Any] = {"form": form_mark} if form_mark else {}
    audit.record(
        session, action, at=now, staff_id=person.staff_id, account_id=staff_id, **facts
    )
