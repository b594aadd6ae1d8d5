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
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    func,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.views import Order
from app.domain.vocabulary import Role, Tab
from app.models import Case
from app.models.spelt import exactly
from app.searching import among
from app.services.paging import FIRST, Turn
from app.services.queue.moulds import anyone, now_and_soon
from app.services.queue.order import beyond, moment, ways
from app.services.queue.sieves import Sieve, sieves
from app.services.queue.stretches import stretches
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.services.tabs import in_list, named_by, scopes

FEW: Final = 600
"""So many cases are all looked at."""

MOST_WALKED: Final = 500
"""So many are passed on the way to fill a page."""


Places = Select[datetime, int]
"""A selection of moments and keys, which are places in a list, in that list's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How the cases of one page are found, and where their list ends early."""

    parts: Sequence[Places]
    """Selections of which no two have a case in common; none: nothing is found."""

    ends: Sequence[Places] = ()
    """Selections of the last case that is looked at on each stretch, if it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What all parts of a walk have in common."""

    person: Person
    wanted: Wanted
    turn: Turn
    most: int
    asked: Sequence[Sieve]

    inside: ColumnElement[bool]
    """What holds for each case of the tab."""

    stretches: Sequence[tuple[ColumnElement[bool], ColumnElement[bool]]]
    """The parts of indexes that the list is made of, each with the scope it is for."""

    @property
    def rising(self) -> bool:
        return self.wanted.rises(self.turn)

    @property
    def ways(self) -> list[ColumnElement[Any]]:
        return ways(newest_first=self.wanted.newest_first, rising=self.rising)

    @property
    def moment(self) -> ColumnElement[Any]:
        return moment(newest_first=self.wanted.newest_first).label("at")

    def onward(self, *wanted: ColumnElement[bool]) -> Places:
        """Return the cases ``wanted`` in order, from the place of the turn on."""
        keys = select(self.moment, Case.id).where(*wanted)
        if self.turn.place is not None:
            keys = keys.where(
                beyond(
                    self.turn.place,
                    newest_first=self.wanted.newest_first,
                    rising=self.rising,
                )
            )
        return keys.order_by(*self.ways)

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        return [self.inside, *(each.holds for each in self.asked)]


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
    course = _course(person, wanted, asked, turn=turn, most=most, now=now)
    if not asked and _is_stretch(wanted):
        return Walk(parts=_along_all(course))
    few = await _few(session, course, now=now)
    if few is not None:
        named = among(session.get_bind().dialect.name, few)
        scopes_ = _scopes(course) if few else ()
        parts = [_all_of(course, named, scope) for scope in scopes_]
        return Walk(parts=parts)
    return Walk(
        parts=[_along(course, part, scope) for part, scope in course.stretches],
        ends=_ends(course),
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
    course = _course(anyone(role), wanted, (), turn=FIRST, most=most, now=now)
    return Walk(parts=_along_all(course))


def _is_stretch(wanted: Wanted) -> bool:
    """Whether the tab, as it is sorted, is a stretch of an index, or of a few."""
    if wanted.newest_first:
        return wanted.tab in {Tab.ALL, Tab.UNREAD}
    return wanted.tab in {
        Tab.NEW, Tab.MINE, Tab.DUE_SOON, Tab.OVERDUE, Tab.RESTRICTED, Tab.ALL,
    }  # fmt: skip


def _course(
    person: Person,
    wanted: Wanted,
    asked: Sequence[Sieve],
    *,
    turn: Turn,
    most: int,
    now: datetime,
) -> _Course:
    return _Course(
        person=person,
        wanted=wanted,
        turn=turn,
        most=most,
        asked=asked,
        inside=in_list(wanted.tab, person, now=now, soon=wanted.soon),
        stretches=[
            (part, scope)
            for scope in scopes(wanted.tab, person)
            for part in stretches(person, wanted, scope, asked)
        ],
    )


def _scopes(course: _Course) -> Sequence[ColumnElement[bool]]:
    return scopes(course.wanted.tab, course.person)


def _along_all(course: _Course) -> list[Places]:
    return [
        course.onward(part, scope, *_beside(course, part)).limit(exactly(course.most))
        for part, scope in course.stretches
    ]


def _beside(course: _Course, part: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    # PostgreSQL takes what is said twice for two things, and what is left for little.
    return [each for each in course.conditions if not each.compare(part)]


def _all_of(course: _Course, few: TextClause, scope: ColumnElement[bool]) -> Places:
    """Return those of a ``few`` cases that are wanted."""
    return course.onward(Case.id.in_(few), scope, *course.conditions).limit(
        exactly(course.most)
    )


def _along(
    course: _Course, part: ColumnElement[bool], scope: ColumnElement[bool]
) -> Places:
    """Return those cases on a stretch of an index that are wanted.

    Each is looked at as it is passed, until there are enough. The offset keeps
    PostgreSQL from making a join of it, for which it would look for all cases that a
    filter leaves.
    """
    passed = course.onward(part).limit(exactly(MOST_WALKED)).subquery()
    own = select(Case.id).where(Case.id == passed.c.id, scope, *course.conditions)
    keys = select(passed.c.at, passed.c.id).where(
        own.offset(exactly(0)).correlate(passed).exists()
    )
    place = (passed.c.at, passed.c.id)
    order = place if course.rising else [column.desc() for column in place]
    return keys.order_by(*order).limit(exactly(course.most))


async def _few(
    session: AsyncSession, course: _Course, *, now: datetime
) -> Sequence[int] | None:
    """Return a few cases among which are all that are wanted; None: there are more.

    They are read, for a database that is told to look some up and then to filter them
    begins with the filters, if it thinks that those leave fewer.
    """
    ways_there = [each.keys for each in course.asked if each.keys is not None]
    own = named_by(course.wanted.tab, course.person, now=now)
    ways_there.append(_of_tab(course) if own is None else own)
    counted = await session.execute(
        select(
            *(
                select(func.count())
                .select_from(each.limit(exactly(FEW + 1)).subquery())
                .scalar_subquery()
                for each in ways_there
            )
        )
    )
    number, place = min((each, at) for at, each in enumerate(counted.one()))
    if number > FEW:
        return None
    if number == 0:
        return ()
    return (await session.scalars(ways_there[place].limit(exactly(FEW)))).all()


def _of_tab(course: _Course) -> Select[int]:
    """Return what the tab has, by due dates: its states have no other index."""
    by_due = replace(course.wanted, order=Order.DUE)
    some = [
        select(Case.id).where(part).limit(exactly(FEW + 1)).subquery()
        for scope in _scopes(course)
        for part in stretches(course.person, by_due, scope, course.asked)
    ]
    return select(union_all(*(select(each.c.id) for each in some)).subquery().c.id)


def _ends(course: _Course) -> list[Places]:
    return [
        course.onward(part).offset(exactly(MOST_WALKED - 1)).limit(exactly(1))
        for part, _ in course.stretches
    ]
