"""Moving on: what ends for the office that a case leaves, and begins for the next.

Comes in the transaction that gives the case to another office or asks one more.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.offices import Ruling
from app.keys import new_key
from app.models import Case, Dispute, Liaison, LiaisonLetter
from app.services.answering import overtaking


async def on(
    session: AsyncSession,
    case: Case,
    *,
    before: int | None,
    by: int,
    now: datetime,
) -> None:
    """Note that ``case`` went from the office ``before`` to where it is now.

    ``by`` is who saw to that.
    """
    if before == case.office_id:
        return
    await session.execute(
        update(Dispute)
        .where(Dispute.case_id == case.id, Dispute.ruling.is_(None))
        .values(ruling=Ruling.OVERTAKEN, ruled_at=now)
        .execution_options(synchronize_session=False)
    )
    await overtaking.end(session, [case.id], staff_id=by, now=now)
    # A co-office that leads now answers by its newer letter.
    await _end_letters(session, case, leading=True, office_id=case.office_id, now=now)
    await _promise(session, case, office_id=case.office_id, helps=False, now=now)


async def asked(
    session: AsyncSession, case: Case, office_id: int, *, now: datetime
) -> None:
    """Note that ``office_id`` is asked what it thinks of ``case``."""
    await _promise(session, case, office_id=office_id, helps=True, now=now)


async def asked_no_more(
    session: AsyncSession, case: Case, office_id: int, *, now: datetime
) -> None:
    """Note that it is asked no more: its letters are void."""
    await _end_letters(session, case, leading=False, office_id=office_id, now=now)


async def _end_letters(
    session: AsyncSession,
    case: Case,
    *,
    leading: bool,
    office_id: int,
    now: datetime,
) -> None:
    """Void the letters to ``office_id``, and where it is ``leading`` to whoever led."""
    whose = LiaisonLetter.office_id == office_id
    if leading:
        whose = or_(whose, ~LiaisonLetter.helps)
    await session.execute(
        update(LiaisonLetter)
        .where(LiaisonLetter.case_id == case.id, LiaisonLetter.void_at.is_(None), whose)
        .values(void_at=now)
        .execution_options(synchronize_session=False)
    )


async def _promise(
    session: AsyncSession, case: Case, *, office_id: int, helps: bool, now: datetime
) -> None:
    """Promise a letter to each liaison of the office; a report goes to none."""
    if case.restricted:
        return
    keys = await session.scalars(
        select(Liaison.id).where(Liaison.office_id == office_id, Liaison.active)
    )
    rows = [
        {
            "id": new_key(), "case_id": case.id, "office_id": office_id,
            "liaison_id": key, "helps": helps, "promised_at": now,
        }
        for key in keys
    ]  # fmt: skip
    await promise(session, rows)


async def promise(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Keep that letters are owed to liaisons; what was promised before stays once."""
    if not rows:
        return
    with suppress(IntegrityError):  # another worker was faster
        async with session.begin_nested():
            await session.execute(insert(LiaisonLetter), rows)
