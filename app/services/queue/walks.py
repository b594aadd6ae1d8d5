"""Walks: how a list of cases is found without reading more of them the more there are.

Without filters a list is an index read in its order. With filters there are two ways.
Where one of them, or the tab, leaves few cases, all of those are looked at, and the
list is whole. Otherwise the list is walked along in its order, and after `MOST_WALKED`
cases the walk ends: the page has what was found up to there, and the place from which
to go on. So a list costs about the same among ten thousand cases and among a million.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.views import Order
from app.domain.vocabulary import Role, Tab
from app.models import Case
from app.models.base import UtcDateTime
from app.searching import among
from app.services.paging import FIRST, Place, Turn
from app.services.queue.moulds import anyone, now_and_soon
from app.services.queue.sieves import Sieve, sieves
from app.services.queue.stretches import stretches
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.services.tabs import in_list, named_by, scopes

Columns = TypeVarTuple("Columns")

FEW: Final = 600
"""So many cases are all looked at."""

MOST_WALKED: Final = 500
"""So many are passed on the way to fill a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The cases of one page, in its order, and where it ended early."""

    keys: Sequence[Select[int]]
    """Selections of which no two have a case in common, each in the list's order."""

    reached: Place | None = None
    """The last place that was looked at, if there are cases beyond it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What all parts of a walk have in common."""

    person: Person
    wanted: Wanted
    turn: Turn
    most: int
    now: datetime
    asked: Sequence[Sieve]

    @property
    def rising(self) -> bool:
        """Whether the walk goes up in its order, whichever way the list is read."""
        return self.wanted.newest_first == self.turn.backwards

    @property
    def ways(self) -> list[ColumnElement[Any]]:
        return ways(newest_first=self.wanted.newest_first, rising=self.rising)

    def onward(self, keys: Select[*Columns]) -> Select[*Columns]:
        """Return ``keys`` in order, from the place of the turn on."""
        if self.turn.place is not None:
            keys = keys.where(
                beyond(
                    self.turn.place,
                    newest_first=self.wanted.newest_first,
                    rising=self.rising,
                )
            )
        return keys.order_by(*self.ways)

    def conditions(self) -> list[ColumnElement[bool]]:
        inside = in_list(
            self.wanted.tab, self.person, now=self.now, soon=self.wanted.soon
        )
        return [inside, *(each.holds for each in self.asked)]


async def walk(
    session: AsyncSession,
    person: Person,
    wanted: Wanted,
    *,
    also: Sequence[Sieve] = (),
    turn: Turn,
    most: int,
    now: datetime,
) -> Walk:
    """Return a walk that finds ``most`` of the cases ``wanted``, if there are so many.

    ``also`` is asked of each case, too. What the tab shows first is not among them
    (`app.services.queue.back`).
    """
    asked = [*sieves(person, wanted, now=now), *also]
    course = _Course(
        person=person, wanted=wanted, turn=turn, most=most, now=now, asked=asked
    )
    if not asked and _is_stretch(wanted):
        return Walk(keys=_along_all(course))
    few = await _few(session, course)
    if few is not None:
        named = among(session.get_bind().dialect.name, few)
        return Walk(keys=[_all_of(course, named, scope) for scope in _scopes(course)])
    reached = await _end(session, course)
    return Walk(
        keys=[
            _along(course, part, scope, reached)
            for scope in _scopes(course)
            for part in _parts(course, scope)
        ],
        reached=reached,
    )


def is_plain(person: Person, wanted: Wanted, *, now: datetime) -> bool:
    """Return whether a list is stretches of indexes, of which nothing is left out."""
    return _is_stretch(wanted) and not sieves(person, wanted, now=now)


@cache
def beginning(role: Role, tab: Tab, order: Order | None, most: int) -> Walk:
    """Return the walk that finds the first of a plain list, as a mould.

    It is asked for a person at a moment by `moulds.filled`.
    """
    now, soon = now_and_soon()
    wanted = Wanted(tab=tab, order=order, soon=soon)
    course = _Course(
        person=anyone(role), wanted=wanted, turn=FIRST, most=most, now=now, asked=()
    )
    return Walk(keys=_along_all(course))


def ways(*, newest_first: bool, rising: bool) -> list[ColumnElement[Any]]:
    """Return what a list is ordered by."""
    columns = [_moment(newest_first=newest_first), Case.id.expression]
    return columns if rising else [column.desc() for column in columns]


def beyond(
    place: Place, *, newest_first: bool = False, rising: bool = True
) -> ColumnElement[bool]:
    """Return the condition that holds for the cases on one side of ``place``."""
    case, there = tuple_(_moment(newest_first=newest_first), Case.id), _at(place)
    return case > there if rising else case < there


def _moment(*, newest_first: bool) -> ColumnElement[Any]:
    """Return what a list goes by first."""
    return (Case.opened_at if newest_first else Case.due_at).expression


def _at(place: Place) -> ColumnElement[Any]:
    return tuple_(literal(place.at, UtcDateTime()), literal(place.key))


def _is_stretch(wanted: Wanted) -> bool:
    """Whether the tab, as it is sorted, is a stretch of an index, or of a few."""
    if wanted.newest_first:
        return wanted.tab in {Tab.ALL, Tab.UNREAD}
    return wanted.tab in {
        Tab.NEW, Tab.MINE, Tab.DUE_SOON, Tab.OVERDUE, Tab.RESTRICTED, Tab.ALL,
    }  # fmt: skip


def _scopes(course: _Course) -> Sequence[ColumnElement[bool]]:
    return scopes(course.wanted.tab, course.person)


def _along_all(course: _Course) -> list[Select[int]]:
    return [
        course.onward(select(Case.id).where(part, scope, *_beside(course, part)))
        .limit(course.most)
        for scope in _scopes(course)
        for part in _parts(course, scope)
    ]  # fmt: skip


def _beside(course: _Course, part: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    # PostgreSQL takes what is said twice for two things, and what is left for little.
    return [each for each in course.conditions() if not each.compare(part)]


def _all_of(
    course: _Course, few: TextClause, scope: ColumnElement[bool]
) -> Select[int]:
    """Return those of a ``few`` cases that are wanted."""
    keys = select(Case.id).where(Case.id.in_(few), scope, *course.conditions())
    return course.onward(keys).limit(course.most)


def _along(
    course: _Course,
    part: ColumnElement[bool],
    scope: ColumnElement[bool],
    reached: Place | None,
) -> Select[int]:
    """Return those cases on a stretch of an index that are wanted.

    Each is looked at as it is passed, until there are enough. The offset keeps
    PostgreSQL from making a join of it, for which it would look for all cases that a
    filter leaves.
    """
    first = _moment(newest_first=course.wanted.newest_first)
    stretch = course.onward(select(first.label("at"), Case.id).where(part))
    passed = stretch.limit(MOST_WALKED).subquery()
    own = select(Case.id).where(Case.id == passed.c.id, scope, *course.conditions())
    keys = select(passed.c.id).where(own.offset(0).correlate(passed).exists())
    place = (passed.c.at, passed.c.id)
    if reached is not None:
        here, there = tuple_(*place), _at(reached)
        keys = keys.where(here <= there if course.rising else here >= there)
    order = place if course.rising else [column.desc() for column in place]
    return keys.order_by(*order).limit(course.most)


def _parts(
    course: _Course, scope: ColumnElement[bool]
) -> Sequence[ColumnElement[bool]]:
    return stretches(course.person, course.wanted, scope, course.asked)


async def _few(session: AsyncSession, course: _Course) -> Sequence[int] | None:
    """Return a few cases among which are all that are wanted; None: there are more.

    They are read, for a database that is told to look some up and then to filter them
    begins with the filters, if it thinks that those leave fewer.
    """
    # Where a case stands has an index by due dates alone.
    by_due = replace(course.wanted, order=Order.DUE)
    tab = [
        select(Case.id).where(part)
        for scope in _scopes(course)
        for part in stretches(course.person, by_due, scope, course.asked)
    ]
    ways_there = [each.keys for each in course.asked if each.keys is not None]
    own = named_by(course.wanted.tab, course.person, now=course.now)
    ways_there += [own] if own is not None else [_together(tab)]
    counted = await session.execute(
        select(
            *(
                select(func.count())
                .select_from(each.limit(FEW + 1).subquery())
                .scalar_subquery()
                for each in ways_there
            )
        )
    )
    number, place = min((each, at) for at, each in enumerate(counted.one()))
    if number > FEW:
        return None
    return (await session.scalars(ways_there[place].limit(FEW))).all() if number else ()


def _together(some: Sequence[Select[int]]) -> Select[int]:
    one = union_all(*(select(each.limit(FEW + 1).subquery().c.id) for each in some))
    return select(one.subquery().c.id)


async def _end(session: AsyncSession, course: _Course) -> Place | None:
    """Return the place at which the walk ends, if it comes to an end before the list.

    Of several stretches the one decides that ends first: what the others have behind
    that place is for the next page.
    """
    first = _moment(newest_first=course.wanted.newest_first)
    ends = [
        course.onward(select(first.label("at"), Case.id).where(part))
        .offset(MOST_WALKED - 1)
        .limit(1)
        for scope in _scopes(course)
        for part in _parts(course, scope)
    ]
    found = union_all(*(select(each.subquery()) for each in ends))
    places = [Place(key=key, at=at) for at, key in await session.execute(found)]
    if not places:
        return None
    ordered = sorted(places, key=lambda place: (place.at, place.key))
    return ordered[0] if course.rising else ordered[-1]
