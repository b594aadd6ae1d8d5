"""Tabs: the parts of the queue, and which cases a person has in each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission
from app.domain.permission import Duty
from app.domain.vocabulary import Fate, Role, Status, Tab
from app.models import Arrival, Case
from app.models.spelt import exactly
from app.services.cases import led_by, restricted_to, seen_by
from app.services.helping import helped_by, helped_cases
from app.services.queue.moulds import anyone, filled, now_and_soon
from app.services.queue.sieves import (
    due_soon,
    has_news,
    mentioning,
    overdue,
    snoozed,
    supervised,
    watched_by,
)
from app.services.staff import Person
from app.services.standing import stands_in

MOST_COUNTED: Final = 100
"""A counter that reached this says "99+"."""

_MOST_LOOKED_AT: Final = 1_000
"""A counter looks no further."""

_ON_TOP: Final = frozenset({Tab.NEW, Tab.MINE})
"""Where a case that was snoozed comes back above all others."""


def may_open(tab: Tab, person: Person) -> bool:
    """Return whether ``tab`` is for ``person``."""
    if tab is Tab.CO:
        return not permission.sees_all_offices(person.role)
    for_all = tab is not Tab.RESTRICTED
    return for_all or permission.may(person.role, Duty.READ_RESTRICTED)


def statuses(tab: Tab, person: Person) -> frozenset[Status]:
    """Return where a case can stand that is in ``tab``."""
    match tab:
        case Tab.NEW:
            every = permission.sees_all_offices(person.role)
            return frozenset({Status.REGISTERED if every else Status.ASSIGNED})
        case Tab.DUE_SOON | Tab.OVERDUE | Tab.SUPERVISED:
            return lifecycle.WAITING
        case Tab.MINE | Tab.CO | Tab.RESTRICTED:
            return lifecycle.OPEN
        case _:
            return frozenset(Status)


def in_tab(
    tab: Tab, person: Person, *, now: datetime, soon: datetime | None = None
) -> ColumnElement[bool]:
    """Return the condition that holds for the cases which ``person`` has in ``tab``.

    What is due until ``soon`` is due soon; None: nothing is.
    """
    return _INSIDE[tab](person, now, soon)


def in_list(
    tab: Tab,
    person: Person,
    *,
    now: datetime,
    soon: datetime | None = None,
    back: bool = False,
) -> ColumnElement[bool]:
    """Return the same, but for those that stand above the list: they are ``back``."""
    inside = in_tab(tab, person, now=now, soon=soon)
    if tab not in _ON_TOP or back:
        return inside
    return and_(inside, Case.snoozed_until.is_(None))


def named_by(tab: Tab, person: Person, *, now: datetime) -> Select[int] | None:
    """Return the cases that ``tab`` names by an index of its own; None: it does not."""
    match tab:
        case Tab.WATCHED:
            return watched_by(person).keys
        case Tab.MENTIONED:
            return mentioning(person).keys
        case Tab.SNOOZED | Tab.SUPERVISED:
            own = snoozed(now) if tab is Tab.SNOOZED else supervised()
            return select(Case.id).where(own)
        case Tab.MINE:
            mine = Case.assignee_id == person.staff_id
            return select(Case.id).where(mine, _still_open())
        case Tab.CO:
            return helped_cases(person)
        case _:
            return None


def awake(now: datetime) -> ColumnElement[bool]:
    """Return the condition that holds for cases that are not out of the way."""
    return or_(Case.snoozed_until.is_(None), Case.snoozed_until <= now)


def scopes(tab: Tab, person: Person) -> Sequence[ColumnElement[bool]]:
    """Return whose cases ``tab`` is about: conditions of which no two hold together.

    One condition for "ours, or where we help" would keep a list from its index.
    """
    if permission.sees_all_offices(person.role):
        return [seen_by(person)]
    helped = and_(helped_by(person), seen_by(person))
    match tab:
        case Tab.CO:
            return [helped]
        case Tab.ALL | Tab.WATCHED | Tab.MENTIONED:
            return [led_by(person), helped]
        case _:
            return [led_by(person)]


def _still_open() -> ColumnElement[bool]:
    return stands_in(lifecycle.OPEN)


def _new(person: Person) -> ColumnElement[bool]:
    if permission.sees_all_offices(person.role):
        return stands_in([Status.REGISTERED])
    return and_(stands_in([Status.ASSIGNED]), Case.assignee_id.is_(None))


async def counts(
    session: AsyncSession,
    person: Person,
    *,
    receives_reports: bool = False,
    now: datetime,
    soon: datetime | None = None,
) -> tuple[Mapping[Tab, int], int]:
    """Return how many cases stand in each tab, and how many arrivals are held.

    None of the numbers is greater than `MOST_COUNTED`. ``receives_reports`` says that
    reports of wrongdoing go to the person's office.
    """
    left_out = {Tab.ALL} if receives_reports else {Tab.ALL, Tab.RESTRICTED}
    tabs = tuple(tab for tab in Tab if tab not in left_out and may_open(tab, person))
    statement, counted = _counting_all(person.role, tabs, MOST_COUNTED)
    facts = filled(person, now=now, soon=soon)
    *found, held = (await session.execute(statement, facts)).one()
    sums = dict.fromkeys(tabs, 0)
    for tab, number in zip(counted, found, strict=True):
        sums[tab] = min(MOST_COUNTED, sums[tab] + number)
    return sums, held


@cache
def _counting_all(
    role: Role, tabs: Sequence[Tab], most: int
) -> tuple[Select[*tuple[int, ...]], Sequence[Tab]]:
    """Return the statement that counts up to ``most`` in ``tabs``, for a ``role``.

    And which tab each number belongs to; the last one is that of arrivals held.
    """
    person = anyone(role)
    now, soon = now_and_soon()
    parts = [(tab, scope) for tab in tabs for scope in scopes(tab, person)]
    numbers = [
        _counted(_counting(tab, scope, person, now=now, soon=soon), most)
        for tab, scope in parts
    ]
    held = select(Arrival.id).where(Arrival.fate == Fate.HELD)
    numbers.append(_counted(held, most))
    return select(*numbers), [tab for tab, _ in parts]


def _counting(
    tab: Tab,
    scope: ColumnElement[bool],
    person: Person,
    *,
    now: datetime,
    soon: datetime | None,
) -> Select[int]:
    """Return the cases that a counter stands for, by an index of the tab's own."""
    named = named_by(tab, person, now=now)
    inside = in_tab(tab, person, now=now, soon=soon)
    if tab is Tab.WATCHED:
        inside = has_news(person)
    if named is None or tab is Tab.MINE:
        return select(Case.id).where(scope, inside)
    some = named.limit(exactly(_MOST_LOOKED_AT)).subquery()
    return select(Case.id).join(some, some.c[0] == Case.id).where(scope, inside)


def _counted(ids: Select[int], most: int) -> ColumnElement[int]:
    some = ids.limit(exactly(most)).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


_INSIDE: Final[
    Mapping[Tab, Callable[[Person, datetime, datetime | None], ColumnElement[bool]]]
] = {
    Tab.NEW: lambda person, now, _: and_(_new(person), awake(now)),
    Tab.MINE: lambda person, now, _: and_(
        Case.assignee_id == person.staff_id, _still_open(), awake(now)
    ),
    Tab.DUE_SOON: lambda _, now, soon: due_soon(now, soon),
    Tab.OVERDUE: lambda _, now, __: overdue(now),
    Tab.SUPERVISED: lambda *_: and_(supervised(), stands_in(lifecycle.WAITING)),
    Tab.WATCHED: lambda person, *_: watched_by(person).holds,
    Tab.MENTIONED: lambda person, *_: mentioning(person).holds,
    Tab.SNOOZED: lambda _, now, __: snoozed(now),
    Tab.UNREAD: lambda *_: Case.unread.expression,
    Tab.CO: lambda person, *_: and_(helped_by(person), _still_open()),
    Tab.RESTRICTED: lambda person, *_: and_(restricted_to(person), _still_open()),
    Tab.ALL: lambda *_: true(),
}
