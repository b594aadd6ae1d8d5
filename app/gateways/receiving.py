"""Receiving what follows DATA: in pieces, never more than allowed, dots undone."""

import asyncio
from typing import Final

PIECE: Final = 2**16
"""The largest piece that is read at once, in bytes: the limit of the reader."""

GRACE: Final = 300.0
"""Seconds that a client has before the slowest rate counts; a block of data may take
three minutes (RFC 5321, section 4.5.3.2.5)."""

SLOWEST: Final = 512.0
"""Bytes a second that a client has to reach after that."""

LONGEST: Final = 3_600.0
"""Seconds after which a letter has to be complete, whatever its rate."""

_END: Final = b"\r\n.\r\n"


class TooMuchData(Exception):
    """The letter is larger than allowed; its end was reached, and none of it kept."""


class EndlessData(Exception):
    """The letter is far larger than allowed, and its end was not waited for."""


class Quota:
    """The bytes of letters that are under way at once, over all connections."""

    def __init__(self, most: int) -> None:
        """Allow ``most`` bytes."""
        self._most = most
        self._taken = 0

    def take(self, size: int) -> bool:
        """Take ``size`` bytes of the quota; False: there are not so many left."""
        if self._taken + size > self._most:
            return False
        self._taken += size
        return True

    def give_back(self, size: int) -> None:
        """Give ``size`` bytes back."""
        self._taken -= size


class QuotaExceeded(Exception):
    """Too much is under way at once; the letter was read to its end and dropped."""


class Receiver:
    """Reads one letter from a connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        *,
        most: int,
        quota: Quota,
        grace: float = GRACE,
    ) -> None:
        """Take at most ``most`` bytes, and no more than ``quota`` has left."""
        self._reader = reader
        self._grace = grace
        self._begun_at = asyncio.get_running_loop().time()
        self._most = most
        self._quota = quota
        self._pieces: list[bytes] = []
        self._size = 0
        self._taken = 0

    async def receive(self) -> bytes:
        r"""Return the letter up to ``\r\n.\r\n``, its dots undone (RFC 5321, 4.5.2).

        Only that sequence ends a letter: a reader that takes ``\n.\n`` for the end lets
        a second letter be smuggled in within the first.

        Raises:
            TooMuchData: It is larger than allowed.
            EndlessData: It is so much larger that its end was not waited for.
            QuotaExceeded: Too much is under way at once.
            TimeoutError: It comes too slowly.
            asyncio.IncompleteReadError: The connection ended.
        """
        tail = _END[:2]
        dropped: type[Exception] | None = None
        try:
            while True:
                piece, at_dot = await self._piece()
                self._size += len(piece)
                if self._size > 2 * self._most + PIECE:
                    raise EndlessData
                dropped = dropped or self._keep(piece)
                if at_dot and (tail + piece[-len(_END) :]).endswith(_END):
                    break
                tail = (tail + piece[-2:])[-2:]
            if dropped is not None:
                raise dropped
            return self._content()
        finally:
            self._quota.give_back(self._taken)

    async def _piece(self) -> tuple[bytes, bool]:
        """Return the next bytes, and whether they end where a letter could end."""
        async with asyncio.timeout_at(self._deadline()):
            try:
                return await self._reader.readuntil(_END[2:]), True
            except asyncio.LimitOverrunError as overrun:
                return await self._reader.readexactly(overrun.consumed), False

    def _deadline(self) -> float:
        """Return when the next piece has to be here: a slow line earns time by bytes.

        One that only wants to hold the connection does not.
        """
        return self._begun_at + min(self._grace + self._size / SLOWEST, LONGEST)

    def _keep(self, piece: bytes) -> type[Exception] | None:
        """Keep ``piece``; or drop all, and return what the letter is refused with."""
        if self._size > self._most + len(_END):
            self._pieces.clear()
            return TooMuchData
        if not self._quota.take(len(piece)):
            self._pieces.clear()
            return QuotaExceeded
        self._taken += len(piece)
        self._pieces.append(piece)
        return None

    def _content(self) -> bytes:
        data = b"".join(self._pieces)[: -len(_END) + 2]
        if data.startswith(b"."):
            data = data[1:]
        return data.replace(b"\r\n.", b"\r\n")
