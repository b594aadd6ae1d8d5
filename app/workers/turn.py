"""Turns at the event loop: long work in it lets everything else in now and then."""

import asyncio
import time
from typing import Final

LONGEST: Final = 0.005
"""Seconds of a turn. To let others in after each letter would be to do one letter for
each round that all who bring letters make: the more came, the fewer were read."""


class Turn:
    """The time that a piece of work has had the event loop for itself."""

    def __init__(self) -> None:
        """Begin a turn."""
        self._began = time.perf_counter()

    async def pass_on_when_over(self) -> None:
        """Let everything else in, and begin anew, if the turn has been long enough."""
        if time.perf_counter() - self._began >= LONGEST:
            await asyncio.sleep(0)
            self._began = time.perf_counter()
