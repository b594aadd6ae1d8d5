"""The letters worker: reads what was kept, and leads each letter to its fate.

Bytes are read in a thread and outside any transaction. A letter that breaks the
reader is held, a letter that meets a database in trouble waits; neither keeps the next
from being read.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.domain.vocabulary import Fate, HoldReason
from app.errors import AppError
from app.premises import Premises
from app.services import arrivals, leads, reading, settling
from app.services.arrivals import WaitingLetter
from app.services.house import House
from app.services.settling import Verdict
from app.workers.loop import outcome

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

READ_WITHIN: Final = 60.0
"""Seconds after which a letter counts as one that breaks the reader."""

_log = logging.getLogger(__name__)


async def settle_waiting(premises: Premises) -> int:
    """Settle the letters that wait, each once; return how many got their fate."""
    fates: Counter[Fate] = Counter()
    last = 0
    while True:
        async with premises.database.reading() as session:
            waiting = await arrivals.waiting(session, after=last)
        if not waiting:
            break
        last = waiting[-1].arrival_id
        fates += await settle(premises, waiting)
    if fates:
        _log.info("letters were settled", extra={"fates": dict(fates)})
    return fates.total()


async def settle(premises: Premises, waiting: Sequence[WaitingLetter]) -> Counter[Fate]:
    """Read and settle a batch; return the fates of those that were settled here."""
    verdicts = await _read(premises, waiting)
    fates = await outcome(_settle(premises, verdicts))
    if isinstance(fates, Exception):
        _log.warning("a batch of letters is settled one by one", exc_info=fates)
        fates = Counter()
        for verdict in verdicts:
            fates += await _settle_alone(premises, verdict)
    if fates[Fate.OPENED]:
        premises.outbox_waiting.set()
    return fates


async def _read(premises: Premises, waiting: Sequence[WaitingLetter]) -> list[Verdict]:
    """Return a verdict on each letter but those that have to wait."""
    await premises.shelf()
    house = premises.house
    verdicts, opened = [], []
    for letter in waiting:
        read = await outcome(_in_thread(reading.opened, house, letter))
        if isinstance(read, Exception):
            verdicts += _given_up(house, letter.arrival_id, read)
        else:
            opened.append(read)
    async with premises.database.reading() as session:
        known = await leads.look_up(
            session, [letter.leads for letter in opened], now=premises.clock()
        )
    for one in opened:
        verdict = await outcome(_in_thread(reading.read, house, one, known))
        if isinstance(verdict, Exception):
            verdicts += _given_up(house, one.arrival_id, verdict)
        else:
            verdicts.append(verdict)
    return sorted(verdicts, key=lambda verdict: verdict.arrival_id)


async def _in_thread(
    work: Callable[Arguments, Result],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Result:
    async with asyncio.timeout(READ_WITHIN):
        return await asyncio.to_thread(work, *args, **kwargs)


def _given_up(house: House, arrival_id: int, error: Exception) -> list[Verdict]:
    """Return the verdict on a letter that broke the reader; none: it has to wait.

    An `AppError` says something of the house and not of the letter: no office is set
    up yet, or the secret is not the one that sealed it.
    """
    if isinstance(error, AppError):
        _log.warning(
            "a letter has to wait",
            extra={"arrival_id": arrival_id, "code": error.code},
        )
        return []
    _log.error(
        "a letter broke the reader",
        extra={"arrival_id": arrival_id},
        exc_info=error,
    )
    # What it would be known again by could not be found out, so it repeats no other.
    key = house.seal.digest(str(arrival_id), purpose="broken letter")
    return [
        Verdict(
            arrival_id=arrival_id,
            arrival_key=key.hex(),
            held=HoldReason.UNREADABLE,
        )
    ]


async def _settle(premises: Premises, verdicts: Sequence[Verdict]) -> Counter[Fate]:
    if not verdicts:
        return Counter()
    async with premises.database.writing() as session:
        fates = await settling.settle_all(session, verdicts, now=premises.clock())
    return Counter(fates.values())


async def _settle_alone(premises: Premises, verdict: Verdict) -> Counter[Fate]:
    """Settle one letter, or hold it; one that met a database in trouble waits."""
    fates = await outcome(_settle(premises, [verdict]))
    if not isinstance(fates, Exception):
        return fates
    if _is_trouble(fates):
        _log.warning(
            "a letter has to wait",
            extra={"arrival_id": verdict.arrival_id},
            exc_info=fates,
        )
        return Counter()
    held = _given_up(premises.house, verdict.arrival_id, fates)
    fates = await outcome(_settle(premises, held))
    if isinstance(fates, Exception):
        _log.error("a letter could not be held", exc_info=fates)
        return Counter()
    return fates


def _is_trouble(error: Exception) -> bool:
    """Return whether ``error`` is the database's, and may be gone the next time."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    passing = (OperationalError, InterfaceError, PoolTimeoutError, OSError)
    return isinstance(error, passing)
