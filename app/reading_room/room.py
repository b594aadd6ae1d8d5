"""The reading room: where letters are read, each by a reader that may die of it.

A few readers (`reader`) are started when there is something to read and kept. A batch
goes to one of them over a socket, a few letters ahead, and for each letter in its turn
a reply comes back; so it is known which one was under way when a reader ended. That
one is broken, and the next is read by a new reader.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from app.errors import AppError
from app.mail.parts.limits import Limits
from app.mail.reading import NOTHING_MORE, Reading
from app.mail.view import Wish
from app.reading_room.coding import BadCoding, encode
from app.reading_room.conditions import Broken, Conditions
from app.reading_room.process import Ending, Reader
from app.settings import Settings

MOST_READERS: Final = 2
"""One for the letters that wait, one for somebody who wants to see a letter now."""

TRIES: Final = 3
"""A reader may be ended by somebody else, or be short of memory from letters before:
the letter under way is then read again."""

READ_WITHIN: Final = 60.0
"""Seconds that a reply may take on a busy machine, whatever the CPU time."""

_log = logging.getLogger(__name__)


def conditions_of(settings: Settings) -> Conditions:
    """Return under which conditions letters are read."""
    limits = Limits(
        # Mail systems add to a letter on its way; the doors measured it already.
        size=2 * settings.max_letter_bytes,
        depth=settings.max_letter_depth,
        parts=settings.max_letter_parts,
        header_fields=settings.max_letter_header_fields,
        header_bytes=settings.max_letter_header_bytes,
        line=settings.max_letter_line_bytes,
    )
    return Conditions(
        cpu_seconds=settings.reader_cpu_seconds,
        memory_mb=settings.reader_memory_mb,
        limits=limits,
    )


class ReaderUnavailable(AppError):
    """No reader can be started; letters wait until one can."""

    code = "reader_unavailable"


class ReadingRoom:
    """Reads letters outside this process; any number of tasks may ask at once."""

    def __init__(
        self, conditions: Conditions | None = None, *, within: float = READ_WITHIN
    ) -> None:
        """Prepare; the first letter starts the first reader."""
        self._words = (conditions or Conditions()).as_words()
        self._within = within
        self._idle: list[Reader] = []
        self._seats = asyncio.Semaphore(MOST_READERS)

    async def read(
        self, letters: Sequence[bytes], *, wish: Wish = NOTHING_MORE
    ) -> list[Reading | Broken]:
        """Read ``letters``; return for each what it came to, in order.

        Raises:
            ReaderUnavailable: No reader can be started.
        """
        found: list[Reading | Broken] = []
        words = encode(wish, Wish).text if wish != NOTHING_MORE else b""
        tries = 0
        async with self._seats:
            while len(found) < len(letters):
                before = len(found)
                ending = await self._go_on(letters, found, words)
                if ending is None:
                    break
                tries = tries + 1 if len(found) == before else 1
                if ending.by_letter or tries >= TRIES:
                    found.append(Broken(cause=ending.cause))
                    tries = 0
        return found

    async def read_one(
        self, letter: bytes, *, wish: Wish = NOTHING_MORE
    ) -> Reading | Broken:
        """Read one letter.

        Raises:
            ReaderUnavailable: No reader can be started.
        """
        (reading,) = await self.read([letter], wish=wish)
        return reading

    async def close(self) -> None:
        """Send the readers away."""
        while self._idle:
            self._idle.pop().end()

    async def _go_on(
        self, letters: Sequence[bytes], found: list[Reading | Broken], wish: bytes
    ) -> Ending | None:
        """Read on behind ``found`` until all is read, or a reader ends: how it did."""
        reader = await self._take()
        try:
            ending = await reader.read(letters, found, wish=wish, within=self._within)
        except BaseException:
            reader.end()
            raise
        if ending is None and reader.is_tired:
            reader.end()
        elif ending is None:
            self._idle.append(reader)
        return ending

    async def _take(self) -> Reader:
        """Return a reader that has nothing to do, or a new one."""
        while self._idle:
            reader = self._idle.pop()
            if reader.process.poll() is None:
                return reader
            reader.end()
        return await self._start()

    async def _start(self) -> Reader:
        try:
            reader = Reader(self._words)
        except OSError as error:
            raise ReaderUnavailable(
                f"no reader can be started: {error.strerror}"
            ) from None
        try:
            await reader.prepare()
        except (OSError, EOFError, TimeoutError):
            reader.end()
            raise ReaderUnavailable("a reader ended before it was ready") from None
        except BadCoding:
            reader.end()
            raise ReaderUnavailable(
                "the program was replaced by another version: start the service again"
            ) from None
        except BaseException:
            reader.end()
            raise
        _log.debug("a reader has begun", extra={"process": reader.process.pid})
        return reader
