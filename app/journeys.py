"""Journeys: a statement goes to SQLite's thread once, or needs not go there at all.

Each connection has a thread of its own. aiosqlite goes there four times for one
statement (a cursor, the statement, the rows, the end of the cursor); the way takes
longer than most of our statements do. Of many rows the first come with it.

What only reads, and little, is done on the spot: a row by its key is there in less time
than a thread needs to wake. SQLite counts the steps it takes and stops a statement that
takes many; reading changed nothing, so it is sent to the thread from its beginning, and
goes there at once from then on. So nobody waits for long because somebody else reads.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, Self

import aiosqlite

_AT_ONCE: Final = 2_000
"""So many rows come back with the statement; of more, the rest are asked for."""

_STEPS: Final = 40_000
"""Of SQLite's machine; that many take it two milliseconds or three. It counts on from
what the same statement took the last time, so that the first sign says nothing."""

_MOST_KNOWN: Final = 1_000
"""Statements are few, but for those with lists whose length is now this, now that."""


class Connection(aiosqlite.Connection):
    """A connection whose statements make one journey at most."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        """Open it by ``connector``, in its thread."""
        super().__init__(connector, iter_chunk_size=_AT_ONCE)
        self._long: set[str] = set()
        """Statements that took many steps."""

        self._only_read = False
        """Whether nothing but reading was asked for since the transaction began."""

    def cursor(self) -> "Cursor":  # type: ignore[override]  # a cursor is made there
        """Return a cursor; for that alone nobody goes anywhere."""
        return Cursor(self)

    async def asked(self, statement: Any, *arguments: Any) -> Any:
        """Return what ``statement`` returns in the connection's thread."""
        only_read, self._only_read = self._only_read, False
        # Whoever stops waiting here leaves it running: then only the thread, which
        # takes one thing after the other, may end the transaction.
        result = await self._execute(statement, *arguments)  # type: ignore[no-untyped-call]  # aiosqlite says no types there
        self._only_read = only_read
        return result

    def opened(self) -> sqlite3.Cursor:
        """Return a cursor of SQLite's own."""
        return self._conn.cursor()

    async def rollback(self) -> None:
        """End the transaction; where it changed nothing, on the spot."""
        if self._only_read:
            self._conn.rollback()
        else:
            await super().rollback()

    def done(self, run: Callable[[], None], sql: str) -> bool:
        """Do what ``sql`` says on the spot, if it reads and is short; else say no."""
        if sql == "BEGIN":
            run()
            self._only_read = True
            return True
        if not sql.startswith("SELECT"):
            self._only_read = False
            return False
        return sql not in self._long and self._tried(run, sql)

    def _tried(self, run: Callable[[], None], sql: str) -> bool:
        """Run a statement until it has taken too many steps; return if it ended."""
        may_go_on = partial(next, iter((0,)), 1)
        self._conn.set_progress_handler(may_go_on, _STEPS)
        try:
            run()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            if len(self._long) >= _MOST_KNOWN:
                self._long.clear()
            self._long.add(sql)
            return False
        finally:
            self._conn.set_progress_handler(None, 0)
        return True


class Cursor:
    """What SQLAlchemy asks of a cursor."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        """Begin with no statement."""
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self._whole = True
        """Whether all rows are here, and SQLite's cursor is at its end."""

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Run a statement, and bring its first rows."""
        run = partial(self._run, sql, parameters)
        if not self._connection.done(run, sql):
            await self._connection.asked(run)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Run a statement that returns no rows, for each of ``parameters``."""
        await self._connection.asked(self._run_many, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        rows, self._rows = self._rows, []
        if not self._whole:
            rows += await self._connection.asked(self._opened.fetchall)
        return rows

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return up to ``size`` of the rows that are left."""
        most = size or self.arraysize
        if not self._rows and not self._whole:
            return list(await self._connection.asked(self._opened.fetchmany, most))
        rows, self._rows = self._rows[:most], self._rows[most:]
        return rows

    async def fetchone(self) -> Any:
        """Return the next row; None: there is none left."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def close(self) -> None:
        """End; SQLite's cursor ended by itself, unless there are rows left."""
        self._rows = []
        if not self._whole:
            self._whole = True
            await self._connection.asked(self._opened.close)

    @property
    def description(self) -> Any:
        """The names of the columns; None: the statement returns no rows."""
        return None if self._cursor is None else self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed."""
        return -1 if self._cursor is None else self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The key of the row that was inserted last."""
        return None if self._cursor is None else self._cursor.lastrowid

    @property
    def _opened(self) -> sqlite3.Cursor:
        if self._cursor is None:
            raise sqlite3.ProgrammingError("no statement was run")
        return self._cursor

    def _run(self, sql: str, parameters: Sequence[Any]) -> None:
        self._cursor = cursor = self._connection.opened()
        self._whole = True
        cursor.execute(sql, parameters)
        if cursor.description is not None:
            self._rows = cursor.fetchmany(_AT_ONCE)
            self._whole = len(self._rows) < _AT_ONCE

    def _run_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._cursor = self._connection.opened()
        self._whole = True
        self._cursor.executemany(sql, parameters)


async def connect(path: str, **options: Any) -> Connection:
    """Return a connection; where there is none, its thread is gone before the error.

    aiosqlite leaves the thread of a failed connection to itself, which then speaks to
    an event loop that may be closed: a traceback after the command's own complaint.
    """

    def opened() -> sqlite3.Connection:
        here = options | {"check_same_thread": False}
        made: sqlite3.Connection = sqlite3.connect(path, **here)
        return made

    connection = Connection(opened)
    thread = connection._thread  # noqa: SLF001 - aiosqlite has no other way to wait for it
    thread.daemon = True
    try:
        await connection
    except sqlite3.Error:
        await asyncio.to_thread(thread.join)
        raise
    return connection
