"""PostgreSQL's connections: some to write with, and some that can only read.

What is read is read as it is committed when its statement begins (READ COMMITTED), in a
transaction or outside: so a reading connection begins none, and spares a page two round
trips for each time that it looks something up. The database refuses to write on it.
"""

from collections.abc import Mapping
from time import monotonic
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_OUR_WAY: Final = "-c jit=off -c random_page_cost=1.1"
"""Our statements are short: to compile one (JIT) takes ten times as long as to run it.
And they look up few rows, by indexes whose pages are in memory or on a disk without a
head to move: taken for four times as dear as they are, they would be passed over for
reading a table from its beginning, in the hope of soon meeting what is sought."""

_ONLY_READING: Final = "-c default_transaction_read_only=on"

_ASKED_AFTER: Final = 1.0
"""Seconds after which a connection that rested is asked whether it still stands."""


def writer(url: URL, *, most: int) -> AsyncEngine:
    """Return an engine for transactions, with up to ``most`` connections."""
    return _engine(url, most=most, options=_options(url))


def reader(url: URL, *, most: int) -> AsyncEngine:
    """Return an engine to read with, with up to ``most`` connections."""
    options = f"{_options(url)} {_ONLY_READING}"
    return _engine(url, most=most, options=options, isolation_level="AUTOCOMMIT")


def _engine(url: URL, *, most: int, options: str, **more: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=most // 2,
        max_overflow=most - most // 2,
        pool_use_lifo=True,  # what was used last has its plans at hand
        hide_parameters=True,
        connect_args={"options": options},
        **more,
    )
    _ask_the_rested(engine.sync_engine)
    return engine


def _options(url: URL) -> str:
    """Return what connections begin with, unless ``url`` says something else."""
    said = url.query.get("options", _OUR_WAY)
    return said if isinstance(said, str) else " ".join(said)


def _ask_the_rested(engine: Engine) -> None:
    """Replace connections that were cut while they rested, before they are used.

    All of them: whatever ended one, such as a restart, mostly ended the others, too.
    One that was in use a moment ago is not asked, which would be a round trip.
    """

    @event.listens_for(engine, "checkin")
    def _rests(_connection: object, record: Any) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _fairy: object) -> None:
        info: Mapping[str, float] = record.info
        if monotonic() - info.get("rests_since", monotonic()) < _ASKED_AFTER:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error
