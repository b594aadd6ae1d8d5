"""The record of what was done: written in the transaction of the deed itself."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.keys import new_key
from app.models import AuditEvent


def event(
    action: Action,
    *,
    at: datetime,
    staff_id: int | None = None,
    case_id: int | None = None,
    **facts: Any,
) -> dict[str, Any]:
    """Return the row of an event, to be inserted with the rows of its deed."""
    return {
        "id": new_key(),
        "at": at,
        "action": action,
        "staff_id": staff_id,
        "case_id": case_id,
        "facts": facts,
    }


def record(
    session: AsyncSession,
    action: Action,
    *,
    at: datetime,
    staff_id: int | None = None,
    case_id: int | None = None,
    **facts: Any,
) -> int:
    """Put down that ``action`` was done, and return the key of that.

    It is kept only if the deed is.

    ``facts`` are ids and words of ours, never what a citizen wrote.
    """
    row = event(action, at=at, staff_id=staff_id, case_id=case_id, **facts)
    session.add(AuditEvent(**row))
    return int(row["id"])
