"""Invitations: a link by which somebody sets up an account of their own.

Nobody but the invited knows its password, not even for a day. The link is sent by mail
where there is an address and a mail server, and else shown once; whoever loses it is
sent another.
"""

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
from app.domain.submission import clean, is_mailbox
from app.domain.vocabulary import Language, Role
from app.errors import InvalidInput, NotFound
from app.models import Invitation, Office, Staff
from app.services import audit, staff
from app.services.accounts import invitation_letters, invitation_links, posts
from app.services.accounts.invitation_links import (
    InvitationMade,
    digest_of,
    mark_of,
    new_link,
)
from app.services.house import House
from app.services.names import check_name, check_user_name
from app.services.staff import Person

LIFETIME: Final = timedelta(days=7)
FORM_LIFETIME: Final = timedelta(hours=25)
"""How long the record is asked for what a form made before."""


class NoSuchInvitation(NotFound):
    """The link was used, withdrawn, has ended, or never was one."""

    code = "no_such_invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What became of an invitation: its link, and where that was sent."""

    display_name: str
    token: str
    """It is nowhere kept but in the letter, until that is sent."""

    mailed_to: str | None
    """None: the link has to be handed over."""


async def invite(  # noqa: PLR0913 - each is a fact of its own
    session: AsyncSession,
    person: Person,
    house: House,
    *,
    display_name: str,
    role: Role,
    office_id: int,
    email: str = "",
    language: Language = Language.ZH,
    form_token: str = "",
    now: datetime,
) -> Invited:
    """Invite somebody, by a letter where there is an ``email`` address.

    The same form sent twice is one invitation.

    Raises:
        NotAllowed: The role does not look after accounts.
        NoSuchOffice: There is no office of that key.
        InvalidInput: The office has no such role, or the name or address cannot be one.
        InvitationMade: The form made an invitation that is not open any more.
    """
    permission.check(person.role, Duty.STAFF)
    name = plain_name(display_name)
    check_name(name, field="display_name")
    address = _address(house, email)
    await posts.check_fits(session, role, office_id)
    token = new_link(house, form_token, name, role, str(office_id), address or "")
    digest = digest_of(house, token)
    row = Invitation(
        token_digest=digest,
        display_name=name,
        sealed_email=address
        and house.seal.close(address.encode(), purpose=invitation_letters.PURPOSE),
        role=role,
        office_id=office_id,
        invited_by=person.staff_id,
        invited_at=now,
        expires_at=now + LIFETIME,
    )
    since = now - FORM_LIFETIME
    try:
        await invitation_links.check_unmade(session, person, digest, since=since)
        async with session.begin_nested():
            session.add(row)
    except (InvitationMade, IntegrityError):
        # The same form came in before, or at the same moment.
        known = await invitation_links.opened_by(session, house, token)
        if known is None:
            raise
        return _made(house, known, token, by_mail=True)
    return await _sent(
        session, person, house, row, token, language=language, by_mail=True, now=now
    )


async def send_again(
    session: AsyncSession,
    person: Person,
    house: House,
    invitation_id: int,
    *,
    by_mail: bool = True,
    language: Language = Language.ZH,
    form_token: str = "",
    now: datetime,
) -> Invited:
    """Make a new link for the same invitation, and void the old one.

    It goes ``by_mail`` where it can. The same form sent twice makes one link.

    Raises:
        NotAllowed: The role does not look after accounts.
        NoSuchInvitation: It was taken up or withdrawn.
        InvitationMade: The form made a link that was replaced since.
    """
    permission.check(person.role, Duty.STAFF)
    known = await session.get(Invitation, invitation_id, with_for_update=True)
    if known is None:
        raise NoSuchInvitation("there is no such invitation")
    token = new_link(house, form_token, "again", str(invitation_id), str(by_mail))
    digest = digest_of(house, token)
    if known.token_digest == digest:
        return _made(house, known, token, by_mail=by_mail)
    since = now - FORM_LIFETIME
    await invitation_links.check_unmade(session, person, digest, since=since)
    known.token_digest, known.expires_at = digest, now + LIFETIME
    known.invited_by, known.invited_at = person.staff_id, now
    return await _sent(
        session, person, house, known, token,
        language=language, by_mail=by_mail, now=now,
    )  # fmt: skip


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
                Invitation.token_digest == digest_of(house, token),
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
            Invitation.token_digest == digest_of(house, token),
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
    await staff.take_on(session, member, now=now)
    return member


async def _sent(
    session: AsyncSession,
    person: Person,
    house: House,
    row: Invitation,
    token: str,
    *,
    language: Language,
    by_mail: bool,
    now: datetime,
) -> Invited:
    """Put an invitation on record, and promise its letter where there can be one."""
    made = _made(house, row, token, by_mail=by_mail)
    if made.mailed_to:
        office = await session.get_one(Office, row.office_id)
        session.add(
            invitation_letters.letter(
                house, row, token=token, office=office.name,
                inviter=person.display_name, language=language, now=now,
            )
        )  # fmt: skip
    audit.record(
        session, Action.INVITED, at=now, staff_id=person.staff_id,
        role=row.role, to_office=row.office_id, mailed=bool(made.mailed_to),
        link=mark_of(row.token_digest),
    )  # fmt: skip
    await session.flush()
    return made


def _made(house: House, row: Invitation, token: str, *, by_mail: bool) -> Invited:
    """Return what became of an invitation that has this link."""
    mailed = by_mail and invitation_letters.may_be_mailed(house)
    return Invited(
        display_name=row.display_name,
        token=token,
        mailed_to=invitation_letters.address_of(house, row) if mailed else None,
    )


def _address(house: House, email: str) -> str | None:
    """Return the address that a letter can go to; None: there is none.

    Raises:
        InvalidInput: It is no address, or one of ours.
    """
    address = clean(email, lines=False)
    if not address:
        return None
    if not is_mailbox(address) or house.is_ours(address):
        raise InvalidInput("no such address", field="email", code="bad_invited_email")
    return address
