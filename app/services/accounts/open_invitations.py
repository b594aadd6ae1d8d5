"""Invitations that nobody has taken up, as those see them who look after accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.vocabulary import Role
from app.models import Invitation, Office, Staff
from app.services.accounts import invitation_letters
from app.services.house import House
from app.services.staff import Person

MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationEntry:
    """An invitation that nobody has taken up."""

    id: int
    display_name: str
    email: str | None
    """Where its link goes; None: it is handed over."""

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
    return [
        InvitationEntry(
            id=row.id,
            display_name=row.display_name,
            email=invitation_letters.address_of(house, row),
            role=row.role,
            office=office,
            by=by,
            invited_at=row.invited_at,
            expires_at=row.expires_at,
        )
        for row, office, by in rows
    ]
