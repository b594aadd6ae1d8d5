"""Paging: lists cut by the place of a row in its order, never by counting.

So no row is skipped or shown twice when others come or go between two pages.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, TypeVarTuple

from sqlalchemy import Row as SelectedRow
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a row stands in its order."""

    key: int
    at: datetime | None = None
    """The moment that the order goes by, where it goes by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Which page is asked for: the first, or the one on either side of a place."""

    after: Place | None = None
    before: Place | None = None

    @property
    def backwards(self) -> bool:
        """Whether the rows are those that lead up to a place."""
        return self.before is not None

    @property
    def place(self) -> Place | None:
        """The place that the page begins, or ends, at."""
        return self.before or self.after


FIRST = Turn()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """One page, and the places by which the pages beside it are found."""

    rows: Sequence[Row]
    after: Place | None
    before: Place | None


def oldest_first(
    statement: Select[*Columns],
    key: InstrumentedAttribute[int],
    *,
    most: int,
    turn: Turn,
) -> Select[*Columns]:
    """Return ``statement`` as one page asks for it whose rows go by ``key``.

    It finds one row more than the page has room for, as `cut` wants it.
    """
    return _by(statement, key, most=most, turn=turn, falling=turn.backwards)


def newest_first(
    statement: Select[*Columns],
    key: InstrumentedAttribute[int],
    *,
    most: int,
    turn: Turn,
) -> Select[*Columns]:
    """Return the same as `oldest_first`, for rows that go the other way."""
    return _by(statement, key, most=most, turn=turn, falling=not turn.backwards)


def _by(
    statement: Select[*Columns],
    key: InstrumentedAttribute[int],
    *,
    most: int,
    turn: Turn,
    falling: bool,
) -> Select[*Columns]:
    ordered = statement.order_by(key.desc() if falling else key).limit(most + 1)
    if turn.place is None:
        return ordered
    there = turn.place.key
    return ordered.where(key < there if falling else key > there)


async def number_of(
    session: AsyncSession, found: Select[*tuple[Any, ...]], *, most: int
) -> int:
    """Return how many rows a statement finds; no more than ``most`` are counted."""
    some = found.limit(most).subquery()
    return await session.scalar(select(func.count()).select_from(some)) or 0


def cut(
    found: Sequence[Row], *, most: int, turn: Turn, place: Callable[[Row], Place]
) -> Page[Row]:
    """Return ``most`` of the rows ``found`` as a page.

    One row more than fits was asked for, to know whether there are further pages; a
    page that was looked for backwards was found in backward order.
    """
    more = len(found) > most
    rows = list(found[:most])
    if turn.backwards:
        rows.reverse()
    follows = more or turn.backwards
    leads = more if turn.backwards else turn.after is not None
    return Page(
        rows=rows,
        after=place(rows[-1]) if rows and follows else None,
        before=place(rows[0]) if rows and leads else None,
    )


async def every(
    session: AsyncSession,
    wanted: Select[*tuple[Any, ...]],
    *keys: InstrumentedAttribute[int],
    at_once: int,
) -> AsyncIterator[SelectedRow[Any]]:
    """Yield the rows of ``wanted`` in the order of ``keys``, which together name one.

    They are fetched ``at_once`` at a time, so that memory does not grow with them, and
    no cursor stays open meanwhile.
    """
    page = wanted.add_columns(*keys).order_by(*keys).limit(at_once)
    rows = (await session.execute(page)).all()
    while rows:
        for row in rows:
            yield row
        if len(rows) < at_once:
            return
        last = rows[-1][-len(keys) :]
        rows = (await session.execute(page.where(tuple_(*keys) > tuple_(*last)))).all()
