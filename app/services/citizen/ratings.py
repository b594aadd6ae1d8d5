"""Ratings (满意度评价): whether an answer solved it, by the word of its citizen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.following import LEAST_SCORE, MOST_SCORE, Solved, may_rate
from app.domain.record import Action
from app.domain.submission import clean
from app.errors import Conflict, InvalidInput
from app.keys import new_key
from app.models import Rating
from app.services import audit, cases
from app.services.citizen import answered

MOST_WORDS: Final = 2_000


class RatingOver(Conflict):
    """The case was closed too long ago for its answer to be rated."""

    code = "rating_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a citizen says of an answer."""

    solved: Solved
    score: int
    words: str


def checked(solved: str, score: str, words: str) -> Said:
    """Return what was said, as it is kept.

    Raises:
        InvalidInput: Something is missing, too long or no possible answer.
    """
    if solved not in set(Solved):
        raise InvalidInput("say whether", field="solved", code="solved_missing")
    if score not in {str(each) for each in range(LEAST_SCORE, MOST_SCORE + 1)}:
        raise InvalidInput("say how well", field="score", code="score_missing")
    words = clean(words)
    if len(words) > MOST_WORDS:
        raise InvalidInput("this is too long", field="words", code="words_too_long")
    return Said(solved=Solved(solved), score=int(score), words=words)


async def rate(
    session: AsyncSession, opinion_id: int, answer_id: int, said: Said, *, now: datetime
) -> bool:
    """Keep what the citizen says of an answer; False: it says what it said before.

    Raises:
        NoSuchAnswer: It is none of the opinion's.
        RatingOver: It comes too late.
    """
    about = await answered.answer(session, opinion_id, answer_id)
    if not may_rate(about.closed_at, now=now):
        raise RatingOver("the case was closed too long ago")
    facts = {
        "solved": said.solved, "score": said.score, "words": said.words, "rated_at": now
    }  # fmt: skip
    if not await _insert(session, opinion_id, answer_id, facts):
        known = (
            await session.scalars(
                select(Rating)
                .where(Rating.opinion_id == opinion_id, Rating.answer_id == answer_id)
                .with_for_update()
            )
        ).one()
        if Said(solved=known.solved, score=known.score, words=known.words) == said:
            return False
        for name, value in facts.items():
            setattr(known, name, value)
    audit.record(
        session, Action.RATED, at=now, case_id=about.case_id,
        solved=said.solved, score=said.score,
    )  # fmt: skip
    await session.flush()
    await cases.bring_up(session, about.case_id)
    return True


async def _insert(
    session: AsyncSession, opinion_id: int, answer_id: int, facts: dict[str, object]
) -> bool:
    row = {"id": new_key(), "opinion_id": opinion_id, "answer_id": answer_id} | facts
    try:
        async with session.begin_nested():
            await session.execute(insert(Rating), [row])
    except IntegrityError:
        return False
    return True
