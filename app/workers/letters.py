"""The letters worker: reads what was kept, and leads each letter to its fate.

Bytes are read in the reading room, by another process, and outside any transaction.
A letter that breaks its reader is held, a letter that meets a database in trouble
waits; neither keeps the next from being read.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from app.domain.vocabulary import Fate, HoldReason
from app.errors import AppError
from app.mail.authentication import Authentication
from app.mail.reading import Reading
from app.premises import Premises
from app.reading_room.conditions import Broken
from app.services import arrivals, forethought, leads, reading, settling
from app.services.arrivals import RawLetter, WaitingLetter
from app.services.house import House
from app.services.reading import OpenedLetter
from app.services.settling import Verdict
from app.workers.loop import outcome
from app.workers.trouble import is_passing
from app.workers.turn import Turn

Result = TypeVar("Result")

LARGE: Final = 2**16
"""Letters from this size on, in bytes, are thought about apart from the event loop."""

GATHER: Final = 0.1
"""Seconds for which a busy service lets letters gather."""

_MOST_BEHIND: Final = 2
"""Batches on their way at once beside the one that is read; each lies in memory."""

_log = logging.getLogger(__name__)


async def settle_waiting(premises: Premises, *, gather: float = 0.0) -> int:
    """Settle the letters that wait, each once; return how many got their fate.

    While a batch is settled, the next is thought about and the one after that is read,
    each by a process of its own. A batch costs as much as some letters, however small
    it is: behind one that was not full, ``gather`` seconds are waited for more to come.
    """
    fates: Counter[Fate] = Counter()
    with premises.letters_first.taken():
        await _settle_in_batches(premises, fates, gather=gather)
    if fates:
        _log.info("letters were settled", extra={"fates": dict(fates)})
    return fates.total()


async def _settle_in_batches(
    premises: Premises, fates: Counter[Fate], *, gather: float
) -> None:
    last = 0
    behind: deque[asyncio.Future[Counter[Fate]]] = deque()
    in_turn = asyncio.Lock()
    try:
        while waiting := await _waiting(premises, after=last):
            last = waiting[-1].arrival_id
            verdicts: list[Verdict] = []
            opened = await _opened(premises, waiting, verdicts)
            if len(behind) == _MOST_BEHIND:
                fates.update(await behind.popleft())
            deciding = _decide(premises, opened, verdicts, in_turn)
            behind.append(asyncio.ensure_future(deciding))
            if len(waiting) < arrivals.MOST_AT_ONCE:
                await asyncio.sleep(gather)
    finally:
        for settled in await asyncio.gather(*behind):
            fates.update(settled)


async def settle(premises: Premises, waiting: Sequence[WaitingLetter]) -> Counter[Fate]:
    """Read and settle a batch; return the fates of those that were settled here.

    Raises:
        ReaderUnavailable: All of them have to wait.
    """
    verdicts: list[Verdict] = []
    opened = await _opened(premises, waiting, verdicts)
    opened = await _thought_about(premises, opened)
    return await _settle_batch(premises, opened, verdicts)


async def _waiting(premises: Premises, *, after: int) -> list[WaitingLetter]:
    async with premises.database.reading() as session:
        return await arrivals.waiting(session, after=after)


async def _decide(
    premises: Premises,
    opened: Sequence[OpenedLetter],
    verdicts: list[Verdict],
    in_turn: asyncio.Lock,
) -> Counter[Fate]:
    """Think about letters, and settle them ``in_turn``, with those that have a verdict.

    A batch that came before may hold what a letter repeats, or answers.
    """
    opened = await _thought_about(premises, opened)
    async with in_turn:
        return await _settle_batch(premises, opened, verdicts)


async def _settle_batch(
    premises: Premises, opened: Sequence[OpenedLetter], verdicts: list[Verdict]
) -> Counter[Fate]:
    house = premises.house
    async with premises.database.reading() as session:
        known = await leads.look_up(session, [letter.leads for letter in opened])
    turn = Turn()
    for one in opened:
        deciding = partial(reading.read, house, one, known)
        size = len(one.raw.content)
        verdict = await outcome(_thought_out(turn, deciding, size=size))
        if isinstance(verdict, Exception):
            verdicts += _given_up(house, one.arrival_id, verdict)
        else:
            verdicts.append(verdict)
    verdicts.sort(key=lambda verdict: verdict.arrival_id)
    fates = await outcome(_settle(premises, verdicts))
    if isinstance(fates, Exception):
        _log.warning("a batch of letters is settled one by one", exc_info=fates)
        fates = Counter()
        for verdict in verdicts:
            fates += await _settle_alone(premises, verdict)
    if fates[Fate.OPENED]:
        premises.opinions_waiting.set()
        premises.outbox_waiting.set()
    return fates


async def _opened(
    premises: Premises, waiting: Sequence[WaitingLetter], verdicts: list[Verdict]
) -> list[OpenedLetter]:
    """Unseal and read letters; add to ``verdicts`` those on what cannot be read.

    Raises:
        ReaderUnavailable: All of them have to wait.
    """
    await premises.shelf()
    house = premises.house
    raws: dict[int, RawLetter] = {}
    turn = Turn()
    for letter in waiting:
        unsealing = partial(letter.opened, house.seal)
        raw = await outcome(_thought_out(turn, unsealing, size=len(letter.sealed)))
        if isinstance(raw, Exception):
            verdicts += _given_up(house, letter.arrival_id, raw)
        else:
            raws[letter.arrival_id] = raw
    readings = await premises.reading_room.read([raw.content for raw in raws.values()])
    opened: list[OpenedLetter] = []
    readings = await _checked(premises, list(raws.values()), readings)
    turn = Turn()
    for (arrival_id, raw), found in zip(raws.items(), readings, strict=True):
        if isinstance(found, Broken):
            verdicts += _given_up(house, arrival_id, found)
            continue
        opening = partial(reading.opened, house, arrival_id, raw, found)
        one = await outcome(_thought_out(turn, opening, size=len(raw.content)))
        if isinstance(one, Exception):
            verdicts += _given_up(house, arrival_id, one)
        else:
            opened.append(one)
    return opened


async def _thought_about(
    premises: Premises, opened: Sequence[OpenedLetter]
) -> list[OpenedLetter]:
    """Return letters with what was thought about them, where there are many."""
    notices = premises.house.shelf.notices
    classifiers = {notice.slug: notice.classifier for notice in notices}
    asked = reading.questions(premises.house, opened)
    answers = await premises.thinking.answers(classifiers, list(asked.values()))
    if answers is None:
        return list(opened)
    thoughts = {
        arrival_id: forethought.answered(notices, answer)
        for arrival_id, answer in zip(asked, answers, strict=True)
    }
    return [replace(one, thought=thoughts.get(one.arrival_id)) for one in opened]


async def _checked(
    premises: Premises, raws: Sequence[RawLetter], readings: list[Reading | Broken]
) -> list[Reading | Broken]:
    """Return ``readings`` with what we find about signatures, where we are to look."""
    check = premises.signature_check
    if check is None:
        return readings
    words = await asyncio.gather(*(outcome(check(raw.content)) for raw in raws))
    for word in words:
        if isinstance(word, Exception):
            _log.error("a signature could not be checked", exc_info=word)
    return [
        found.with_word(word)
        if isinstance(found, Reading) and isinstance(word, Authentication)
        else found
        for found, word in zip(readings, words, strict=True)
    ]


async def _thought_out(turn: Turn, work: Callable[[], Result], *, size: int) -> Result:
    """Do ``work`` on a letter of that size without keeping everything else waiting."""
    if size >= LARGE:
        return await asyncio.to_thread(work)
    await turn.pass_on_when_over()
    return work()


def _given_up(house: House, arrival_id: int, why: Exception | Broken) -> list[Verdict]:
    """Return the verdict on a letter that broke its reader; none: it has to wait.

    An `AppError` says something of the house and not of the letter: no office is set
    up yet, or the secret is not the one that sealed it.
    """
    facts: dict[str, object] = {"arrival_id": arrival_id}
    if isinstance(why, AppError):
        _log.warning("a letter has to wait", extra=facts | {"code": why.code})
        return []
    if isinstance(why, Broken):
        facts |= {"cause": why.cause.value, "trace": why.trace}
        _log.error("a letter broke its reader", extra=facts)
    else:
        _log.error("a letter broke its reader", extra=facts, exc_info=why)
    # What it would be known again by could not be found out, so it repeats no other.
    key = house.seal.digest(str(arrival_id), purpose="broken letter")
    return [
        Verdict(
            arrival_id=arrival_id,
            arrival_key=key.hex(),
            held=HoldReason.BROKE_READER,
        )
    ]


async def _settle(premises: Premises, verdicts: Sequence[Verdict]) -> Counter[Fate]:
    if not verdicts:
        return Counter()
    async with premises.database.writing() as session:
        fates = await settling.settle_all(
            session, verdicts, settings=premises.settings, now=premises.clock()
        )
    return Counter(fates.values())


async def _settle_alone(premises: Premises, verdict: Verdict) -> Counter[Fate]:
    """Settle one letter, or hold it; one that met a database in trouble waits."""
    fates = await outcome(_settle(premises, [verdict]))
    if not isinstance(fates, Exception):
        return fates
    if is_passing(fates):
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
