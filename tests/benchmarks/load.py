"""The load: requests and letters over kept-alive loopback connections, bounded.

Plain sockets, because on two cores a heavy client would measure itself.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

HOST = "127.0.0.1"

Make = Callable[[int], bytes]
Worker = Callable[[Iterator[int], float], Awaitable[list[float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run came to."""

    done: int
    seconds: float
    slowest_ms: float
    """The 99th percentile."""

    @property
    def per_second(self) -> float:
        """How many were answered in a second."""
        return self.done / self.seconds


async def requests(
    port: int, make: Make, *, concurrency: int, seconds: float
) -> Measured:
    """Send what ``make(n)`` returns until ``seconds`` are over.

    Raises:
        RuntimeError: An answer was neither 200 nor 201.
    """
    worker = partial(_requester, port, make)
    return await _measure(worker, concurrency=concurrency, seconds=seconds)


async def letters(
    port: int, make: Make, *, recipient: str, concurrency: int, seconds: float
) -> Measured:
    """Send letters, many over each connection, until ``seconds`` are over.

    Raises:
        RuntimeError: A reply was not the one of a letter taken.
    """
    worker = partial(_postman, port, make, recipient)
    return await _measure(worker, concurrency=concurrency, seconds=seconds)


async def _measure(worker: Worker, *, concurrency: int, seconds: float) -> Measured:
    numbers = iter(range(1, 10_000_000))
    start = time.perf_counter()
    until = start + seconds
    times = await asyncio.gather(*(worker(numbers, until) for _ in range(concurrency)))
    took = time.perf_counter() - start
    every = sorted(one for some in times for one in some)
    return Measured(
        done=len(every),
        seconds=took,
        slowest_ms=1000 * every[int(len(every) * 0.99)] if every else 0.0,
    )


async def _requester(
    port: int, make: Make, numbers: Iterator[int], until: float
) -> list[float]:
    reader, writer = await asyncio.open_connection(HOST, port)
    times = []
    while (start := time.perf_counter()) < until:
        writer.write(make(next(numbers)))
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 201 " not in head[:16] and b" 200 " not in head[:16]:
            raise RuntimeError(head.decode("latin-1") + str(await reader.read(2000)))
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(time.perf_counter() - start)
    writer.close()
    return times


async def _postman(
    port: int, make: Make, recipient: str, numbers: Iterator[int], until: float
) -> list[float]:
    reader, writer = await asyncio.open_connection(HOST, port)
    await _reply(reader, b"220")
    await _say(reader, writer, b"EHLO load.example", b"250")
    times = []
    while (start := time.perf_counter()) < until:
        await _say(reader, writer, b"MAIL FROM:<load@example.org>", b"250")
        await _say(reader, writer, f"RCPT TO:<{recipient}>".encode(), b"250")
        await _say(reader, writer, b"DATA", b"354")
        await _say(reader, writer, make(next(numbers)) + b"\r\n.", b"250")
        times.append(time.perf_counter() - start)
    writer.close()
    return times


async def _say(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    words: bytes,
    expected: bytes,
) -> None:
    writer.write(words + b"\r\n")
    await _reply(reader, expected)


async def _reply(reader: asyncio.StreamReader, expected: bytes) -> None:
    while True:
        line = await reader.readline()
        if not line.startswith(expected):
            raise RuntimeError(f"expected {expected!r}, got {line!r}")
        if line[3:4] == b" ":
            return
