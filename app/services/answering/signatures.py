"""Signatures: an answer of some offices leaves only when a second person agreed."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.models import Case, Office


class NeedsSignature(Conflict):
    """The office lets no answer leave that only one person has seen."""

    code = "needs_signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """That a second person agreed to an answer, and whose answer it is."""

    writer_id: int


async def needed(session: AsyncSession, case_ids: Collection[int]) -> bool:
    """Return whether the office of any of the cases wants a second signature."""
    found = await session.scalar(
        select(Case.id)
        .join(Office, Office.id == Case.office_id)
        .where(Case.id.in_(case_ids), Office.countersigns)
        .limit(1)
    )
    return found is not None


async def check(
    session: AsyncSession, case_ids: Collection[int], signed: Signature | None
) -> None:
    """Hold that an answer on the cases may leave.

    Raises:
        NeedsSignature: An office wants a second signature, and nobody gave one.
    """
    if signed is None and await needed(session, case_ids):
        raise NeedsSignature("a second person has to agree first")
