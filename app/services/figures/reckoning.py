"""Reckoning: the figures of every week in which something changed.

A page adds up rows that are few however many cases there are. They are reckoned anew,
a week at a time, where the record says that a case of that week was worked on, or
where one of its cases fell overdue since. Reports of wrongdoing stay out of them, and
so do opinions that were disowned and cases that are dealt with in others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.figures import WEEK, Breakdown, Figures, monday_of, mondays, together
from app.domain.following import LEAST_CONTENT, Solved
from app.domain.vocabulary import Disposition, Status
from app.models import (
    Answer,
    AuditEvent,
    Case,
    FigureReckoning,
    Opinion,
    Rating,
    WeekFigure,
)
from app.services.cases import unrestricted
from app.services.clocks.kept import due_kept

RULES: Final = 2
"""The version of what is counted as what: the key of the one row that says how far the
figures go.  With another, every week is reckoned anew; raise it when a rule changes.

1: as due counted whatever a case had as that.  2: only what somebody kept as that.
"""

_DIMENSIONS: Final = (
    Case.notice_id, Case.office_id, Case.section_id, Opinion.channel, Case.kind,
    due_kept().label("timed"),
)  # fmt: skip

_SLACK: Final = 120_000 << 22
"""Two minutes in keys: none is committed so long after it was made."""

_MOST_EVENTS: Final = 20_000
"""Events that are looked at in one reckoning; the next goes on behind them."""


async def due(
    session: AsyncSession, *, zone: ZoneInfo, now: datetime
) -> tuple[list[date], int]:
    """Return the weeks that are to be reckoned, and the newest event behind that."""
    before = await _before(session)
    newest = await session.scalar(select(func.max(AuditEvent.id))) or 0
    if before is None:
        first = await session.scalar(select(func.min(Case.opened_at)))
        last = await session.scalar(select(func.max(Case.opened_at)))
        if first is None or last is None:
            return [], newest
        return mondays(monday_of(first, zone), monday_of(last, zone)), newest
    events = (
        await session.execute(
            select(AuditEvent.id, AuditEvent.case_id)
            .where(AuditEvent.id > before.event_id - _SLACK)
            .order_by(AuditEvent.id)
            .limit(_MOST_EVENTS)
        )
    ).all()
    if len(events) == _MOST_EVENTS:
        newest = events[-1].id
    touched = {event.case_id for event in events if event.case_id is not None}
    opened = [await _opened(session, some) for some in _chunks(sorted(touched))]
    fallen = await session.scalars(
        select(Case.opened_at).where(
            Case.status.in_(lifecycle.WAITING),
            Case.due_at > before.reckoned_at - timedelta(minutes=2),
            Case.due_at <= now,
        )
    )
    moments = [*(at for some in opened for at in some), *fallen]
    return sorted({monday_of(at, zone) for at in moments}), newest


async def _before(session: AsyncSession) -> FigureReckoning | None:
    """Return how far the figures go; None: nowhere, by these rules and no others."""
    rows = list(await session.scalars(select(FigureReckoning)))
    return rows[0] if [row.id for row in rows] == [RULES] else None


async def reckon(
    session: AsyncSession, week_on: date, *, zone: ZoneInfo, now: datetime
) -> list[dict[str, Any]]:
    """Return the rows of one week."""
    found: dict[tuple[int, Breakdown, str], list[Figures]] = defaultdict(list)
    within = _within(week_on, zone)
    for statement in (_counted(now=now), _rated()):
        for row in (await session.execute(statement.where(*within))).mappings():
            notice_id, parts, figures = _told_apart(dict(row))
            for breakdown, part in parts.items():
                name = "" if part is None else str(part)
                found[notice_id, breakdown, name].append(figures)
    return [
        {"week_on": week_on, "notice_id": notice_id, "breakdown": breakdown,
         "part": part, **_as_row(together(figures))}
        for (notice_id, breakdown, part), figures in found.items()
    ]  # fmt: skip


def _told_apart(facts: dict[str, Any]) -> tuple[int, dict[Breakdown, Any], Figures]:
    """Return a row's notice, its part in each breakdown, and its figures."""
    notice_id, timed = facts.pop("notice_id"), facts.pop("timed")
    parts = {
        Breakdown.WHOLE: None,
        Breakdown.OFFICE: facts.pop("office_id"),
        Breakdown.ITEM: facts.pop("section_id"),
        Breakdown.CHANNEL: facts.pop("channel"),
        Breakdown.KIND: facts.pop("kind"),
    }
    if not timed:
        parts[Breakdown.UNTIMED] = parts[Breakdown.OFFICE]
    figures = Figures(**{name: int(number) for name, number in facts.items()})
    return notice_id, parts, figures


async def keep(
    session: AsyncSession, week_on: date, rows: list[dict[str, Any]]
) -> None:
    """Put the rows of one week in place of those before."""
    await session.execute(delete(WeekFigure).where(WeekFigure.week_on == week_on))
    if rows:
        await session.execute(insert(WeekFigure), rows)


async def note(session: AsyncSession, newest: int, *, now: datetime) -> None:
    """Note how far the figures go now."""
    await session.execute(delete(FigureReckoning).where(FigureReckoning.id != RULES))
    await session.merge(
        FigureReckoning(id=RULES, event_id=newest, reckoned_at=now), load=True
    )


def _counted(*, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return what became of cases."""
    answered = and_(Case.answered_at.is_not(None), due_kept())
    unanswered = and_(Case.status.in_(lifecycle.WAITING), Case.answered_at.is_(None))
    adopted = Case.disposition.in_((Disposition.ADOPTED, Disposition.PARTLY_ADOPTED))
    counts = {
        "received": true(),
        "in_time": and_(answered, Case.answered_at <= Case.due_at),
        "late": and_(answered, Case.answered_at > Case.due_at),
        "waiting": and_(unanswered, Case.due_at > now),
        "overdue": and_(unanswered, Case.due_at <= now),
        "closed": Case.status == Status.CLOSED,
        "adopted": and_(Case.status == Status.CLOSED, adopted),
    }
    return (
        select(*_DIMENSIONS, *_sums(counts))
        .select_from(Case)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .group_by(*_DIMENSIONS)
    )


def _rated() -> Select[*tuple[Any, ...]]:
    """Return what citizens said of the answers to cases."""
    counts = {
        "rated": true(),
        "solved": Rating.solved == Solved.SOLVED,
        "satisfied": Rating.score >= LEAST_CONTENT,
    }
    return (
        select(*_DIMENSIONS, *_sums(counts))
        .select_from(Case)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Answer, Answer.case_id == Case.id)
        .join(Rating, Rating.answer_id == Answer.id)
        .group_by(*_DIMENSIONS)
    )


def _sums(counts: Mapping[str, ColumnElement[bool]]) -> list[Label[int]]:
    return [
        func.sum(case((each, 1), else_=0)).label(name) for name, each in counts.items()
    ]


def _within(week_on: date, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """Return the conditions that hold for the cases of a week which count."""
    begins = datetime.combine(week_on, time(), zone)
    ends = datetime.combine(week_on + WEEK, time(), zone)
    kept = or_(Case.disposition.is_(None), Case.disposition != Disposition.WITHDRAWN)
    return [
        Case.opened_at >= begins,
        Case.opened_at < ends,
        Case.status != Status.JOINED,
        Opinion.disowned_at.is_(None),
        kept,
        unrestricted(),
    ]


async def _opened(session: AsyncSession, case_ids: list[int]) -> list[datetime]:
    found = await session.scalars(select(Case.opened_at).where(Case.id.in_(case_ids)))
    return list(found)


def _chunks(keys: list[int], size: int = 500) -> Iterable[list[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _as_row(figures: Figures) -> dict[str, int]:
    return {each.name: getattr(figures, each.name) for each in fields(figures)}
