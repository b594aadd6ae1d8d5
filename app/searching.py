"""Searching: the newest opinions that say something, at a cost that does not grow.

SQLite's index gives its matches newest first, so those asked for are read and no more.
PostgreSQL's gives all of them at once, in no order: of a word that every tenth opinion
says it would read a hundred thousand to show fifty. So the newest opinions are looked
through first. Where every part of what is sought is frequent among them, that was the
search, and it says how far back it looked; where one part is rare, the index has few
to read, and all are found.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Subquery,
    TableClause,
    TextClause,
    bindparam,
    column,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import fts5_query, tsquery

Phrases = Sequence[Sequence[str]]

_WINDOW: Final = 2_000
_FURTHER: Final = 20_000
"""So many opinions are looked through: at first, and by whoever looks further back."""

_FREQUENT: Final = 4
"""Said by so many of the first window, a word is too frequent for the index."""

_LAST: Final = (1 << 63) - 1

_SEARCH: Final = TableClause(
    "opinion_search", column("opinion_id", BigInteger), column("tokens", TSVECTOR)
)

_BY_FTS5: Final = text(
    "SELECT rowid FROM opinion_search WHERE opinion_search MATCH :matching"
    " AND rowid < :before ORDER BY rowid DESC LIMIT :most"
)
_BY_GIN: Final = text(
    "WITH found AS MATERIALIZED (SELECT opinion_id FROM opinion_search"
    " WHERE tokens @@ to_tsquery('simple', :matching) AND opinion_id < :before)"
    " SELECT opinion_id FROM found ORDER BY opinion_id DESC LIMIT :most"
)
_AMONG_JSON: Final = text("SELECT value FROM json_each(:listed)")
_AMONG_ARRAY: Final = text("SELECT unnest((SELECT CAST(:listed AS bigint[])))")
"""The inner SELECT keeps PostgreSQL from looking at the keys before it has a plan, and
so from making a new one for every number of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Keys of opinions, the newest first."""

    keys: Sequence[int]

    reached: int | None = None
    """The key down to which was searched; None: everything was."""


async def newest(
    session: AsyncSession, phrases: Phrases, *, most: int, before: int | None = None
) -> Found:
    """Return the newest opinions that hold all ``phrases``; keys lie ``before`` one."""
    place = _LAST if before is None else before
    if session.get_bind().dialect.name != "sqlite":
        looked = await _look_through(session, phrases, most=most, before=before)
        if looked is not None:
            return looked
        return await _read(session, _BY_GIN, tsquery(phrases), most, place)
    return await _read(session, _BY_FTS5, fts5_query(phrases), most, place)


def among(dialect_name: str, keys: Sequence[int]) -> TextClause:
    """Return the statement that gives back ``keys``, made for ``column.in_(...)``.

    Several of them may stand in one statement.
    """
    written = listing(dialect_name, keys)["listed"]
    return listed(dialect_name).bindparams(
        bindparam("listed", value=written, unique=True)
    )


def listed(dialect_name: str) -> TextClause:
    """Return the same for a statement that is kept: the keys come with `listing`."""
    return _AMONG_JSON if dialect_name == "sqlite" else _AMONG_ARRAY


def listing(dialect_name: str, keys: Sequence[int]) -> dict[str, str]:
    """Return the parameter of a statement that has `listed` in it."""
    written = ",".join(map(str, keys))
    return {"listed": f"[{written}]" if dialect_name == "sqlite" else f"{{{written}}}"}


async def _read(
    session: AsyncSession, statement: TextClause, matching: str, most: int, before: int
) -> Found:
    asked = {"matching": matching, "most": most, "before": before}
    keys = (await session.scalars(statement, asked)).all()
    return Found(keys=keys, reached=keys[-1] if len(keys) == most else None)


async def _look_through(
    session: AsyncSession, phrases: Phrases, *, most: int, before: int | None
) -> Found | None:
    """Return what the newest opinions hold; None: something sought is rare in them."""
    window = _WINDOW if before is None else _FURTHER
    newest = (
        select(_SEARCH.c.opinion_id, _SEARCH.c.tokens)
        .where(_SEARCH.c.opinion_id < (_LAST if before is None else before))
        .order_by(_SEARCH.c.opinion_id.desc())
        .limit(window)
        .subquery()
    )
    key = newest.c.opinion_id
    parts = dict.fromkeys(itertools.chain.from_iterable(phrases))
    row = (
        await session.execute(
            select(
                func.count(),
                func.min(key),
                func.array_agg(aggregate_order_by(key, key.desc())).filter(
                    _says(newest, tsquery(phrases))
                ),
                *(
                    func.count().filter(_says(newest, tsquery([[part]])))
                    for part in parts
                ),
            )
        )
    ).one()
    looked, last, keys, *counts = row
    keys = keys or []
    if looked == window and min(counts) * _WINDOW < _FREQUENT * window:
        return None
    if len(keys) > most:
        return Found(keys=keys[:most], reached=keys[most - 1])
    return Found(keys=keys, reached=last if looked == window else None)


def _says(newest: Subquery, matching: str) -> ColumnElement[bool]:
    query = func.to_tsquery(literal_column("'simple'"), matching)
    return newest.c.tokens.op("@@", return_type=Boolean())(query)
