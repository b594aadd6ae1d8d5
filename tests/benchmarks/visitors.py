"""Visitors: many people who each open a page, read it, and open the next one.

Each has a connection of their own, as browsers do, and reads for a while that is now
short, now long (exponentially distributed), so that pages are asked for as if by
chance. A page that is late makes its visitor wait, and nobody else: there is no queue
on this side. Nobody reading at all gives the most that the server can do.
"""

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.load import HOST, Make

_WELL: Final = (b"200", b"201", b"304")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The pages that were opened, and how long each took to arrive, in order."""

    times: list[float]
    seconds: float
    size: int
    """Bytes of the last page as they were sent."""

    @property
    def per_second(self) -> float:
        """How many pages were opened in a second."""
        return len(self.times) / self.seconds

    def ms(self, share: float) -> float:
        """Return within which time ``share`` of the pages were there."""
        if not self.times:
            return 0.0
        return 1000 * self.times[min(int(len(self.times) * share), len(self.times) - 1)]


async def visit(
    port: int, make: Make, *, visitors: int, seconds: float, reading: float
) -> Visits:
    """Let ``visitors`` open what ``make(n)`` asks for, ``reading`` seconds on average.

    Raises:
        RuntimeError: An answer was no page.
    """
    numbers = iter(range(1, 10_000_000))
    start = time.perf_counter()
    until = start + seconds
    each = await asyncio.gather(
        *(_visitor(port, make, numbers, until, reading) for _ in range(visitors))
    )
    return Visits(
        times=sorted(one for times, _ in each for one in times),
        seconds=time.perf_counter() - start,
        size=max(size for _, size in each),
    )


async def _visitor(
    port: int, make: Make, numbers: Iterator[int], until: float, reading: float
) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection(HOST, port)
    times: list[float] = []
    size = 0
    # Nobody knows when the others came.
    await _read(reading * random.random(), until)
    while time.perf_counter() < until:
        asked = make(next(numbers))
        start = time.perf_counter()
        try:
            writer.write(asked)
            size = await _page(reader)
        except (ConnectionError, asyncio.IncompleteReadError):
            # Nobody keeps a line for whoever reads long; browsers open another one.
            writer.close()
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(asked)
            size = await _page(reader)
        times.append(time.perf_counter() - start)
        if reading:
            await _read(random.expovariate(1 / reading), until)
    writer.close()
    return times, size


async def _read(seconds: float, until: float) -> None:
    await asyncio.sleep(min(seconds, max(0.0, until - time.perf_counter())))


async def _page(reader: asyncio.StreamReader) -> int:
    """Take one answer in; return how many bytes it had."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    _, there, length = head.lower().partition(b"content-length:")
    size = int(length.split(b"\r\n")[0]) if there else 0
    body = await reader.readexactly(size)
    if status not in _WELL:
        raise RuntimeError((head + body[:2000]).decode(errors="replace"))
    return size
