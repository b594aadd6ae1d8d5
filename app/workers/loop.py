"""The loop of the workers: what runs again and again, and goes on when a round fails.

This is the only place that catches every error: a worker that stopped would go
unnoticed until somebody missed a letter.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from app.errors import AppError

Result = TypeVar("Result")

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
"""Seconds to wait after a round that failed; doubled each time, up to the longest."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that is done in rounds for as long as the service runs."""

    name: str

    work: Callable[[], Awaitable[int]]
    """One round; returns how much it got done."""

    wake: asyncio.Event
    """Set when there is something to do; cleared here."""

    every: float = 5.0
    """Seconds after which a round is made although nobody woke the worker."""


async def run(jobs: Sequence[Job], *, stop: asyncio.Event) -> None:
    """Do ``jobs`` until ``stop`` is set; return when the last round is over."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(_repeat(job, stop))
        await stop.wait()
        for job in jobs:
            job.wake.set()


async def outcome(work: Awaitable[Result]) -> Result | Exception:
    """Return what ``work`` comes to, or its error: one item must not stop the next."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - see the module
        return error


async def _repeat(job: Job, stop: asyncio.Event) -> None:
    pause = FIRST_PAUSE
    while not stop.is_set():
        job.wake.clear()
        done = await outcome(job.work())
        if isinstance(done, Exception):
            _complain(job, done)
            await _within(pause, stop)
            pause = min(2 * pause, LONGEST_PAUSE)
            continue
        pause = FIRST_PAUSE
        if done == 0 and not stop.is_set():
            await _within(job.every, job.wake)


async def whole(work: Awaitable[Result]) -> Result:
    """Do ``work`` to its end even where it is cancelled meanwhile.

    What the store was asked for is then either done or not, and never in between.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


async def _within(seconds: float, event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _complain(job: Job, error: Exception) -> None:
    if isinstance(error, AppError):
        _log.warning("a round failed", extra={"job": job.name, "code": error.code})
        return
    _log.error("a round failed", extra={"job": job.name}, exc_info=error)
