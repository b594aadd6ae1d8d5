"""Precedence: what goes first while it is being done, and what gives way to it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Precedence:
    """The right of one kind of work to go before others in this process."""

    def __init__(self) -> None:
        """Nothing is being done as yet."""
        self._free = asyncio.Event()
        self._free.set()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Let those who `give_way` wait meanwhile."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    async def give_way(self, *, longest: float) -> None:
        """Wait until nobody goes first any more, ``longest`` seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(longest):
                await self._free.wait()
