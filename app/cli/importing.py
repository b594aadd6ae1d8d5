"""Importing: letters from files into the house, a batch at a time, each but once.

A letter that was kept before, by an earlier run or by another door, is known by its
bytes and passed over; what an earlier run kept and could not settle is settled first.
So an import that was broken off, however roughly, is simply started again.
"""

import hashlib
import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import click

from app.gateways.moments import moment_of_receipt
from app.gateways.spool import letters_in
from app.gateways.spooled import SpooledLetter
from app.premises import Premises
from app.services import arrivals
from app.services.arrivals import Envelope, RawLetter, WaitingLetter
from app.workers import letters

BATCH: Final = arrivals.MOST_AT_ONCE
BATCH_BYTES: Final = arrivals.MOST_BYTES_AT_ONCE
WAITING: Final = "waiting"

_DIGITS: Final = 16
"""Digits of a digest that are compared: eight bytes of memory for each letter, and no
two letters alike in them before there are thousands of millions."""


@dataclass(slots=True)
class Taken:
    """What an import has come to so far."""

    fates: Counter[str] = field(default_factory=Counter)
    known: int = 0
    """Letters that were kept before."""

    settled_before: int = 0
    """Letters that an earlier run had kept, and that got their fate only now."""

    too_large: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    """Files that could not be read, or not to their end, each with the reason."""


@dataclass(frozen=True, slots=True)
class KeptBefore:
    """Which letters were kept when the import began."""

    digests: "array[int]"

    @classmethod
    async def at(cls, premises: Premises) -> Self:
        """Look at what is kept in ``premises``."""
        async with premises.database.reading() as session:
            found = array("Q")
            async for digest in arrivals.content_digests(session):
                found.append(int(digest[:_DIGITS], 16))
        return cls(array("Q", sorted(found)))

    def __contains__(self, content: bytes) -> bool:
        """Return whether this very letter is among them."""
        digest = int(hashlib.sha256(content).hexdigest()[:_DIGITS], 16)
        place = bisect_left(self.digests, digest)
        return place < len(self.digests) and self.digests[place] == digest


async def take_in(
    premises: Premises, files: Sequence[Path], *, acknowledge: bool, taken: Taken
) -> None:
    """Take all letters in ``files``, and note in ``taken`` how they fare."""
    taken.settled_before = await letters.settle_waiting(premises)
    kept_before = await KeptBefore.at(premises)
    most = premises.settings.max_letter_bytes
    total = sum(file.stat().st_size for file in files)
    with click.progressbar(length=total, label="letters", file=sys.stderr) as bar:
        for batch in _batches(files, most=most, unreadable=taken.unreadable):
            new = _new_among(batch, kept_before, taken)
            taken.fates += await _take(premises, new, acknowledge=acknowledge)
            bar.update(sum(letter.size for letter in batch))


def _new_among(
    batch: Sequence[SpooledLetter], kept_before: KeptBefore, taken: Taken
) -> list[SpooledLetter]:
    """Return the letters that are to be taken; note in ``taken`` what the rest is."""
    new = []
    for letter in batch:
        if letter.content is None:
            taken.too_large.append(letter.name)
        elif letter.content in kept_before:
            taken.known += 1
        else:
            new.append(letter)
    return new


async def _take(
    premises: Premises, batch: Sequence[SpooledLetter], *, acknowledge: bool
) -> Counter[str]:
    """Keep a batch of letters, then settle them; return their fates."""
    if not batch:
        return Counter()
    now = premises.clock()
    envelope = Envelope(sender=None, acknowledge=acknowledge, imported_at=now)
    rows = [
        arrivals.sealed_row(
            premises.house.seal,
            RawLetter(
                content=letter.content or b"",
                envelope=envelope,
                received_at=moment_of_receipt(
                    letter.content or b"", separator=letter.separator, now=now
                ),
            ),
        )
        for letter in batch
    ]
    async with premises.database.writing() as session:
        await arrivals.keep_all(session, rows)
    waiting = [
        WaitingLetter(
            arrival_id=row["id"],
            sealed=row["sealed"],
            sealed_envelope=row["sealed_envelope"],
            received_at=row["received_at"],
        )
        for row in rows
    ]
    await letters.settle(premises, waiting)
    async with premises.database.reading() as session:
        settled = await arrivals.settled(session, [row["id"] for row in rows])
    return Counter(
        f"{one.fate or WAITING} ({one.reason})" if one.reason else one.fate or WAITING
        for one in settled.values()
    )


def _batches(
    files: Sequence[Path], *, most: int, unreadable: list[str]
) -> Iterator[list[SpooledLetter]]:
    batch: list[SpooledLetter] = []
    size = 0
    for letter in _letters(files, most=most, unreadable=unreadable):
        batch.append(letter)
        size += len(letter.content or b"")
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _letters(
    files: Sequence[Path], *, most: int, unreadable: list[str]
) -> Iterator[SpooledLetter]:
    for file in files:
        try:
            yield from letters_in(file, most=most)
        except OSError as error:
            unreadable.append(f"{file}: {error.strerror}")
