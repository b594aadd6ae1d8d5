"""Conversation: what a citizen said of the answers, and may still say or change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.following import may_rate, may_review
from app.domain.lifecycle import OPEN
from app.models import Answer, Rating, ReviewRequest
from app.services.citizen import correcting, erasing, insight
from app.services.citizen.correcting import Kept
from app.services.citizen.erasing import Erasable
from app.services.citizen.insight import Look
from app.services.house import House
from app.services.tracked import AnswerSeen, MatterSeen, Tracked

_OWN: Final[BindParameter[int]] = bindparam("opinion_id")
_SAID: Final = (
    select(Answer.id, Rating, ReviewRequest)
    .outerjoin(Rating, and_(Rating.answer_id == Answer.id, Rating.opinion_id == _OWN))
    .outerjoin(
        ReviewRequest,
        and_(ReviewRequest.answer_id == Answer.id, ReviewRequest.opinion_id == _OWN),
    )
    .where(Answer.id.in_(bindparam("answers", expanding=True)))
)
"""Answers with what the citizen said of each; put together once."""


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
        on_answers=await _on_answers(session, tracked, now=now)
        if tracked.answers
        else {},
        looks=await insight.looks(session, opinion.id),
        contact=await correcting.kept(session, house.seal, opinion.id),
        erasable=await erasing.erasable(session, opinion.id),
        may_correct=not opinion.anonymous and opinion.erased_at is None,
        may_withdraw=opinion.withdrawn_at is None and bool(standing & OPEN),
    )


async def _on_answers(
    session: AsyncSession, tracked: Tracked, *, now: datetime
) -> dict[int, OnAnswer]:
    keys = [answer.id for matter in tracked.matters for answer in matter.answers]
    asked = {"opinion_id": tracked.opinion.id, "answers": keys}
    rows = await session.execute(_SAID, asked)
    said = {key: (rating, review) for key, rating, review in rows}
    return {
        answer.id: _on_answer(matter, answer, *said[answer.id], now=now)
        for matter in tracked.matters
        for answer in matter.answers
    }


def _on_answer(
    matter: MatterSeen,
    answer: AnswerSeen,
    rating: Rating | None,
    review: ReviewRequest | None,
    *,
    now: datetime,
) -> OnAnswer:
    last = answer is matter.answers[-1]
    return OnAnswer(
        rating=rating,
        review=review,
        may_rate=last and may_rate(matter.closed_at, now=now),
        may_review=last and review is None and may_review(answer.answered_at, now=now),
    )
