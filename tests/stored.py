"""What is stored, as tests look at it."""

from typing import Any

from sqlalchemy import func, select

from app.models import AuditEvent
from app.premises import Premises


async def count(premises: Premises, table: type[Any]) -> int:
    """Return how many rows a table has."""
    async with premises.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def newest_event(premises: Premises) -> AuditEvent:
    """Return what was put on record last."""
    last = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)
    async with premises.database.reading() as session:
        return (await session.scalars(last)).one()
