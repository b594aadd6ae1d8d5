import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from app.errors import Conflict
from app.workers import loop
from app.workers.loop import Job

Work = Callable[[], Awaitable[int]]


async def rounds(work: Work, *, until: Callable[[], bool], every: float = 0.01) -> bool:
    """Run ``work`` in rounds until ``until`` is true; say whether it came to that."""
    stop = asyncio.Event()
    job = Job(name="job", work=work, wake=asyncio.Event(), every=every)
    running = asyncio.create_task(loop.run([job], stop=stop))
    reached = False
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            while not (reached := until()):  # noqa: ASYNC110 - the work knows of no event
                await asyncio.sleep(0.001)
    stop.set()
    await asyncio.wait_for(running, 1)
    return reached


async def test_rounds_follow_while_there_is_something_to_do() -> None:
    left = [3]

    async def work() -> int:
        left[0] -= 1
        return max(left[0], 0)

    assert await rounds(work, until=lambda: left[0] == 0, every=60)


async def test_a_round_is_made_although_nobody_woke_the_worker() -> None:
    done: list[int] = []

    async def work() -> int:
        done.append(1)
        return 0

    assert await rounds(work, until=lambda: len(done) == 3)


async def test_a_worker_that_is_woken_does_not_wait() -> None:
    done: list[int] = []
    stop, wake = asyncio.Event(), asyncio.Event()

    async def work() -> int:
        done.append(1)
        return 0

    job = Job(name="job", work=work, wake=wake, every=60)
    running = asyncio.create_task(loop.run([job], stop=stop))
    await asyncio.sleep(0.01)
    wake.set()
    await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(running, 1)

    assert len(done) == 2


async def test_a_round_that_fails_is_told_and_made_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "FIRST_PAUSE", 0.001)
    done: list[int] = []

    async def work() -> int:
        done.append(1)
        if len(done) == 1:
            raise ZeroDivisionError
        return 0

    assert await rounds(work, until=lambda: len(done) == 2)

    (record,) = caplog.records
    assert (record.levelno, record.__dict__["job"]) == (logging.ERROR, "job")


async def test_what_is_expected_to_go_wrong_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "FIRST_PAUSE", 0.001)
    done: list[int] = []

    async def work() -> int:
        done.append(1)
        raise Conflict("not now")

    assert await rounds(work, until=lambda: len(done) == 2)

    assert {record.__dict__["code"] for record in caplog.records} == {"conflict"}
    assert not any(record.exc_info for record in caplog.records)


async def test_a_job_that_fails_does_not_stop_the_others() -> None:
    stop = asyncio.Event()
    done: list[int] = []

    async def broken() -> int:
        raise ZeroDivisionError

    async def sound() -> int:
        done.append(1)
        return 0

    jobs = [
        Job(name=work.__name__, work=work, wake=asyncio.Event(), every=0.001)
        for work in (broken, sound)
    ]
    running = asyncio.create_task(loop.run(jobs, stop=stop))
    await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(running, 1)

    assert len(done) > 1


async def test_the_round_under_way_is_finished() -> None:
    finished: list[int] = []

    async def work() -> int:
        await asyncio.sleep(0.05)
        finished.append(1)
        return 1

    stop = asyncio.Event()
    job = Job(name="job", work=work, wake=asyncio.Event())
    running = asyncio.create_task(loop.run([job], stop=stop))
    await asyncio.sleep(0.01)
    stop.set()
    await running

    assert finished == [1]
