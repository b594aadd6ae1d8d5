"""Inspection: every letter of a collection is read and compared, by a few readers.

All take from one stream of entries, so that none is kept in memory but those that are
read at that moment.
"""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Final

from app.checking import second_look, verdicts
from app.checking.bench import Bench
from app.checking.collection import Entry, What
from app.checking.points import Point
from app.checking.tally import Finding, Tally
from app.domain.vocabulary import HoldReason
from app.mail.machinery.automatic import may_be_answered
from app.mail.machinery.signs import SilenceReason
from app.mail.parts.limits import Excess
from app.mail.reading import Reading
from app.reading_room.conditions import Broken, Cause, Conditions

READERS: Final = 2

_READER: Final = str(Path("app", "mail"))


async def inspect(
    entries: Iterator[Entry],
    tally: Tally,
    *,
    conditions: Conditions,
    progress: Callable[[], None],
) -> None:
    """Read and compare all ``entries``; ``progress`` is called after each.

    Raises:
        ReaderUnavailable: No reader can be started.
    """
    benches = [Bench(conditions) for _ in range(READERS)]

    async def take(bench: Bench) -> None:
        for entry in entries:
            await _inspect(entry, tally, bench)
            progress()

    try:
        ends = await asyncio.gather(*map(take, benches), return_exceptions=True)
    finally:
        for bench in benches:
            bench.close()
    for end in ends:
        if end is not None:
            raise end


async def _inspect(entry: Entry, tally: Tally, bench: Bench) -> None:
    tally.letters += entry.what in {What.LETTER, What.TOO_LARGE}
    tally.variants += entry.what is What.VARIANT
    if entry.what is What.OTHER:
        tally.find(Finding.OTHER, entry.name)
    elif entry.what is What.UNREADABLE:
        tally.find(Finding.UNREADABLE, entry.name)
    elif entry.what is What.TOO_LARGE:
        tally.hold(f"{HoldReason.UNREADABLE} ({Excess.SIZE})", entry.name)
    elif entry.what in {What.TEXT, What.FILE}:
        tally.texts += entry.what is What.TEXT
        _compare(entry, tally, entry.compare)
    else:
        await _read(entry, tally, bench)


async def _read(entry: Entry, tally: Tally, bench: Bench) -> None:
    measured = await bench.read(entry.raw)
    found = measured.found
    tally.bytes_read += len(entry.raw)
    tally.spend(entry.name, cpu_seconds=measured.cpu_seconds, peak_mb=measured.peak_mb)
    if isinstance(found, Broken):
        tally.hold(f"{HoldReason.BROKE_READER} ({found.cause})", entry.name)
        if found.cause is Cause.ERROR:
            tally.find(Finding.EXCEPTION, entry.name, found.trace)
        return
    if entry.what is What.LETTER:
        _look_at(entry, tally, found)
    for judge in entry.judges:
        _compare(entry, tally, partial(judge, found))


def _look_at(entry: Entry, tally: Tally, reading: Reading) -> None:
    """Count what can be said of a letter without any expectation."""
    reason = verdicts.held_reason(reading)
    if reason is not None:
        tally.hold(reason, entry.name)
    letter = reading.letter
    if letter is None:
        return
    if verdicts.has_replacement(letter):
        sent = second_look.sends_replacement(entry.raw)
        finding = Finding.REPLACED_BY_SENDER if sent else Finding.REPLACED
        tally.find(finding, entry.name)
    if verdicts.is_empty_wrongly(letter, entry.raw):
        tally.find(Finding.EMPTY, entry.name)
    by_list = letter.silence in {SilenceReason.LIST, SilenceReason.BULK}
    tally.by_list += by_list
    if by_list and letter.automatic:
        tally.find(Finding.AUTOMATIC_BY_LIST, entry.name, letter.automatic)
    tally.answerable += may_be_answered(letter, None)[0]
    if letter.sent_on:
        tally.find(Finding.FORWARD, entry.name)
    if letter.marks:
        kinds = dict.fromkeys(each.what for each in letter.marks)
        tally.find(Finding.MARKED, entry.name, " ".join(kinds))


def _compare(entry: Entry, tally: Tally, compare: Callable[[], list[Point]]) -> None:
    """Compare; what fails in our reading is an exception, else in the expectation."""
    try:
        tally.judge(entry.name, compare())
    except Exception as error:  # noqa: BLE001 - one that fails must not end the rest
        frames = extract_tb(error.__traceback__)
        where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in frames)
        ours = any(_READER in one.filename for one in frames)
        finding = Finding.EXCEPTION if ours else Finding.INCOMPARABLE
        tally.find(finding, entry.name, f"{type(error).__name__} at {where}")
