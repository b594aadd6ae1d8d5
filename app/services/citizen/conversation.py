"""Conversation: what a citizen said of the answers, and may still say or change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.following import may_rate, may_review
from app.domain.lifecycle import OPEN
from app.models import Rating, ReviewRequest
from app.services.citizen import answered, correcting, erasing, insight
from app.services.citizen.correcting import Kept
from app.services.citizen.erasing import Erasable
from app.services.citizen.insight import Look
from app.services.house import House
from app.services.tracked import Tracked


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAnswer:
    """What was said of one answer, and what may be."""

    rating: Rating | None
    review: ReviewRequest | None
    may_rate: bool
    may_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What the citizen may do on the tracking page, and did."""

    on_answers: Mapping[int, OnAnswer]
    """By the keys of the answers."""

    looks: tuple[Look, ...]
    contact: Kept
    erasable: Erasable
    may_correct: bool
    may_withdraw: bool


async def read(
    session: AsyncSession, house: House, tracked: Tracked, *, now: datetime
) -> Conversation:
    """Return what concerns an opinion, for a citizen who has shown the code."""
    opinion = tracked.opinion
    standing = {matter.status for matter in tracked.matters}
    return Conversation(
        on_answers=await _on_answers(session, opinion.id, now=now)
        if tracked.answers
        else {},
        looks=await insight.looks(session, opinion.id),
        contact=await correcting.kept(session, house.seal, opinion.id),
        erasable=await erasing.erasable(session, opinion.id),
        may_correct=not opinion.anonymous and opinion.erased_at is None,
        may_withdraw=opinion.withdrawn_at is None and bool(standing & OPEN),
    )


async def _on_answers(
    session: AsyncSession, opinion_id: int, *, now: datetime
) -> dict[int, OnAnswer]:
    found = await answered.answers(session, opinion_id)
    ratings = {
        row.answer_id: row
        for row in await session.scalars(
            select(Rating).where(Rating.opinion_id == opinion_id)
        )
    }
    reviews = {
        row.answer_id: row
        for row in await session.scalars(
            select(ReviewRequest).where(ReviewRequest.opinion_id == opinion_id)
        )
    }
    return {
        key: OnAnswer(
            rating=ratings.get(key),
            review=reviews.get(key),
            may_rate=each.last and may_rate(each.closed_at, now=now),
            may_review=each.last
            and key not in reviews
            and may_review(each.answered_at, now=now),
        )
        for key, each in found.items()
    }
