"""Accuracy: the model's first guesses against what staff decided, week by week.

Each page adds up the confirmations of `WEEKS` weeks by an index that begins with the
notice and the moment: it costs as much as was decided in that time, however much there
was before. A tally kept beside them would have to be taken back with every decision
that is changed.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Case, Confirmation

WEEKS: Final = 26
AMONG: Final = 3

_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the first guesses at some opinions turned out."""

    decided: int
    chosen: int
    """In how many somebody chose the section; in the others they let it stand."""

    first: int
    among_three: int
    sure_and_wrong: int
    """In how many it was sure enough to be taken, and wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week, from Monday on."""

    begins_on: date
    tally: Tally | None
    """None: nothing was decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A section, or what belongs to none."""

    section_id: int | None
    tally: Tally
    mistaken_for: int | None
    """What the model most often put first where this was right; None: nothing."""

    mistaken: int
    """How often it put that first."""


async def by_week(
    session: AsyncSession,
    notice_id: int,
    *,
    sure_above: float,
    zone: ZoneInfo,
    now: datetime,
) -> Sequence[Week]:
    """Return the weeks from the first in which something was decided, newest first."""
    mondays = _mondays(zone, now)
    number = case(
        *(
            (Confirmation.decided_at >= _midnight(monday, zone), index)
            for index, monday in enumerate(mondays)
        )
    ).label("week")
    rows = await session.execute(
        select(number, *_sums(sure_above))
        .where(_within(notice_id, since=_midnight(mondays[-1], zone)))
        .group_by(number)
    )
    found = {row.week: _tally(row) for row in rows}
    return [
        Week(begins_on=monday, tally=found.get(index))
        for index, monday in enumerate(mondays)
        if found and index <= max(found)
    ]


async def by_item(
    session: AsyncSession,
    notice_id: int,
    *,
    sure_above: float,
    zone: ZoneInfo,
    now: datetime,
) -> Sequence[Item]:
    """Return what was decided in the same time, item by item, the commonest first."""
    right = (Confirmation.place == 1).label("right")
    rows = await session.execute(
        select(
            Confirmation.section_id,
            Confirmation.guessed_id,
            right,
            *_sums(sure_above),
        )
        .where(_within(notice_id, since=_midnight(_mondays(zone, now)[-1], zone)))
        .group_by(Confirmation.section_id, Confirmation.guessed_id, right)
    )
    tallies: dict[int | None, list[Tally]] = defaultdict(list)
    mistakes: dict[int | None, Counter[int | None]] = defaultdict(Counter)
    for row in rows:
        tally = _tally(row)
        tallies[row.section_id].append(tally)
        if not row.right:
            mistakes[row.section_id][row.guessed_id] += tally.decided
    items = [
        _item(section_id, parts, mistakes[section_id])
        for section_id, parts in tallies.items()
    ]
    return sorted(items, key=lambda item: -item.tally.decided)


def whole(weeks: Sequence[Week]) -> Tally | None:
    """Return all weeks together; None: nothing was decided."""
    parts = [week.tally for week in weeks if week.tally is not None]
    return _together(parts) if parts else None


def _item(
    section_id: int | None, parts: Sequence[Tally], mistakes: Counter[int | None]
) -> Item:
    ((mistaken_for, mistaken),) = mistakes.most_common(1) or [(None, 0)]
    return Item(
        section_id=section_id,
        tally=_together(parts),
        mistaken_for=mistaken_for,
        mistaken=mistaken,
    )


def _together(parts: Sequence[Tally]) -> Tally:
    return Tally(
        decided=sum(part.decided for part in parts),
        chosen=sum(part.chosen for part in parts),
        first=sum(part.first for part in parts),
        among_three=sum(part.among_three for part in parts),
        sure_and_wrong=sum(part.sure_and_wrong for part in parts),
    )


def _mondays(zone: ZoneInfo, now: datetime) -> list[date]:
    """Return the first days of the newest weeks, this one first."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return [monday - index * _WEEK for index in range(WEEKS)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _within(notice_id: int, *, since: datetime) -> ColumnElement[bool]:
    """Return what holds for the decisions since a moment, but for restricted cases."""
    return and_(
        Confirmation.notice_id == notice_id,
        Confirmation.decided_at >= since,
        Confirmation.case_id.not_in(select(Case.id).where(Case.restricted)),
    )


def _sums(sure_above: float) -> list[ColumnElement[int]]:
    missed = Confirmation.place != 1
    taken = and_(Confirmation.placed, Confirmation.confidence >= sure_above)
    return [
        func.count().label("decided"),
        _times(Confirmation.said.is_(True)).label("chosen"),
        _times(Confirmation.place == 1).label("first"),
        _times(Confirmation.place.between(1, AMONG)).label("among_three"),
        _times(and_(taken, missed)).label("sure_and_wrong"),
    ]


def _times(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((holds, 1), else_=0))


def _tally(row: Any) -> Tally:
    return Tally(
        decided=row.decided,
        chosen=int(row.chosen),
        first=int(row.first),
        among_three=int(row.among_three),
        sure_and_wrong=int(row.sure_and_wrong),
    )
