"""Satisfaction: how many were content with their answer, by item.

The board and the open data ask here, once for all items of a notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.following import LEAST_CONTENT
from app.models import Answer, Case, Opinion, Rating
from app.services.cases import unrestricted
from app.services.disowning import counted

LEAST_RATED: Final = 10
"""Fewer ratings than that are no share of anything, and could tell of a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """How many said whether they were content, and how many of these were."""

    rated: int
    satisfied: int

    @property
    def share(self) -> int | None:
        """How many of a hundred were content; None: too few said anything."""
        if self.rated < LEAST_RATED:
            return None
        return round(100 * self.satisfied / self.rated)


async def rated_counts(
    session: AsyncSession, notice_id: int
) -> Mapping[int | None, Rated] | None:
    """Return what citizens said of answers, by the item's key; None: nobody rated any.

    Restricted cases, merged ones and opinions that were denied count nowhere.
    """
    content = case((Rating.score >= LEAST_CONTENT, 1), else_=0)
    rows = await session.execute(
        select(Case.section_id, func.count(), func.sum(content))
        .select_from(Rating)
        .join(Answer, Answer.id == Rating.answer_id)
        .join(Case, Case.id == Answer.case_id)
        .join(Opinion, Opinion.id == Rating.opinion_id)
        .where(Case.notice_id == notice_id, unrestricted(), counted())
        .group_by(Case.section_id)
    )
    found = {
        key: Rated(rated=rated, satisfied=satisfied) for key, rated, satisfied in rows
    }
    return found or None
