"""The worker of citizens' wishes: letters asked for, items followed, and tidying up."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from app.premises import Premises
from app.services.citizen import news, wishes

TIDIED_EVERY: Final = timedelta(hours=1)


class Follower:
    """Sees to letters that somebody asked for at an address, and to news of items."""

    def __init__(self, premises: Premises, *, stop: asyncio.Event) -> None:
        """Work on ``premises`` until ``stop`` is set."""
        self._premises = premises
        self._stop = stop
        self._tidied_at: datetime | None = None

    async def look_around(self) -> int:
        """Do what is due; return how much that was."""
        premises, now = self._premises, self._premises.clock()
        await premises.shelf()
        async with premises.database.writing() as session:
            done = await wishes.settle(session, premises.house, now=now)
        while not self._stop.is_set():
            async with premises.database.writing() as session:
                told = await news.spread(session, premises.house, now=now)
            if not told:
                break
            done += told
        if self._tidied_at is None or now - self._tidied_at >= TIDIED_EVERY:
            async with premises.database.writing() as session:
                await wishes.tidy(session, premises.house, now=now)
            self._tidied_at = now
        if done:
            premises.outbox_waiting.set()
        return done
