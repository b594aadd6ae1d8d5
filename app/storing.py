"""Storing: rows for many tables, in as few conversations with the database as it can.

PostgreSQL takes all of them in one statement, which reads the rows out of JSON: a
batch costs one journey there and back instead of one for each table, and the driver
adapts ten values instead of hundreds (measured: a fifth less work for the database).
SQLite, which is no journey away, takes a statement for each table.
"""

import json
import typing
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnClause,
    ColumnElement,
    Connection,
    Insert,
    Table,
    TableClause,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase

Rows = Mapping[type[Any], Sequence[dict[str, Any]]]
"""Rows by the class of their table; bare ones, for the unit of work would only be in
the way."""

FINDABLE: Final = "findable"
"""The parameter that holds the rows of the search index."""

_SEARCH: Final = TableClause(
    "opinion_search", column("opinion_id"), column("tokens", TSVECTOR)
)

_FTS5: Final = text("INSERT INTO opinion_search (rowid, tokens) VALUES (:id, :tokens)")

_FTS5_FORGET: Final = text(
    "INSERT INTO opinion_search (opinion_search, rowid, tokens)"
    " VALUES ('delete', :id, :tokens)"
)

_AS_IS: Final[ColumnElement[Any]] = literal_column("'simple'")
"""The configuration that takes tokens as they are."""


async def store(
    connection: AsyncConnection,
    rows: Rows,
    findable: Sequence[dict[str, Any]],
) -> None:
    """Insert ``rows``, given by table in the order of the tables' foreign keys.

    ``findable`` are the opinions to be found: ``{"id", "tokens"}``.
    Every row of a table has the same columns.

    Raises:
        IntegrityError: A row repeats one that is there, or refers to one that is not.
    """
    if connection.dialect.name == "sqlite":
        await connection.run_sync(_by_table, rows, findable)
        return
    tables = {_table(model): some for model, some in rows.items() if some}
    filled = tuple((table, tuple(some[0])) for table, some in tables.items())
    values = {table.name: _as_json(some) for table, some in tables.items()}
    await connection.execute(_together(filled), values | {FINDABLE: _as_json(findable)})


def _by_table(
    connection: Connection, rows: Rows, findable: Sequence[dict[str, Any]]
) -> None:
    for model, some in rows.items():
        if some:
            connection.execute(insert(_table(model)), some)
    connection.execute(_FTS5, findable)


def _table(model: type[DeclarativeBase]) -> Table:
    return typing.cast("Table", model.__table__)


@cache
def _together(columns: tuple[tuple[Table, tuple[str, ...]], ...]) -> Insert:
    """Return the statement that fills these columns of these tables.

    Foreign keys are looked at when all of it is done.
    """
    found = _recordset(FINDABLE, column("id", BigInteger), column("tokens", Text))
    together = insert(_SEARCH).from_select(
        [_SEARCH.c.opinion_id, _SEARCH.c.tokens],
        select(found.c.id, func.to_tsvector(_AS_IS, found.c.tokens)),
    )
    for table, names in columns:
        read = _recordset(
            table.name, *(column(name, table.c[name].type) for name in names)
        )
        filled = insert(table).from_select(names, select(read))
        together = together.add_cte(filled.cte(f"in_{table.name}"))
    return together


def _recordset(parameter: str, *columns: ColumnClause[Any]) -> TableValuedAlias:
    """Return the rows that the JSON in ``parameter`` holds, as a table."""
    written = cast(bindparam(parameter, type_=Text), JSON)
    rows = func.json_to_recordset(written).table_valued(
        *columns, name=f"of_{parameter}"
    )
    return rows.render_derived(with_types=True)


def _as_json(rows: Sequence[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    """Return what PostgreSQL reads as a moment or as bytes."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"{type(value).__name__} has no place in a row")


async def forget(connection: AsyncConnection, opinion_id: int, tokens: str) -> None:
    """Take an opinion out of the search index; ``tokens`` are those it was put in by.

    SQLite's index holds no text, so it has to be told what it is to forget
    (https://sqlite.org/fts5.html, section 6.2).
    """
    facts = {"id": opinion_id, "tokens": tokens}
    if connection.dialect.name == "sqlite":
        await connection.execute(_FTS5_FORGET, facts)
        return
    await connection.execute(delete(_SEARCH).where(_SEARCH.c.opinion_id == opinion_id))
