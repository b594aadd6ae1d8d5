"""Reading figures: what a page shows of them, and how old the open cases are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission
from app.domain.figures import AGES, Age, Breakdown, Figures, mondays, together
from app.domain.permission import Duty
from app.models import Case, FigureReckoning, WeekFigure
from app.services.cases import unrestricted
from app.services.staff import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose figures, and of which time."""

    first_on: date
    last_on: date
    notice_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of some weeks."""

    reckoned_at: datetime | None
    """None: nothing was reckoned yet."""

    whole: Figures
    weeks: Mapping[date, Figures]
    """Every week of the time, also those without a case."""

    untimed: int
    """How many of them were answered before they came here, by when they were due is
    not known; these are neither in time nor late."""

    parts: Mapping[Breakdown, Mapping[str, Figures]]
    """By office, item, channel and kind, the most first; for an officer of the own
    office alone, and of that by nothing else."""


async def report(session: AsyncSession, person: Person, asked: Asked) -> Report:
    """Return the figures of the time ``asked``; an officer's, of the own office.

    Raises:
        NotAllowed: The role reads no figures.
    """
    permission.check(person.role, Duty.READ_FIGURES)
    of_office = not permission.sees_all_offices(person.role)
    weeks = mondays(asked.first_on, asked.last_on)
    scope: list[ColumnElement[bool]] = [
        WeekFigure.week_on >= weeks[0], WeekFigure.week_on <= weeks[-1]
    ]  # fmt: skip
    if asked.notice_id is not None:
        scope.append(WeekFigure.notice_id == asked.notice_id)
    if of_office:
        scope += [
            WeekFigure.breakdown.in_((Breakdown.OFFICE, Breakdown.UNTIMED)),
            WeekFigure.part == str(person.office_id),
        ]
    by_week: dict[date, list[Figures]] = defaultdict(list)
    parts: dict[Breakdown, dict[str, list[Figures]]] = defaultdict(
        lambda: defaultdict(list)
    )
    every = Breakdown.OFFICE if of_office else Breakdown.WHOLE
    for row in await session.scalars(select(WeekFigure).where(*scope)):
        figures = _figures(row)
        parts[row.breakdown][row.part].append(figures)
        if row.breakdown is every:
            by_week[row.week_on].append(figures)
    reckoned = await session.scalar(select(func.max(FigureReckoning.reckoned_at)))
    untimed = together(
        figures for some in parts.pop(Breakdown.UNTIMED, {}).values()
        for figures in some
    )  # fmt: skip
    summed = {week: together(by_week[week]) for week in weeks}
    return Report(
        reckoned_at=reckoned,
        whole=together(summed.values()),
        weeks=summed,
        untimed=untimed.received,
        parts={
            breakdown: _most_first(some)
            for breakdown, some in parts.items()
            if breakdown is not Breakdown.WHOLE
        },
    )


async def ages(
    session: AsyncSession, person: Person, *, now: datetime
) -> Sequence[tuple[Age, int]]:
    """Return how many open cases are how old; it costs as much as is open now.

    Raises:
        NotAllowed: The role reads no figures.
    """
    permission.check(person.role, Duty.READ_FIGURES)
    conditions = [
        (_opened_within(age, now=now), number) for number, age in enumerate(AGES)
    ]
    number = case(*conditions).label("age")
    scope = [Case.status.in_(lifecycle.WAITING), unrestricted()]
    if not permission.sees_all_offices(person.role):
        scope.append(Case.office_id == person.office_id)
    rows = await session.execute(
        select(number, func.count()).where(*scope).group_by(number)
    )
    found: dict[int, int] = dict(rows.all())
    return [(age, found.get(number, 0)) for number, age in enumerate(AGES)]


def _opened_within(age: Age, *, now: datetime) -> ColumnElement[bool]:
    after = Case.opened_at <= now - timedelta(days=age.least)
    if age.most is None:
        return after.expression
    return and_(after, Case.opened_at > now - timedelta(days=age.most + 1))


def _figures(row: WeekFigure) -> Figures:
    return Figures(**{each.name: getattr(row, each.name) for each in fields(Figures)})


def _most_first(parts: Mapping[str, list[Figures]]) -> dict[str, Figures]:
    summed = {name: together(some) for name, some in parts.items()}
    return dict(sorted(summed.items(), key=lambda each: (-each[1].received, each[0])))
