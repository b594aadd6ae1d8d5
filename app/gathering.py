"""Gathering: concurrent arrivals share one commit, and each is answered after it.

A commit costs a disk flush and a round trip, whatever it holds. Arrivals that come
while one commit is under way wait for the next and go in it together. This is an
edge: it opens the transaction; the service that stores the batch only flushes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.errors import AppError

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 64
"""The largest number of arrivals in one commit."""

AT_ONCE = 3
"""Commits under way together where the database can: while it answers one, others are
made ready (measured on PostgreSQL: a tenth more). SQLite writes one after another."""

_log = logging.getLogger(__name__)


class ShuttingDown(AppError):
    """The service stops; nothing of this arrival was stored."""

    code = "shutting_down"


class Gathering(Generic[Item, Result]):
    """Stores items in batches, each batch in one transaction.

    ``store`` gets the session and the batch and returns one result or one error for
    each item, in order. Where the database refuses the batch for what one item holds,
    nothing of it is kept and each is stored again in a transaction of its own: an item
    that fails takes no other with it.
    """

    def __init__(
        self,
        database: Database,
        store: Callable[
            [AsyncSession, Sequence[Item]], Awaitable[Sequence[Result | Exception]]
        ],
    ) -> None:
        """Store into ``database``; nothing runs before the first `add`."""
        self._database = database
        self._store = store
        self._at_once = 1 if database.sqlite else AT_ONCE
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def add(self, item: Item) -> Result:
        """Return what ``store`` made of ``item``, once that is committed.

        Raises:
            ShuttingDown: The service stops.
            Exception: What ``store`` returned for the item, or what broke the batch.
        """
        if self._closed:
            raise ShuttingDown("the service is stopping; nothing was stored")
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if len(self._tasks) < self._at_once:
            self._tasks.add(asyncio.create_task(self._run()))
        return await future

    async def close(self) -> None:
        """Take nothing more, and return once all that was taken is settled."""
        self._closed = True
        await asyncio.shield(asyncio.gather(*self._tasks))

    async def _run(self) -> None:
        task = asyncio.current_task()
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._settle(batch)
        finally:
            # Not later: whoever adds something now has to find a free place.
            self._tasks = {other for other in self._tasks if other is not task}

    async def _settle(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        """Answer each of ``batch`` after the commit, or with what prevented it."""
        waiting = [future for _, future in batch]
        answers: list[tuple[asyncio.Future[Result], Result | Exception]]
        try:
            async with self._database.writing() as session:
                results = await self._store(session, [item for item, _ in batch])
                answers = list(zip(waiting, results, strict=True))
        except (IntegrityError, DataError) as error:
            if len(batch) > 1:
                for one in batch:
                    await self._settle([one])
                return
            answers = [(future, error) for future in waiting]
        except Exception as error:  # noqa: BLE001 - whoever waits gets it
            _log.exception("a batch was not stored", extra={"items": len(batch)})
            answers = [(future, error) for future in waiting]
        for future, result in answers:
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
