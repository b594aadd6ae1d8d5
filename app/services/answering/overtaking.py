"""Overtaking: an answer whose case goes on without it waits for no signature any more.

Comes in the transaction that closes the case, joins it into another, or gives it to
another office. The text stays with whoever wrote it, who reads what became of it; the
case says so, too.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.answering import Verdict
from app.domain.receipt import case_number
from app.domain.record import Action
from app.domain.vocabulary import Status
from app.models import Case, Opinion, SubmittedAnswer
from app.services import audit, cases
from app.services.answering.awaiting import superseded
from app.services.staff import Person

TOLD_FOR: Final = timedelta(days=30)
_MOST_TOLD: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """An answer that was not sent, as its writer reads of it."""

    number: str
    at: datetime
    subject: str | None
    """None: the writer sees the case no more, nor is anything told of it."""

    text: str
    status: Status | None


async def end(
    session: AsyncSession,
    case_ids: Collection[int],
    *,
    staff_id: int | None = None,
    now: datetime,
) -> None:
    """End the waiting answers of those of the cases that went on without them.

    ``staff_id`` is who saw to that; None: it was the citizen, or a rule. A case that
    was closed is brought up before its office, unless the writer closed it.
    """
    rows = await session.execute(
        select(SubmittedAnswer, Case.status)
        .join(Case, Case.id == SubmittedAnswer.case_id)
        .where(
            SubmittedAnswer.case_id.in_(case_ids),
            SubmittedAnswer.verdict.is_(None),
            or_(
                Case.status.not_in(lifecycle.OPEN),
                Case.office_id != SubmittedAnswer.office_id,
            ),
        )
    )
    for row, status in rows.all():
        row.verdict, row.decided_by, row.decided_at = Verdict.OVERTAKEN, staff_id, now
        audit.record(
            session, Action.ANSWER_OVERTAKEN, at=now, staff_id=staff_id,
            case_id=row.case_id, submitted_id=row.id,
        )  # fmt: skip
        if status is Status.CLOSED and row.staff_id != staff_id:
            await session.flush()
            await cases.bring_up(session, row.case_id)
    await session.flush()


async def wait_again(session: AsyncSession, case: Case, *, since: datetime) -> None:
    """Let an answer wait again that was ended ``since`` then: that is taken back."""
    row = await session.scalar(
        select(SubmittedAnswer)
        .where(SubmittedAnswer.case_id == case.id)
        .order_by(SubmittedAnswer.id.desc())
        .limit(1)
    )
    if row is None or row.verdict is not Verdict.OVERTAKEN or row.decided_at is None:
        return
    if row.decided_at >= since and row.office_id == case.office_id:
        row.verdict, row.decided_by, row.decided_at = None, None, None


async def told_to(
    session: AsyncSession, person: Person, *, now: datetime
) -> list[Overtaken]:
    """Return which answers of the person's were overtaken lately, the newest first.

    What was submitted anew since is left out.
    """
    rows = await session.execute(
        select(
            SubmittedAnswer, Opinion.receipt_number, Case.ordinal, Opinion.subject,
            Case.status, cases.seen_by(person).label("visible"),
        )
        .join(Case, Case.id == SubmittedAnswer.case_id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(
            SubmittedAnswer.staff_id == person.staff_id,
            SubmittedAnswer.verdict == Verdict.OVERTAKEN,
            SubmittedAnswer.decided_at > now - TOLD_FOR,
            ~superseded(),
        )
        .order_by(SubmittedAnswer.id.desc())
        .limit(_MOST_TOLD)
    )  # fmt: skip
    return [
        Overtaken(
            number=case_number(row.receipt_number, row.ordinal),
            at=row.SubmittedAnswer.decided_at,
            subject=row.subject if row.visible else None,
            text=row.SubmittedAnswer.text if row.visible else "",
            status=row.status if row.visible else None,
        )
        for row in rows
    ]
