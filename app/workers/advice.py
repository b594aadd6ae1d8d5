"""The advice worker: asks an outside model about opinions that ours could not place.

Nothing waits for it, and nothing is placed by it: what comes back is one more vote that
a clerk is shown. It asks at most `AT_ONCE` at a time, while no transaction is open.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from app.domain.breaker import Breaker
from app.gateways.endpoint import Endpoint, EndpointFault
from app.premises import Premises
from app.services import advice
from app.services.advice import Question, Unplaced
from app.services.paging import Place

AT_ONCE: Final = 2
"""Calls that are made side by side."""

AGAIN_AFTER: Final = timedelta(hours=1)
"""After it the opinions are gone through from the beginning: some could not be asked
about when they were come to."""

_log = logging.getLogger(__name__)


class AdviceSeeker:
    """Goes through the opinions that nobody has placed, and asks about them."""

    def __init__(
        self, premises: Premises, endpoint: Endpoint, *, stop: asyncio.Event
    ) -> None:
        """Prepare; ``stop`` keeps further calls from being made."""
        self._premises = premises
        self._endpoint = endpoint
        self._stop = stop
        self._breaker = Breaker()
        self._after: Place | None = None
        """How far this walk has come."""

        self._began_at: datetime | None = None

    async def look_around(self) -> int:
        """Ask about the next few opinions; return how many were gone through."""
        now = self._premises.clock()
        if not self._breaker.at_once(AT_ONCE, now=now):
            return 0
        if self._began_at is None or now - self._began_at >= AGAIN_AFTER:
            self._began_at, self._after = now, None
        await self._premises.shelf()
        async with self._premises.database.reading() as session:
            waiting = await advice.unplaced(session, after=self._after, now=now)
        done = 0
        while done < len(waiting):
            most = await self._most()
            if not most:
                break
            some = waiting[done : done + most]
            await asyncio.gather(*map(self._ask_about, some))
            self._after = some[-1].place
            done += len(some)
        return done

    async def _most(self) -> int:
        """Return how many calls may be made now."""
        if self._stop.is_set():
            return 0
        premises, now = self._premises, self._premises.clock()
        most = self._breaker.at_once(AT_ONCE, now=now)
        async with premises.database.reading() as session:
            left = await advice.left_today(session, premises.settings, now=now)
        return max(min(most, left), 0)

    async def _ask_about(self, opinion: Unplaced) -> None:
        question = await asyncio.to_thread(
            advice.question, self._premises.house, opinion
        )
        vote_id = await self._reserved(opinion) if question else None
        if question is not None and vote_id is not None:
            await self._ask(question, vote_id)

    async def _reserved(self, opinion: Unplaced) -> int | None:
        premises = self._premises
        try:
            async with premises.database.writing() as session:
                return await advice.reserve(session, opinion, now=premises.clock())
        except IntegrityError:
            return None

    async def _ask(self, question: Question, vote_id: int) -> None:
        prompt, database = question.prompt, self._premises.database
        try:
            answer = await self._endpoint.ask(told=prompt.told, shown=prompt.shown)
        except EndpointFault as fault:
            self._take(fault)
            if not fault.is_final:
                async with database.writing() as session:
                    await advice.release(session, vote_id)
            return
        self._breaker = self._breaker.succeeded()
        async with database.writing() as session:
            said = await advice.keep(session, vote_id, question, answer)
        if said is None:
            _log.warning("the endpoint gave no answer that counts")

    def _take(self, fault: EndpointFault) -> None:
        self._breaker = self._breaker.failed(now=self._premises.clock())
        until = self._breaker.open_until
        _log.warning(
            "the endpoint was asked in vain",
            extra={
                "trouble": fault.trouble,
                "said": fault.said,
                "failures": self._breaker.failures,
                "next_at": until and until.isoformat(),
            },
        )
