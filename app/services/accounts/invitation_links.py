"""Links of invitations: a form that is sent twice gives the same link, and no second.

A link follows from the token of its form and from what the form says, so that a page
that is loaded again shows what it showed before. The record says which links were made:
one that was used or voided since does not come back with an old form.
"""

import base64
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.errors import Conflict
from app.keys import first_of
from app.models import AuditEvent, Invitation
from app.services.house import House
from app.services.staff import Person

_BYTES: Final = 24
_MARK: Final = 8


class InvitationMade(Conflict):
    """This form made its link before, which was used, voided or replaced since."""

    code = "invitation_made"


def new_link(house: House, form_token: str, *said: str) -> str:
    """Return the token of a link; without the token of a form it is like no other."""
    if not form_token:
        return secrets.token_urlsafe(_BYTES)
    made = house.seal.digest(form_token, *said, purpose="invitation link")
    return base64.urlsafe_b64encode(made[:_BYTES]).decode()


def digest_of(house: House, token: str) -> bytes:
    """Return by what a link is known."""
    return house.seal.digest(token, purpose="invitation")


def mark_of(digest: bytes) -> str:
    """Return by what the record knows a link."""
    return digest[:_MARK].hex()


async def opened_by(
    session: AsyncSession, house: House, token: str
) -> Invitation | None:
    """Return the invitation that a link takes up; None: there is none."""
    found: Invitation | None = await session.scalar(
        select(Invitation).where(Invitation.token_digest == digest_of(house, token))
    )
    return found


async def check_unmade(
    session: AsyncSession, person: Person, digest: bytes, *, since: datetime
) -> None:
    """Hold that ``person`` made no such link ``since`` then.

    Raises:
        InvitationMade: They did.
    """
    facts = await session.scalars(
        select(AuditEvent.facts).where(
            AuditEvent.action == Action.INVITED,
            AuditEvent.staff_id == person.staff_id,
            AuditEvent.id >= first_of(since),
        )
    )
    if mark_of(digest) in {each.get("link") for each in facts}:
        raise InvitationMade("this form made its link before")
