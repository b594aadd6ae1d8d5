"""Engines and transactions, and everything in which SQLite and PostgreSQL differ."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    Select,
    TextClause,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import NullPool

from app import journeys, postgresql
from app.errors import AppError

_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL loses acknowledged rows at a power cut
    "foreign_keys=ON",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "temp_store=MEMORY",
    "cache_size=-8000",  # KB; in the 2 MB it has by itself a long queue has no room
)

_FORGET: Final = text("DELETE FROM publication_search WHERE rowid = :id")
_NOTE_FTS5: Final = text(
    "INSERT INTO publication_search (rowid, tokens) VALUES (:id, :tokens)"
)
_NOTE_TSVECTOR: Final = text(
    "INSERT INTO publication_search (rowid, tokens)"
    " VALUES (:id, to_tsvector('simple', :tokens))"
)

_LOCK: Final = text("SELECT pg_advisory_lock(4724886209)")
_SETTING: Final = text("SELECT current_setting(:name)")
_SAFE: Final = {"fsync": "on", "full_page_writes": "on"}
_SAFE_COMMITS: Final = {"on", "remote_write", "remote_apply", "local"}


class UnsafeDatabase(AppError):
    """The database would lose what was acknowledged."""

    code = "unsafe_database"


class Database:
    """One database: transactions to write in, and transactions to read in.

    SQLite has one writer: a single connection whose transactions begin with
    ``BEGIN IMMEDIATE``, so that none fails half-way for want of the lock, and several
    readers beside it. PostgreSQL has connections that cannot write, too.
    """

    def __init__(self, url: str, *, readers: int = 8, patience: int = 5) -> None:
        """Connect lazily, with ``readers`` connections to read.

        PostgreSQL gives twice as many to read if it has to, and as many to write.
        ``patience``: seconds to wait while another process writes.
        """
        self._patience = patience
        self.url = with_driver(url, asynchronous=True)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite:
            self._writer = self._sqlite_engine(1, begin="BEGIN IMMEDIATE")
            self._reader = self._sqlite_engine(readers, begin="BEGIN")
        else:
            self._writer = postgresql.writer(self.url, most=readers)
            self._reader = postgresql.reader(self.url, most=2 * readers)
        self._writing = async_sessionmaker(self._writer, expire_on_commit=False)
        self._reading = async_sessionmaker(self._reader, expire_on_commit=False)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that is committed at the end, or undone by an error."""
        async with self._writing.begin() as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session to read in: whatever it changes is refused, or not kept."""
        async with self._reading() as session:
            yield session

    async def check_durability(self) -> None:
        """Hold that a commit survives a power cut.

        Raises:
            UnsafeDatabase: It would not, with the setting that is at fault.
        """
        async with self.reading() as session:
            if self.sqlite:
                level = await session.scalar(text("PRAGMA synchronous"))
                if int(level or 0) < 2:  # noqa: PLR2004 - 2 is FULL
                    raise UnsafeDatabase("SQLite's synchronous is not FULL")
                return
            for name, safe in _SAFE.items():
                if await session.scalar(_SETTING, {"name": name}) != safe:
                    raise UnsafeDatabase(f"PostgreSQL's {name} is not {safe}")
            commits = await session.scalar(_SETTING, {"name": "synchronous_commit"})
            if commits not in _SAFE_COMMITS:
                raise UnsafeDatabase("PostgreSQL's synchronous_commit is off")

    async def close(self) -> None:
        """Give all connections back."""
        await self._writer.dispose()
        await self._reader.dispose()

    def _sqlite_engine(self, connections: int, *, begin: str) -> AsyncEngine:
        engine = create_async_engine(
            self.url, pool_size=connections, max_overflow=0, pool_timeout=10,
            pool_use_lifo=True, hide_parameters=True,
        )  # fmt: skip
        _prepare_sqlite(engine.sync_engine, begin=begin, patience=self._patience)
        _open_sqlite_by(engine.sync_engine, journeys.connect)
        return engine


def with_driver(url: str, *, asynchronous: bool) -> URL:
    """Return ``url`` with the driver that we use for its database.

    Raises:
        AppError: The database is neither SQLite nor PostgreSQL.
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return parsed.set(
                drivername="sqlite+aiosqlite" if asynchronous else "sqlite"
            )
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise AppError(f"{other} is not a database that Huiyin runs on")


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Keep every other process that asks for this out of the database at ``url``.

    SQLite's own lock does that for a file, which is one machine's affair.
    """
    engine = create_engine(with_driver(url, asynchronous=False), poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        yield
        return
    with engine.connect() as connection:
        connection.execute(_LOCK)
        yield


def search_matches(dialect: Dialect, phrases: Sequence[Sequence[str]]) -> TextClause:
    """Return the statement that selects the ids of opinions holding all ``phrases``.

    A phrase is a run of tokens that must stand next to each other; a token that ends
    in ``*`` stands for all that begin with it. It is made for ``id.in_(...)``, which
    puts it in brackets; in a second pair SQLite would take it for a single value.
    """
    if dialect.name == "sqlite":
        return text(
            "SELECT rowid FROM opinion_search WHERE opinion_search MATCH :matching"
        ).bindparams(matching=fts5_query(phrases))
    return text(
        "SELECT opinion_id FROM opinion_search"
        " WHERE tokens @@ to_tsquery('simple', :matching)"
    ).bindparams(matching=tsquery(phrases))


def fts5_query(phrases: Sequence[Sequence[str]]) -> str:
    """Return ``phrases`` as SQLite's FTS5 asks for all of them."""
    return " AND ".join(_fts5_phrase(phrase) for phrase in phrases)


def tsquery(phrases: Sequence[Sequence[str]]) -> str:
    """Return ``phrases`` as PostgreSQL's ``to_tsquery`` asks for all of them."""
    return " & ".join(_tsquery_phrase(phrase) for phrase in phrases)


def publication_matches(
    dialect: Dialect, phrases: Sequence[Sequence[str]]
) -> TextClause:
    """Return the statement that selects the publications holding all ``phrases``.

    As `search_matches` does for opinions.
    """
    if dialect.name == "sqlite":
        query = " AND ".join(_fts5_phrase(phrase) for phrase in phrases)
        return text(
            "SELECT rowid FROM publication_search"
            " WHERE publication_search MATCH :matching"
        ).bindparams(matching=query)
    query = " & ".join(_tsquery_phrase(phrase) for phrase in phrases)
    return text(
        "SELECT rowid FROM publication_search"
        " WHERE tokens @@ to_tsquery('simple', :matching)"
    ).bindparams(matching=query)


async def make_findable(
    session: AsyncSession, publication_id: int, tokens: str
) -> None:
    """Let a publication be found by ``tokens``, and by nothing that it said before."""
    await session.execute(_FORGET, {"id": publication_id})
    fts5 = session.get_bind().dialect.name == "sqlite"
    await session.execute(
        _NOTE_FTS5 if fts5 else _NOTE_TSVECTOR, {"id": publication_id, "tokens": tokens}
    )


def locked(select: Select[Any]) -> Select[Any]:
    """Return ``select`` with its rows locked, passing over those others hold.

    SQLite needs no such lock: there a writing transaction is alone.
    """
    return select.with_for_update(skip_locked=True)


def _fts5_phrase(tokens: Sequence[str]) -> str:
    *full, last = tokens
    star = "*" if last.endswith("*") else ""
    words = " ".join([*full, last.removesuffix("*")]).replace('"', "")
    return f'"{words}"{star}'


def _tsquery_phrase(tokens: Sequence[str]) -> str:
    quoted = []
    for token in tokens:
        word = token.removesuffix("*").replace("\\", "").replace("'", "''")
        quoted.append(f"'{word}'" + (":*" if token.endswith("*") else ""))
    return "(" + " <-> ".join(quoted) + ")"


def _prepare_sqlite(engine: Engine, *, begin: str, patience: int) -> None:
    """Let SQLAlchemy begin transactions: sqlite3's own delay leaks past savepoints."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={patience * 1_000}", *_PRAGMAS):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _open_sqlite_by(engine: Engine, opened: Callable[..., Awaitable[Any]]) -> None:
    """Let ``opened`` make the engine's connections."""

    @event.listens_for(engine, "do_connect")
    def _connect(
        _dialect: Dialect, _record: object, _args: object, parameters: dict[str, Any]
    ) -> None:
        parameters["async_creator_fn"] = opened
