"""Views (视图): what is asked of the queue again and again, kept under a name.

A view is an address and no more: whoever opens it sees of its cases only their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.naming import plain_name
from app.domain.permission import Duty
from app.domain.views import MOST_NAME, Audience, Column, chosen
from app.domain.vocabulary import Role
from app.errors import InvalidInput, NotFound
from app.keys import new_key
from app.models import DeskChoice, SavedView, Staff
from app.services.names import NameTaken
from app.services.queue.moulds import anyone, filled
from app.services.staff import Person

MOST_VIEWS: Final = 20
"""So many one person keeps, and so many a list shows."""


class NoSuchView(NotFound):
    """There is no view of that key, or it is somebody else's."""

    code = "no_such_view"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view that a person may open."""

    id: int
    name: str
    audience: Audience
    asked: Mapping[str, str | list[str]]
    own: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How a person wants the desk."""

    columns: Sequence[Column]
    view_id: int | None = None
    single_keys: bool = True


async def views(session: AsyncSession, person: Person) -> Sequence[View]:
    """Return the views that ``person`` may open, the own ones first."""
    rows = await session.execute(_listing(person.role), filled(person))
    return [_view(row.SavedView, row.display_name, person) for row in rows]


@cache
def _listing(role: Role) -> Select[SavedView, str]:
    person = anyone(role)
    own = SavedView.staff_id == person.staff_id
    return (
        select(SavedView, Staff.display_name)
        .join(Staff, Staff.id == SavedView.staff_id)
        .where(_open_to(person))
        .order_by(own.desc(), SavedView.name, SavedView.id)
        .limit(2 * MOST_VIEWS)
    )


async def view(session: AsyncSession, person: Person, view_id: int) -> View:
    """Return a view that ``person`` may open.

    Raises:
        NoSuchView: There is none.
    """
    row = (
        await session.execute(
            select(SavedView, Staff.display_name)
            .join(Staff, Staff.id == SavedView.staff_id)
            .where(SavedView.id == view_id, _open_to(person))
        )
    ).first()
    if row is None:
        raise NoSuchView("there is no such view")
    return _view(row.SavedView, row.display_name, person)


def audiences(person: Person) -> Sequence[Audience]:
    """Return to whom ``person`` may show a view.

    Who works in one office shows it there: what such a view asks for is the own queue,
    and everybody's list of views is for those who see everybody's.
    """
    everybody = permission.sees_all_offices(person.role)
    return [each for each in Audience if everybody or each is not Audience.ALL]


async def save(
    session: AsyncSession,
    person: Person,
    *,
    view_id: int | None = None,
    name: str,
    audience: Audience,
    asked: Mapping[str, str | list[str]] | None = None,
    now: datetime,
) -> int:
    """Keep a view, or change the own one called ``view_id``; return its key.

    ``asked`` is None where what it asks for stays as it is.

    Raises:
        InvalidInput: It has no name, or a long one; or there are too many; or the
            person may not show it to so many.
        NameTaken: The person has one of that name.
        NoSuchView: It is not theirs.
    """
    permission.check(person.role, Duty.READ)
    if audience not in audiences(person):
        raise InvalidInput(
            "this role shows its views to its own office",
            field="audience", code="view_not_for_all",
        )  # fmt: skip
    name = plain_name(name)
    if not name or len(name) > MOST_NAME:
        code = "too_long" if name else "view_name"
        raise InvalidInput("a name of up to 40 signs", field="name", code=code)
    row = await _own(session, person, view_id) if view_id else None
    if row is None:
        await _check_room(session, person)
        row = SavedView(
            id=new_key(), staff_id=person.staff_id, office_id=person.office_id,
            asked={}, made_at=now,
        )  # fmt: skip
    try:
        async with session.begin_nested():
            row.name, row.audience = name, audience
            if asked is not None:
                row.asked = dict(asked)
            session.add(row)
    except IntegrityError:
        raise NameTaken(f"there is a view {name} already") from None
    return row.id


async def remove(session: AsyncSession, person: Person, view_id: int) -> None:
    """Forget an own view; who began with it begins with new cases again.

    Raises:
        NoSuchView: It is not theirs.
    """
    row = await _own(session, person, view_id)
    await session.execute(delete(SavedView).where(SavedView.id == row.id))


async def choices(session: AsyncSession, person: Person) -> Choices:
    """Return how ``person`` wants the desk."""
    row = await session.get(DeskChoice, person.staff_id)
    if row is None:
        return Choices(columns=chosen(None))
    return Choices(
        columns=chosen(row.columns), view_id=row.view_id, single_keys=row.single_keys
    )


async def choose(session: AsyncSession, person: Person, wanted: Choices) -> None:
    """Keep how ``person`` wants the desk.

    Raises:
        NoSuchView: The desk cannot begin with a view that is not theirs to open.
    """
    if wanted.view_id is not None:
        await view(session, person, wanted.view_id)
    columns = [str(column) for column in wanted.columns]
    row = await session.get(DeskChoice, person.staff_id)
    if row is None:
        row = DeskChoice(staff_id=person.staff_id)
        session.add(row)
    row.columns, row.view_id = columns, wanted.view_id
    row.single_keys = wanted.single_keys
    await session.flush()


async def _own(session: AsyncSession, person: Person, view_id: int) -> SavedView:
    row = await session.get(SavedView, view_id)
    if row is None or row.staff_id != person.staff_id:
        raise NoSuchView("there is no such view")
    return row


async def _check_room(session: AsyncSession, person: Person) -> None:
    kept = select(SavedView.id).where(SavedView.staff_id == person.staff_id)
    if len((await session.scalars(kept.limit(MOST_VIEWS))).all()) == MOST_VIEWS:
        raise InvalidInput("too many views", field="name", code="too_many_views")


def _open_to(person: Person) -> ColumnElement[bool]:
    shared = and_(
        SavedView.audience == Audience.OFFICE, SavedView.office_id == person.office_id
    )
    return or_(
        SavedView.staff_id == person.staff_id,
        SavedView.audience == Audience.ALL,
        shared,
    )


def _view(row: SavedView, by: str, person: Person) -> View:
    return View(
        id=row.id, name=row.name, audience=row.audience, asked=row.asked,
        own=row.staff_id == person.staff_id, by=by,
    )  # fmt: skip
