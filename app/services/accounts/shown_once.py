"""What is shown once: a form that is sent twice shows the same, and makes no second.

A one-time password, or codes for paper, follow from the token of the form that asked
for them: a page that is loaded again shows what it showed before. The record says which
forms were answered: what was used or replaced since does not come back with an old one.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.errors import Conflict
from app.keys import first_of
from app.models import AuditEvent
from app.services.house import House
from app.services.staff import Person

_BYTES: Final = 32
_MARK: Final = 8
_REMEMBERED: Final = timedelta(hours=25)
"""How long the record is asked what a form made before."""


class ShownBefore(Conflict):
    """This form made its secret before; it was used or replaced since."""

    code = "shown_before"


def lot(house: House, form_token: str, *said: str) -> bytes:
    """Return what a secret is made of; without the token of a form it is like none."""
    if not form_token:
        return secrets.token_bytes(_BYTES)
    return house.seal.digest(form_token, *said, purpose="shown once")


def mark_of(house: House, form_token: str) -> str | None:
    """Return by what the record knows a form; None: it has no token."""
    if not form_token:
        return None
    return house.seal.digest(form_token, purpose="mark of a form")[:_MARK].hex()


async def was_made(
    session: AsyncSession, person: Person, action: Action, mark: str | None, *,
    now: datetime,
) -> bool:  # fmt: skip
    """Return whether ``person`` sent the form of that mark before, for ``action``."""
    if mark is None:
        return False
    facts = await session.scalars(
        select(AuditEvent.facts).where(
            AuditEvent.action == action,
            AuditEvent.staff_id == person.staff_id,
            AuditEvent.id >= first_of(now - _REMEMBERED),
        )
    )
    return mark in {each.get("form") for each in facts}
