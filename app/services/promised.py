"""Promised letters: what went out about a case, to whom, and how far it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import MailPurpose, MailState
from app.models import Case, LiaisonLetter, Office, OutboxMessage
from app.services.words import MOST_WRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedLetter:
    """A letter to the citizen or to an office's liaison, and how far it came."""

    purpose: MailPurpose
    state: MailState
    created_at: datetime

    office: str | None
    """Whose liaison it went to; None: it went to the citizen."""


async def letters(session: AsyncSession, case: Case) -> Sequence[PromisedLetter]:
    """Return what was promised about ``case`` by mail, the newest first."""
    rows = await session.execute(
        select(
            OutboxMessage.purpose,
            OutboxMessage.state,
            OutboxMessage.created_at,
            Office.name.label("office"),
        )
        # A letter to a liaison has the key of what promised it.
        .outerjoin(LiaisonLetter, LiaisonLetter.id == OutboxMessage.id)
        .outerjoin(Office, Office.id == LiaisonLetter.office_id)
        .where(
            OutboxMessage.opinion_id == case.opinion_id,
            # What went to the liaison of another matter is that office's.
            or_(
                OutboxMessage.purpose != MailPurpose.LIAISON,
                OutboxMessage.case_id == case.id,
            ),
        )
        .order_by(OutboxMessage.id.desc())
        .limit(MOST_WRITTEN)
    )
    return [PromisedLetter(**row) for row in rows.mappings()]
