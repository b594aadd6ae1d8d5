"""Stretches: the parts of indexes that a list is made of, each in the list's order."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, false, true

from app.domain import permission
from app.domain.vocabulary import Status, Tab
from app.models import Case
from app.models.spelt import exactly
from app.services.helping import helped_cases
from app.services.queue.sieves import Sieve, opened, supervised
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.services.standing import stands_in
from app.services.tabs import scopes, statuses

MOST_HELPED: Final = 5_000
"""Of more cases than this the newest alone are those in which an office helps."""


def stretches(
    person: Person,
    wanted: Wanted,
    scope: ColumnElement[bool],
    asked: Sequence[Sieve],
) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of the stretches; of which no two have a case in common.

    What is due first is looked for status by status, for that is how the index has it.
    """
    if not permission.sees_all_offices(person.role) and not _leads(person, scope):
        # What others ask the own office about: seldom much, and looked for from there.
        return [Case.id.in_(helped_cases(person).limit(exactly(MOST_HELPED)))]
    if wanted.newest_first:
        heads = _heads_by_moment(person, wanted, asked)
        days = (wanted.opened_from, wanted.opened_before)
        parts = heads if days == (None, None) else [opened(wanted), *heads]
        # Alone it stays what it is, by which it is known again.
        return parts[:1] if len(parts) == 1 else [and_(true(), *parts)]
    if wanted.tab is Tab.SUPERVISED:
        return [supervised()]
    only = {wanted.status} if wanted.status else set(Status)
    where = sorted(statuses(wanted.tab, person) & only)
    heads = _heads_by_due(person, wanted)
    return [and_(stands_in([status]), *heads) for status in where] or [false()]


def _heads_by_moment(
    person: Person, wanted: Wanted, asked: Sequence[Sieve]
) -> list[ColumnElement[bool]]:
    """Return what stands at the head of the index that is followed; none: nothing."""
    found = [Case.unread.expression] if wanted.tab is Tab.UNREAD else []
    if not permission.sees_all_offices(person.role):
        return [Case.office_id == person.office_id, *found]
    return found or [each.holds for each in asked if each.by_moment][:1]


def _heads_by_due(person: Person, wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.tab is Tab.RESTRICTED:
        return [Case.restricted.expression, Case.office_id == person.office_id]
    mine = wanted.tab is Tab.MINE
    assignee_id = person.staff_id if mine else wanted.assignee_id
    if assignee_id is not None:
        return [Case.assignee_id == assignee_id]
    every = permission.sees_all_offices(person.role)
    office_id = wanted.office_id if every else person.office_id
    return [] if office_id is None else [Case.office_id == office_id]


def _leads(person: Person, scope: ColumnElement[bool]) -> bool:
    return scope.compare(scopes(Tab.NEW, person)[0])
