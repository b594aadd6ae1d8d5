"""A learner's process, seen from the service: given a lesson, waited for, ended."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from app.classroom.lesson import FRAME, MOST_FRAME, Trial
from app.errors import AppError
from app.teaching import Teaching

PATIENCE: Final = 4
"""How many times its CPU time a learner may take: it gives way to everything else."""

_ENDS_WITHIN: Final = 5.0
"""Seconds in which a learner that says no more has ended."""

_BEGIN: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from app.classroom.learner import main; main(sys.argv[2:])"
)
_ROOT: Final = str(Path(__file__).parents[2])
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class LearningFailed(AppError):
    """No model came of a lesson; the one in use stays."""

    code = "learning_failed"


async def taught_by(
    teaching: Teaching, lesson: AsyncIterator[bytes]
) -> tuple[Trial, bytes]:
    """Have a process learn from the frames of ``lesson``; return trial and candidate.

    The process ends with this call, however that ends.

    Raises:
        LearningFailed: It took too much time or memory, or failed.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-B", "-c", _BEGIN, _ROOT,
            str(teaching.learner_memory_mb), str(teaching.learner_cpu_seconds),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_ONE_THREAD,
            cwd="/",
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise LearningFailed(f"no learner can be started: {error.strerror}") from None
    try:
        async with asyncio.timeout(PATIENCE * teaching.learner_cpu_seconds):
            return await _hold(process, lesson)
    except TimeoutError:
        raise LearningFailed("learning took too long") from None
    except (EOFError, OSError, KeyError, TypeError, ValueError):
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDS_WITHIN):
                await process.wait()
        raise LearningFailed(_why(process.returncode)) from None
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _hold(
    process: asyncio.subprocess.Process, lesson: AsyncIterator[bytes]
) -> tuple[Trial, bytes]:
    pen, ear = process.stdin, process.stdout
    if pen is None or ear is None:
        raise EOFError
    async for frame in lesson:
        pen.write(FRAME.pack(len(frame)) + frame)
        await pen.drain()
    pen.write(FRAME.pack(0))
    await pen.drain()
    # A learner that misses something is to fail at once, and not to wait for it.
    pen.close()
    trial = Trial.from_bytes(await _frame(ear))
    return trial, await _frame(ear)


async def _frame(source: asyncio.StreamReader) -> bytes:
    """Return the next frame.

    Raises:
        EOFError: The learner has ended.
        ValueError: It is no frame of ours.
    """
    (size,) = FRAME.unpack(await source.readexactly(FRAME.size))
    if size > MOST_FRAME:
        raise ValueError("a frame is too large")
    return await source.readexactly(size)


def _why(code: int | None) -> str:
    if code == -signal.SIGXCPU:
        return "learning took more CPU time than HUIYIN_LEARNER_CPU_SECONDS"
    if code == -signal.SIGKILL:
        return "the learner was ended by the system"
    return "the learner failed; more memory may help: HUIYIN_LEARNER_MEMORY_MB"
