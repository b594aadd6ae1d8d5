"""One reader's process, seen from outside: started, spoken with, ended."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.mail.reading import Reading
from app.reading_room.coding import BadCoding, decode
from app.reading_room.conditions import (
    LETTER_HEAD,
    READY,
    REPLY_HEAD,
    Broken,
    Cause,
    Reply,
)

READY_WITHIN: Final = 30.0

_AHEAD: Final = 2**16
"""Bytes of letters that are sent ahead: no more than a socket takes at once, or both
sides would wait for each other."""

_PIECE: Final = 2**16
_MOST_BESIDES: Final = 32 * 2**20
_MOST_TIMES: Final = 4
"""A reply is at most so much, and so many times as large as its letter."""

_TIRED_AFTER: Final = 2**26
"""Bytes after which a new reader takes over; beginning costs as much as 0.1 s."""

_BEGIN: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from app.reading_room.reader import main; main(sys.argv[2])"
)
_ROOT: Final = str(Path(__file__).parents[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a reader ended."""

    cause: Cause

    by_letter: bool
    """Whether the letter under way is to blame for certain: not somebody outside, nor
    the memory that letters before it took."""


class Reader:
    """One reader's process, seen from outside."""

    def __init__(self, words: str) -> None:
        """Start it.

        Raises:
            OSError: The system has no process, memory or descriptor left.
        """
        self._pipe, theirs = socket.socketpair()
        with theirs:
            try:
                self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
                    [sys.executable, "-I", "-B", "-c", _BEGIN, _ROOT, words],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    env={},
                    cwd="/",
                    start_new_session=True,
                )
            except OSError:
                self._pipe.close()
                raise
        self._pipe.setblocking(False)
        self._kept = bytearray()
        self._bytes_read = 0

    @property
    def is_tired(self) -> bool:
        """Whether it has read so much that its memory may be in pieces."""
        return self._bytes_read >= _TIRED_AFTER

    async def prepare(self) -> None:
        """Return once it is ready.

        Raises:
            EOFError, OSError, TimeoutError: It will never be.
            BadCoding: It is of another version.
        """
        async with asyncio.timeout(READY_WITHIN):
            if await self._receive(len(READY)) != READY:
                raise BadCoding("another version")

    async def read(
        self,
        letters: Sequence[bytes],
        found: list[Reading | Broken],
        *,
        wish: bytes = b"",
        within: float,
    ) -> Ending | None:
        """Read on behind ``found``; return how the reader ended, None: it has not.

        ``wish`` is the JSON of what is wanted of each; empty: nothing out of the way.
        """
        try:
            await self._read(letters, found, wish=wish, within=within)
        except TimeoutError:
            self.end()
            return Ending(cause=Cause.TIME, by_letter=True)
        except (OSError, EOFError, BadCoding):
            cause = self.end()
            return Ending(cause=cause, by_letter=cause is Cause.CPU)
        except _OutOfMemoryError:
            self.end()
            return Ending(cause=Cause.MEMORY, by_letter=not self._bytes_read)
        return None

    def end(self) -> Cause:
        """End it, if it has not ended; return why it did."""
        self._pipe.close()
        self.process.kill()
        code = self.process.wait()
        return Cause.CPU if code == -signal.SIGPROF else Cause.CRASH

    async def _read(
        self,
        letters: Sequence[bytes],
        found: list[Reading | Broken],
        *,
        wish: bytes,
        within: float,
    ) -> None:
        sent, ahead = len(found), 0
        while len(found) < len(letters):
            async with asyncio.timeout(within):
                if ahead <= _AHEAD // 2:
                    sent, ahead = await self._send_ahead(letters, sent, ahead, wish)
                size = len(letters[len(found)])
                reply = await self._reply(most=_MOST_TIMES * size + _MOST_BESIDES)
            ahead -= size
            self._bytes_read += size
            if reply.broken is not None and reply.broken.cause is Cause.MEMORY:
                raise _OutOfMemoryError
            found.append(_either(reply))

    async def _send_ahead(
        self, letters: Sequence[bytes], sent: int, ahead: int, wish: bytes
    ) -> tuple[int, int]:
        """Send the letters behind ``sent`` that may go; return the new state."""
        pieces: list[bytes] = []
        while sent < len(letters):
            size = len(letters[sent])
            if ahead and ahead + size > _AHEAD:
                break
            pieces += [LETTER_HEAD.pack(size, len(wish)), wish, letters[sent]]
            sent, ahead = sent + 1, ahead + size
        if ahead > _AHEAD:
            *heads, letter = pieces
            await self._send(b"".join(heads))
            await self._send(letter)
        elif pieces:
            await self._send(b"".join(pieces))
        return sent, ahead

    async def _send(self, content: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._pipe, content)

    async def _reply(self, *, most: int) -> Reply:
        head = await self._receive(REPLY_HEAD.size)
        text_size, blobs_size = REPLY_HEAD.unpack(head)
        if text_size + blobs_size > most:
            raise BadCoding("a reply is too large")
        text = await self._receive(text_size)
        blobs = await self._receive(blobs_size)
        reply: Reply = decode(text, blobs, Reply)
        return reply

    async def _receive(self, size: int) -> bytearray:
        """Return exactly ``size`` bytes.

        Raises:
            EOFError: The reader has ended.
        """
        loop = asyncio.get_running_loop()
        while len(self._kept) < size <= _PIECE:
            piece = await loop.sock_recv(self._pipe, _PIECE)
            if not piece:
                raise EOFError
            self._kept += piece
        if size <= len(self._kept):
            taken = self._kept[:size]
            del self._kept[:size]
            return taken
        return await self._receive_large(size)

    async def _receive_large(self, size: int) -> bytearray:
        loop = asyncio.get_running_loop()
        taken = bytearray(size)
        place = len(self._kept)
        taken[:place] = self._kept
        self._kept.clear()
        rest = memoryview(taken)
        while place < size:
            length = await loop.sock_recv_into(self._pipe, rest[place:])
            if not length:
                raise EOFError
            place += length
        return taken


class _OutOfMemoryError(Exception):
    """The reader said that its memory did not suffice."""


def _either(reply: Reply) -> Reading | Broken:
    """Return what the reply holds.

    Raises:
        BadCoding: It holds both or nothing.
    """
    if reply.reading is not None and reply.broken is None:
        return reply.reading
    if reply.broken is not None and reply.reading is None:
        return reply.broken
    raise BadCoding("a reply has to be one thing")
