"""Alembic's way in: connects, and runs what it is told to in one transaction."""

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Enum, create_engine, event, text
from sqlalchemy.pool import NullPool

from app.database import with_driver
from app.models import Base
from app.models.base import UtcDateTime

_UNMAPPED = ("opinion_search", "publication_search")
"""The search indexes and their shadow tables, which differ by database."""


def _render_plainly(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Keep our own types out of migrations, which must outlive them."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Enum):
        return f"sa.String(length={thing.length})"
    return False


def _is_ours(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    return not (kind == "table" and (name or "").startswith(_UNMAPPED))


def _run() -> None:
    url = context.config.attributes.get("url") or with_driver(
        os.environ.get("HUIYIN_DATABASE_URL", "sqlite:///huiyin.db"), asynchronous=False
    )
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _connect(connection: Any, _record: object) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

        # sqlite3 itself begins no transaction for DDL, which would stay half applied.
        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.execute(text("BEGIN IMMEDIATE"))

    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transactional_ddl=True,
            render_as_batch=True,
            render_item=_render_plainly,
            include_object=_is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


_run()
