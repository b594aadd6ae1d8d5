"""Seldom: a condition of which a database that does not count its rows is told a lot.

PostgreSQL counts by itself. SQLite knows what an index is worth only where somebody let
it count (``ANALYZE``); it takes it for granted that an equality leaves ten rows and a
range a quarter of all, and so it prefers every new case to those few that are late.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Seldom(FunctionElement[bool]):
    """A condition that holds for very few rows."""

    type = Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True
    """SQLAlchemy compares with 1 what is not, and nothing follows from that."""


def seldom(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return ``condition``, to be looked for by an index of its own."""
    return Seldom(condition)


@compiles(Seldom)
def _as_it_is(element: Seldom, compiler: SQLCompiler, **facts: Any) -> str:
    return compiler.process(element.clauses, **facts)


@compiles(Seldom, "sqlite")
def _told(element: Seldom, compiler: SQLCompiler, **facts: Any) -> str:
    return f"likelihood({_as_it_is(element, compiler, **facts)}, 0.000001)"
