"""Pauses: the clock of a case stands while its citizen is asked.

It stands from the question until the citizen adds something, the office answers all
the same, or the time is up for which a policy lets it stand. Then what is due moves by
the working time that passed. The interval and what it came to are stored.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.deadlines.calendar import Calendar
from app.domain.deadlines.chasing import PauseEnd
from app.domain.deadlines.moments import Due, Rule
from app.domain.deadlines.reminding import reminder
from app.domain.record import Action
from app.keys import new_key
from app.models import Case, ClockPause
from app.services import audit
from app.services.clocks.at_hand import PACKAGED, calendar_now
from app.services.house import House

MOST_AT_ONCE: Final = 100
"""How many pauses a worker ends in one transaction."""


async def begin(
    session: AsyncSession, house: House, case: Case, *, now: datetime
) -> date | None:
    """Stop the clock of ``case``, which is held; return its last day to stand.

    None: it stands already, nobody waits for an answer, or its policy has it run on.
    """
    chosen = house.clocks.numbered(house.settings, case.policy or PACKAGED)
    waits = case.status in lifecycle.WAITING and case.paused_at is None
    if not waits or not chosen.policy.wait:
        return None
    rule = house.clocks.rule(house.settings)
    until_at = rule.end(rule.day(now) + timedelta(days=chosen.policy.wait))
    session.add(
        ClockPause(
            id=new_key(), case_id=case.id, began_at=now, until_at=until_at,
            unit=chosen.policy.answer.unit, zone=house.settings.time_zone,
            remind_at=reminder(rule, asked_at=now, until_at=until_at),
        )
    )  # fmt: skip
    case.paused_at = now
    case.watch()
    return rule.day(until_at)


async def end(session: AsyncSession, case_ids: Sequence[int], *, now: datetime) -> None:
    """Let the clocks of those cases go on, as their citizen said something."""
    found = await session.execute(
        _open().where(ClockPause.case_id.in_(case_ids)).with_for_update(of=Case)
    )
    await _end_all(session, found.all(), by=PauseEnd.REPLIED, now=now)


def any_over(now: datetime) -> ColumnElement[bool]:
    """Return whether a clock stood for as long as it may."""
    return exists().where(ClockPause.ended_at.is_(None), ClockPause.until_at <= now)


async def end_those_over(session: AsyncSession, *, now: datetime) -> int:
    """Let clocks go on that stood for as long as they may; return how many."""
    found = await session.execute(
        _open()
        .where(ClockPause.until_at <= now)
        .order_by(ClockPause.until_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Case, skip_locked=True)
    )
    rows = found.all()
    await _end_all(session, rows, by=PauseEnd.TERM, now=now)
    return len(rows)


async def settle(session: AsyncSession, case: Case, *, now: datetime) -> None:
    """End the pause of ``case``, which is held and has just been dealt with."""
    if case.paused_at is None:
        return
    pause = await session.scalar(
        select(ClockPause).where(
            ClockPause.case_id == case.id, ClockPause.ended_at.is_(None)
        )
    )
    case.paused_at = None
    if pause is not None:
        calendar = await calendar_now(session)
        due = _ended(pause, case.due_at, calendar, by=PauseEnd.SETTLED, now=now)
        case.due_at = due.at
        case.provisional = case.provisional or due.provisional
    case.watch()


def _open() -> Select[*tuple[Any, ...]]:
    """Return the selection of pauses that have not ended, and of their cases.

    Of a case no more than that, so that nothing in the session is out of date after.
    """
    return (
        select(ClockPause, Case.due_at, Case.status, Case.provisional, Case.overdue_at)
        .join(Case, Case.id == ClockPause.case_id)
        .where(ClockPause.ended_at.is_(None))
    )


async def _end_all(
    session: AsyncSession,
    rows: Sequence[Row[*tuple[Any, ...]]],
    *,
    by: PauseEnd,
    now: datetime,
) -> None:
    """End the pauses of ``rows``; pages that are open stay as good as they were."""
    if not rows:
        return
    calendar = await calendar_now(session)
    for row in rows:
        pause: ClockPause = row.ClockPause
        # A term that is over ended then, however late the worker is.
        ended_at = min(now, pause.until_at)
        due = _ended(pause, row.due_at, calendar, by=by, now=ended_at)
        waits = row.status in lifecycle.WAITING and row.overdue_at is None
        await session.execute(
            update(Case)
            .where(Case.id == pause.case_id)
            .values(
                due_at=due.at,
                provisional=row.provisional or due.provisional,
                paused_at=None,
                lapses_at=due.at if waits else None,
            )
            .execution_options(synchronize_session=False)
        )
        audit.record(
            session, Action.CLOCK_RESUMED, at=now, case_id=pause.case_id, by=by,
            due_on=_rule(pause, calendar).day(due.at).isoformat(),
        )  # fmt: skip
    await session.flush()


def _ended(
    pause: ClockPause,
    due_at: datetime,
    calendar: Calendar,
    *,
    by: PauseEnd,
    now: datetime,
) -> Due:
    """Put down that ``pause`` ended; return when the answer is due after it."""
    rule = _rule(pause, calendar)
    pause.ended_at, pause.ended_by = now, by
    pause.stood = rule.stood(pause.began_at, now, pause.unit)
    due = rule.moved(due_at, pause.stood, pause.unit)
    pause.calendar = str(calendar.version)
    pause.due_before, pause.due_after = due_at, due.at
    return due


def _rule(pause: ClockPause, calendar: Calendar) -> Rule:
    return Rule(calendar=calendar, zone=ZoneInfo(pause.zone))
