"""Reviewing (复查): a citizen asks for a second look, and the case begins again.

It is the supervision office's then, not that of the office whose answer is doubted. A
report of wrongdoing stays where few may see it.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.following import may_review
from app.domain.record import Action
from app.domain.submission import clean, says_something
from app.domain.vocabulary import Move, Status
from app.errors import Conflict, InvalidInput
from app.keys import new_key
from app.models import Case, ReviewRequest
from app.services import audit, cases, confirmed
from app.services.answering import overtaking
from app.services.citizen import answered
from app.services.clocks import beginning
from app.services.house import House

MOST_REASON: Final = 2_000


class ReviewOver(Conflict):
    """The answer came too long ago, or another one came after it."""

    code = "review_over"


async def ask(
    session: AsyncSession,
    house: House,
    opinion_id: int,
    answer_id: int,
    *,
    reason: str,
    now: datetime,
) -> bool:
    """Let the supervision office look at the matter again; False: it was asked to.

    Raises:
        InvalidInput: There is no reason, or it is too long.
        NoSuchAnswer: It is none of the opinion's.
        ReviewOver: It comes too late.
    """
    about = await answered.answer(session, opinion_id, answer_id)
    reason = _checked(reason)
    if await _is_asked(session, opinion_id, answer_id):
        return False
    if not about.last or not may_review(about.answered_at, now=now):
        raise ReviewOver("a second look at this answer cannot be asked for any more")
    row = {
        "id": new_key(), "opinion_id": opinion_id, "answer_id": answer_id,
        "reason": reason, "asked_at": now,
    }  # fmt: skip
    try:
        async with session.begin_nested():
            await session.execute(insert(ReviewRequest), [row])
    except IntegrityError:
        return False
    await _begin_again(session, house, about.case_id, opinion_id=opinion_id, now=now)
    return True


async def _begin_again(
    session: AsyncSession, house: House, case_id: int, *, opinion_id: int, now: datetime
) -> None:
    """Put the case before the supervision office, where others did not already."""
    case = await session.get_one(
        Case, case_id, with_for_update=True, populate_existing=True
    )
    before, reopened = case.disposition, Move.REVIEW in lifecycle.MOVES[case.status]
    if reopened:
        case.move(Move.REVIEW)
        _hand_over(case, house.shelf.lead_office_id)
        case.disposition, case.answered_at, case.closed_at = None, None, None
        beginning.begin_again(house, case, now=now)
    audit.record(
        session, Action.REVIEW_ASKED, at=now, case_id=case_id,
        opinion_id=opinion_id, before=before, reopened=reopened,
    )  # fmt: skip
    await session.flush()
    if reopened:
        await confirmed.note(session, case, now=now)
        await overtaking.end(session, [case_id], now=now)
    await cases.bring_up(session, case_id)


def _hand_over(case: Case, lead_office_id: int) -> None:
    case.assignee_id = None
    if not case.restricted:
        case.office_id = lead_office_id
    elif case.office_id != lead_office_id and case.status is Status.REGISTERED:
        case.move(Move.ASSIGN)


async def _is_asked(session: AsyncSession, opinion_id: int, answer_id: int) -> bool:
    found = await session.scalar(
        select(ReviewRequest.id).where(
            ReviewRequest.opinion_id == opinion_id, ReviewRequest.answer_id == answer_id
        )
    )
    return found is not None


def _checked(reason: str) -> str:
    reason = clean(reason)
    if not says_something(reason):
        raise InvalidInput("say why", field="reason", code="reason_missing")
    if len(reason) > MOST_REASON:
        raise InvalidInput("this is too long", field="reason", code="words_too_long")
    return reason
