"""Invitations: a link by which somebody sets up an account of their own.

Nobody but the invited knows its password, not even for a day. The link is shown once;
whoever loses it is sent another.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.naming import plain_name
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Language, Role
from app.errors import NotFound
from app.models import Invitation, Office, Staff
from app.services import audit
from app.services.accounts import posts
from app.services.house import House
from app.services.names import NameTaken, check_name, check_user_name
from app.services.staff import Person

LIFETIME: Final = timedelta(days=7)
MOST_SHOWN: Final = 200


class NoSuchInvitation(NotFound):
    """The link was used, withdrawn, has ended, or never was one."""

    code = "no_such_invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationEntry:
    """An invitation that nobody has taken up."""

    id: int
    display_name: str
    role: Role
    office: str
    by: str
    invited_at: datetime
    expires_at: datetime


async def invite(
    session: AsyncSession,
    person: Person,
    house: House,
    *,
    display_name: str,
    role: Role,
    office_id: int,
    now: datetime,
) -> str:
    """Invite somebody; return the token of the link, which is nowhere kept.

    Raises:
        NotAllowed: The role does not look after accounts.
        NoSuchOffice: There is no office of that key.
        InvalidInput: The office has no such role, or the name cannot be one.
    """
    permission.check(person.role, Duty.STAFF)
    name = plain_name(display_name)
    check_name(name)
    await posts.check_fits(session, role, office_id)
    token = secrets.token_urlsafe(24)
    session.add(
        Invitation(
            token_digest=_digest(house, token),
            display_name=name,
            role=role,
            office_id=office_id,
            invited_by=person.staff_id,
            invited_at=now,
            expires_at=now + LIFETIME,
        )
    )
    audit.record(
        session, Action.INVITED, at=now, staff_id=person.staff_id,
        role=role, to_office=office_id,
    )  # fmt: skip
    return token


async def entries(session: AsyncSession, person: Person) -> Sequence[InvitationEntry]:
    """Return the invitations that nobody has taken up, the newest first.

    Raises:
        NotAllowed: The role does not look after accounts.
    """
    permission.check(person.role, Duty.STAFF)
    rows = await session.execute(
        select(
            Invitation.id,
            Invitation.display_name,
            Invitation.role,
            Office.name.label("office"),
            Staff.display_name.label("by"),
            Invitation.invited_at,
            Invitation.expires_at,
        )
        .join(Office, Office.id == Invitation.office_id)
        .join(Staff, Staff.id == Invitation.invited_by)
        .order_by(Invitation.id.desc())
        .limit(MOST_SHOWN)
    )
    return [InvitationEntry(**row) for row in rows.mappings()]


async def send_again(
    session: AsyncSession,
    person: Person,
    house: House,
    invitation_id: int,
    *,
    now: datetime,
) -> tuple[str, str]:
    """Make a new link for the same invitation, and void the old one.

    Returns:
        The name of the invited, and the token of the link.

    Raises:
        NotAllowed: The role does not look after accounts.
        NoSuchInvitation: It was taken up or withdrawn.
    """
    permission.check(person.role, Duty.STAFF)
    known = await session.get(Invitation, invitation_id, with_for_update=True)
    if known is None:
        raise NoSuchInvitation("there is no such invitation")
    token = secrets.token_urlsafe(24)
    known.token_digest, known.expires_at = _digest(house, token), now + LIFETIME
    known.invited_by, known.invited_at = person.staff_id, now
    audit.record(
        session, Action.INVITED, at=now, staff_id=person.staff_id,
        role=known.role, to_office=known.office_id,
    )  # fmt: skip
    return known.display_name, token


async def withdraw(
    session: AsyncSession, person: Person, invitation_id: int, *, now: datetime
) -> None:
    """Void an invitation.

    Raises:
        NotAllowed: The role does not look after accounts.
        NoSuchInvitation: It was taken up, or withdrawn before.
    """
    permission.check(person.role, Duty.STAFF)
    role = await session.scalar(
        delete(Invitation)
        .where(Invitation.id == invitation_id)
        .returning(Invitation.role)
    )
    if role is None:
        raise NoSuchInvitation("there is no such invitation")
    audit.record(
        session, Action.INVITATION_WITHDRAWN, at=now,
        staff_id=person.staff_id, role=role,
    )  # fmt: skip


async def look_at(
    session: AsyncSession, house: House, token: str, *, now: datetime
) -> tuple[str, Role, str]:
    """Return the name, role and office that a link invites to.

    Raises:
        NoSuchInvitation: It is no link that could be taken up.
    """
    row = (
        await session.execute(
            select(Invitation.display_name, Invitation.role, Office.name)
            .join(Office, Office.id == Invitation.office_id)
            .where(
                Invitation.token_digest == _digest(house, token),
                Invitation.expires_at > now,
            )
        )
    ).first()
    if row is None:
        raise NoSuchInvitation("this link opens nothing")
    return row.display_name, row.role, row.name


async def take_up(
    session: AsyncSession,
    house: House,
    token: str,
    *,
    user_name: str,
    password_hash: str,
    language: Language,
    now: datetime,
) -> Staff:
    """Set up the account of the invited, once.

    Raises:
        NoSuchInvitation: It is no link that could be taken up, or was just taken up.
        InvalidInput: The user name cannot be one.
        NameTaken: There is an account of that name; the link stays good.
    """
    await check_user_name(session, user_name)
    known = await session.scalar(
        delete(Invitation)
        .where(
            Invitation.token_digest == _digest(house, token),
            Invitation.expires_at > now,
        )
        .returning(Invitation)
    )
    if known is None:
        raise NoSuchInvitation("this link opens nothing")
    member = Staff(
        user_name=user_name.strip(),
        display_name=known.display_name,
        role=known.role,
        office_id=known.office_id,
        password_hash=password_hash,
        must_change_password=False,
        language=language,
        active=True,
        created_at=now,
    )
    try:
        async with session.begin_nested():
            session.add(member)
    except IntegrityError:
        raise NameTaken(f"there is an account {user_name} already") from None
    audit.record(
        session, Action.STAFF_ADDED, at=now, staff_id=member.id, role=member.role
    )
    return member


def _digest(house: House, token: str) -> bytes:
    return house.seal.digest(token, purpose="invitation")
