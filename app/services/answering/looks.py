"""Looks: who is at the same case now. A hint to colleagues, no lock.

Kept in a small table, so that it holds for several processes, and written when a page
has long left the house: nobody waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import CaseLook, Staff
from app.services.staff import Person

FADES: Final = timedelta(minutes=2)
"""How long after their last sign somebody counts as being there."""

WRITING_FADES: Final = timedelta(seconds=45)
_DROPPED: Final = timedelta(minutes=10)
_MOST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """A colleague who is at the case."""

    name: str
    writing: bool
    at: datetime


async def look(
    session: AsyncSession, person: Person, case_id: int, *, writing: bool, now: datetime
) -> None:
    """Note that ``person`` is at the case, and drop what they looked at long ago."""
    mine = CaseLook.staff_id == person.staff_id
    await session.execute(
        delete(CaseLook)
        .where(mine, CaseLook.at < now - _DROPPED)
        .execution_options(synchronize_session=False)
    )
    found = await session.scalar(
        select(CaseLook).where(mine, CaseLook.case_id == case_id)
    )
    if found is not None:
        found.at = now
        found.wrote_at = now if writing else found.wrote_at
        await session.flush()
        return
    row = CaseLook(
        staff_id=person.staff_id, case_id=case_id, at=now,
        wrote_at=now if writing else None,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return  # Another window of the same person said so at the same moment.


async def leave(session: AsyncSession, person: Person, case_id: int) -> None:
    """Note that ``person`` is at the case no more."""
    await session.execute(
        delete(CaseLook)
        .where(CaseLook.staff_id == person.staff_id, CaseLook.case_id == case_id)
        .execution_options(synchronize_session=False)
    )


async def others(
    session: AsyncSession, person: Person, case_id: int, *, now: datetime
) -> Sequence[Onlooker]:
    """Return the colleagues who are at the case now, the latest first."""
    rows = await session.execute(
        select(Staff.display_name, CaseLook.at, CaseLook.wrote_at)
        .join(Staff, Staff.id == CaseLook.staff_id)
        .where(
            CaseLook.case_id == case_id,
            CaseLook.staff_id != person.staff_id,
            CaseLook.at > now - FADES,
        )
        .order_by(CaseLook.at.desc())
        .limit(_MOST)
    )
    return [
        Onlooker(
            name=name,
            writing=wrote_at is not None and wrote_at > now - WRITING_FADES,
            at=at,
        )
        for name, at, wrote_at in rows
    ]
