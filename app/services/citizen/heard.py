"""Heard: what citizens said of the answers of a case, for those who work on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.following import Solved
from app.models import Answer, Opinion, Rating, ReviewRequest
from app.services.dossiers import Dossier

MOST: Final = 20
"""A case may have the opinions of thousands: the newest are shown in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What one citizen says of an answer."""

    number: str
    solved: Solved
    score: int
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """Why one citizen asks for a second look."""

    number: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """All that was said of the answers of a case."""

    number: int
    """How many rated them."""

    mean: float | None
    """Of the scores; None: nobody gave one."""

    ratings: tuple[Rated, ...]
    reviews: tuple[Doubted, ...]
    withdrawn_at: datetime | None
    """When whoever opened the case took the opinion back."""

    erased_at: datetime | None

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        told = self.withdrawn_at or self.erased_at
        return bool(self.ratings or self.reviews or told)


async def read(session: AsyncSession, dossier: Dossier) -> Heard:
    """Return what was said of a case that its reader may see."""
    number, mean = (
        await session.execute(
            select(func.count(Rating.id), func.avg(Rating.score))
            .join(Answer, Answer.id == Rating.answer_id)
            .where(Answer.case_id == dossier.case.id)
        )
    ).one()
    return Heard(
        number=number,
        mean=float(mean) if mean is not None else None,
        ratings=await _ratings(session, dossier.case.id),
        reviews=await _reviews(session, dossier.case.id),
        withdrawn_at=dossier.opinion.withdrawn_at,
        erased_at=dossier.opinion.erased_at,
    )


async def _ratings(session: AsyncSession, case_id: int) -> tuple[Rated, ...]:
    rows = await session.execute(
        select(
            Opinion.receipt_number.label("number"),
            Rating.solved,
            Rating.score,
            Rating.words,
            Rating.rated_at.label("at"),
        )
        .join(Answer, Answer.id == Rating.answer_id)
        .join(Opinion, Opinion.id == Rating.opinion_id)
        .where(Answer.case_id == case_id)
        .order_by(Rating.rated_at.desc())
        .limit(MOST)
    )
    return tuple(Rated(**row) for row in rows.mappings())


async def _reviews(session: AsyncSession, case_id: int) -> tuple[Doubted, ...]:
    rows = await session.execute(
        select(
            Opinion.receipt_number.label("number"),
            ReviewRequest.reason,
            ReviewRequest.asked_at.label("at"),
        )
        .join(Answer, Answer.id == ReviewRequest.answer_id)
        .join(Opinion, Opinion.id == ReviewRequest.opinion_id)
        .where(Answer.case_id == case_id)
        .order_by(ReviewRequest.id.desc())
        .limit(MOST)
    )
    return tuple(Doubted(**row) for row in rows.mappings())
