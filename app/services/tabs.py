"""Tabs: the parts of the queue, and which cases a person has in each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission
from app.domain.permission import Duty
from app.domain.vocabulary import Fate, Status, Tab
from app.models import Arrival, Case
from app.services.cases import led_by, seen_by
from app.services.helping import helped_by
from app.services.staff import Person

MOST_COUNTED: Final = 100
"""A counter that reached this says "99+"."""


def may_open(tab: Tab, person: Person) -> bool:
    """Return whether ``tab`` is for ``person``."""
    if tab is Tab.CO:
        return not permission.sees_all_offices(person.role)
    for_all = tab is not Tab.RESTRICTED
    return for_all or permission.may(person.role, Duty.READ_RESTRICTED)


def in_tab(
    tab: Tab, person: Person, *, now: datetime, soon: datetime | None = None
) -> ColumnElement[bool]:
    """Return the condition that holds for the cases which ``person`` has in ``tab``.

    What is due until ``soon`` is due soon; None: nothing is.
    """
    still_open = Case.status.in_(lifecycle.OPEN)
    waits = Case.status.in_(lifecycle.WAITING)
    runs = and_(waits, Case.paused_at.is_(None))
    return {
        Tab.NEW: _new(person),
        Tab.MINE: and_(Case.assignee_id == person.staff_id, still_open),
        Tab.DUE_SOON: and_(runs, Case.due_at.between(now, soon or now)),
        Tab.OVERDUE: and_(runs, Case.due_at < now),
        Tab.SUPERVISED: and_(Case.supervised_at.is_not(None), waits),
        Tab.UNREAD: Case.unread.expression,
        Tab.CO: and_(helped_by(person), still_open),
        Tab.RESTRICTED: and_(Case.restricted, still_open),
        Tab.ALL: true(),
    }[tab]


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
        case Tab.ALL:
            return [led_by(person), helped]
        case _:
            return [led_by(person)]


def _new(person: Person) -> ColumnElement[bool]:
    if permission.sees_all_offices(person.role):
        return Case.status == Status.REGISTERED
    return and_(Case.status == Status.ASSIGNED, Case.assignee_id.is_(None))


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
    tabs = [tab for tab in Tab if tab not in left_out and may_open(tab, person)]
    numbers = [
        _counted(select(Case.id).where(scope, in_tab(tab, person, now=now, soon=soon)))
        for tab in tabs
        for scope in scopes(tab, person)
    ]
    numbers.append(_counted(select(Arrival.id).where(Arrival.fate == Fate.HELD)))
    found = (await session.execute(select(*numbers))).one()
    return dict(zip(tabs, found[:-1], strict=True)), found[-1]


def _counted(ids: Select[int]) -> ColumnElement[int]:
    some = ids.limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
