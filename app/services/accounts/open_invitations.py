"""Invitations that nobody has taken up, as those see them who look after accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.vocabulary import MailPurpose, MailState, Role
from app.models import Invitation, Office, OutboxMessage, Staff
from app.services.accounts import invitation_letters
from app.services.house import House
from app.services.staff import Person

MOST_SHOWN: Final = 200

_FAILED: Final = (MailState.BOUNCED, MailState.PARKED, MailState.WITHHELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationEntry:
    """An invitation that nobody has taken up."""

    id: int
    display_name: str
    email: str | None
    """Where its link goes; None: it is handed over."""

    undelivered: bool
    """Whether its letter came back, was refused, or was tried too often."""

    role: Role
    office: str
    by: str
    invited_at: datetime
    expires_at: datetime


async def entries(
    session: AsyncSession, person: Person, house: House
) -> Sequence[InvitationEntry]:
    """Return the invitations that nobody has taken up, the newest first.

    Raises:
        NotAllowed: The role does not look after accounts.
    """
    permission.check(person.role, Duty.STAFF)
    rows = await session.execute(
        select(Invitation, Office.name, Staff.display_name)
        .join(Office, Office.id == Invitation.office_id)
        .join(Staff, Staff.id == Invitation.invited_by)
        .order_by(Invitation.id.desc())
        .limit(MOST_SHOWN)
    )
    found = rows.all()
    failed = await _failed(session, [row.invited_at for row, _, _ in found])
    return [
        InvitationEntry(
            id=row.id,
            display_name=row.display_name,
            email=invitation_letters.address_of(house, row),
            undelivered=row.invited_at in failed,
            role=row.role,
            office=office,
            by=by,
            invited_at=row.invited_at,
            expires_at=row.expires_at,
        )
        for row, office, by in found
    ]


async def _failed(
    session: AsyncSession, moments: Sequence[datetime]
) -> frozenset[datetime]:
    """Return of which moments the letter did not arrive.

    A letter is promised at the very moment of its invitation, and of no opinion.
    """
    if not moments:
        return frozenset()
    return frozenset(
        await session.scalars(
            select(OutboxMessage.created_at).where(
                OutboxMessage.opinion_id.is_(None),
                OutboxMessage.purpose == MailPurpose.INVITATION,
                OutboxMessage.state.in_(_FAILED),
                OutboxMessage.created_at >= min(moments),
            )
        )
    )
