"""Insight: the citizen sees who looked at the contact details, when and why.

Who, that is the role: what counts is that somebody had to have a reason.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.domain.vocabulary import ContactGround, Role
from app.models import AuditEvent, Case, Staff

MOST: Final = 100
_LOOKS: Final = (Action.CONTACT_SEEN, Action.ORIGINAL_SEEN)
"""Originals name their writers."""

_NOTED: Final = (
    select(AuditEvent.action, AuditEvent.at, AuditEvent.facts, Staff.role)
    .join(Case, Case.id == AuditEvent.case_id)
    .join(Staff, Staff.id == AuditEvent.staff_id)
    .where(Case.opinion_id == bindparam("opinion_id"), AuditEvent.action.in_(_LOOKS))
    .order_by(AuditEvent.id.desc())
    .limit(MOST)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """That somebody of the staff saw who the citizen is."""

    action: Action
    at: datetime
    role: Role

    ground: ContactGround | None
    """None: it was the letter itself."""

    why: str
    """The reason in words, where any were given."""


async def looks(session: AsyncSession, opinion_id: int) -> tuple[Look, ...]:
    """Return the times when somebody looked, the newest first; the last `MOST`."""
    rows = await session.execute(_NOTED, {"opinion_id": opinion_id})
    return tuple(
        Look(
            action=row.action,
            at=row.at,
            # Noted before it was kept with each look: what it is now.
            role=Role(row.facts.get("role", row.role)),
            ground=_ground(row.facts.get("ground")),
            why=row.facts.get("why", ""),
        )
        for row in rows
    )


def _ground(noted: str | None) -> ContactGround | None:
    return ContactGround(noted) if noted in set(ContactGround) else None
