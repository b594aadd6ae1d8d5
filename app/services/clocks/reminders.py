"""Reminders: who was asked and is silent hears of it once more, in good time.

When, says `domain.deadlines.reminding`. The letter says the newest question again, and
until when the answer is waited for. Whoever may not be written to, or whose letters
come back, gets none; that is put down, so that the office can ring.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.record import Action
from app.models import AuditEvent, Case, ClockPause, Office, OutboxMessage
from app.services import audit, bounces, circulars, letters, recipients
from app.services.house import House

MOST_AT_ONCE: Final = 50
"""How many citizens a worker reminds in one transaction."""


def any_due(now: datetime) -> ColumnElement[bool]:
    """Return whether somebody has to be reminded."""
    return exists().where(
        ClockPause.remind_at <= now,
        ClockPause.remind_at.is_not(None),
        ClockPause.ended_at.is_(None),
    )


async def remind(session: AsyncSession, house: House, *, now: datetime) -> int:
    """Promise letters to those who are to be reminded by now; return of how many cases.

    Each is found by its own moment in one index and leaves that index here, so nobody
    is reminded twice, nor by two workers. Pages that are open stay good.
    """
    found = await session.execute(
        select(ClockPause, Case, Office.name.label("office"))
        .join(Case, Case.id == ClockPause.case_id)
        .join(Office, Office.id == Case.office_id)
        .where(
            ClockPause.remind_at <= now,
            ClockPause.remind_at.is_not(None),
            ClockPause.ended_at.is_(None),
        )
        .order_by(ClockPause.remind_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=ClockPause, skip_locked=True)
    )
    rows = found.all()
    asked = await _questions(session, [row.Case.id for row in rows])
    for row in rows:
        row.ClockPause.remind_at = None
        question = asked.get(row.Case.id)
        # A worker that was away does not remind of what is over by now.
        in_time = row.ClockPause.until_at > now
        if question and in_time and row.Case.status in lifecycle.WAITING:
            await _remind(session, house, row, question, now=now)
    await session.flush()
    return len(rows)


async def _remind(
    session: AsyncSession,
    house: House,
    row: Row[*tuple[Any, ...]],
    question: str,
    *,
    now: datetime,
) -> None:
    """Write to everybody whose opinion the case is about, and put down whether."""
    pause, case = row.ClockPause, row.Case
    writing = partial(
        letters.question, office=row.office, text=question,
        again_until=pause.until_at, now=now,
    )  # fmt: skip
    mailed = await circulars.send(session, house, [case], writing)
    regarding = await recipients.regarding(session, house, case)
    if (
        regarding is not None
        and await bounces.standing(session, case.opinion_id) is None
    ):
        session.add(OutboxMessage(**writing(house, regarding)))
        mailed += 1
    pause.reminded_at = now if mailed else None
    audit.record(
        session, Action.CITIZEN_REMINDED, at=now, case_id=case.id,
        mailed=bool(mailed),
        last_on=pause.until_at.astimezone(house.settings.zone).date().isoformat(),
    )  # fmt: skip


async def _questions(session: AsyncSession, keys: Sequence[int]) -> dict[int, str]:
    """Return the newest question on each case."""
    newest = (
        select(func.max(AuditEvent.id))
        .where(AuditEvent.case_id.in_(keys), AuditEvent.action == Action.QUESTION_ASKED)
        .group_by(AuditEvent.case_id)
    )
    rows = await session.execute(
        select(AuditEvent.case_id, AuditEvent.facts).where(AuditEvent.id.in_(newest))
    )
    return {key: facts.get("text", "") for key, facts in rows if key is not None}
