"""Answered: which answers an opinion got, and the cases in which they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Status
from app.errors import NotFound
from app.models import Answer, Case
from app.services import past_cases


class NoSuchAnswer(NotFound):
    """The opinion got no such answer."""

    code = "no_such_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer to an opinion, with where the matter stands now."""

    answer_id: int
    answered_at: datetime
    case_id: int
    """The case in which the opinion is dealt with now."""

    status: Status
    closed_at: datetime | None

    last: bool
    """Whether none came after it."""


async def answers(session: AsyncSession, opinion_id: int) -> Mapping[int, Answered]:
    """Return all that was answered to the opinion, by the keys of the answers."""
    found: dict[int, Answered] = {}
    for past in (await past_cases.read(session, opinion_id)).values():
        case = await session.get_one(Case, past.case_id)
        rows = await session.execute(
            select(Answer.id, Answer.answered_at, Answer.case_id)
            .where(Answer.case_id.in_(past.all_cases))
            .order_by(Answer.id)
        )
        got = [row for row in rows if past.answers(row.case_id, row.answered_at)]
        for row in got:
            found[row.id] = Answered(
                answer_id=row.id,
                answered_at=row.answered_at,
                case_id=case.id,
                status=case.status,
                closed_at=case.closed_at,
                last=row is got[-1],
            )
    return found


async def answer(session: AsyncSession, opinion_id: int, answer_id: int) -> Answered:
    """Return one answer that the opinion got.

    Raises:
        NoSuchAnswer: It is none of those.
    """
    try:
        return (await answers(session, opinion_id))[answer_id]
    except KeyError:
        raise NoSuchAnswer("the opinion got no such answer") from None
