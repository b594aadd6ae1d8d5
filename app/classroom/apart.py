"""A process apart, seen from the service: given frames, waited for, ended."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from app.classroom.lesson import FRAME, MOST_FRAME

PATIENCE: Final = 4
"""How many times its CPU time it may take: it gives way to everything else."""

_ENDS_WITHIN: Final = 5.0
"""Seconds in which a process that says no more has ended."""

_ROOT: Final = str(Path(__file__).parents[2])
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class NoAnswerError(Exception):
    """A process apart did not give its answer."""

    def __init__(self, why: str, *, code: int | None = None) -> None:
        """Say why; ``code`` is what it ended with, if it ended by itself."""
        super().__init__(why)
        self.code = code


async def answered(
    module: str,
    words: Sequence[str],
    frames: AsyncIterator[bytes],
    *,
    answers: int,
    cpu_seconds: int,
) -> list[bytes]:
    """Give ``frames`` to the ``main`` of a module in a process apart.

    Return as many frames as it is to answer with. It ends with this call, however
    that ends.

    Raises:
        NoAnswerError: It took too much time or memory, or failed.
    """
    begin = (
        f"import sys; sys.path.insert(0, sys.argv[1]);"
        f" from {module} import main; main(sys.argv[2:])"
    )
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-B", "-c", begin, _ROOT, *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_ONE_THREAD,
            cwd="/",
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise NoAnswerError(f"cannot be started: {error.strerror}") from None
    try:
        async with asyncio.timeout(PATIENCE * cpu_seconds):
            return await _talk(process, frames, answers)
    except TimeoutError:
        raise NoAnswerError("took too long") from None
    except (EOFError, OSError, KeyError, TypeError, ValueError):
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDS_WITHIN):
                await process.wait()
        code = process.returncode
        raise NoAnswerError(f"ended with {code}", code=code) from None
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _talk(
    process: asyncio.subprocess.Process, frames: AsyncIterator[bytes], answers: int
) -> list[bytes]:
    pen, ear = process.stdin, process.stdout
    if pen is None or ear is None:
        raise EOFError
    async for frame in frames:
        pen.write(FRAME.pack(len(frame)) + frame)
        await pen.drain()
    pen.write(FRAME.pack(0))
    await pen.drain()
    # Whatever misses something is to fail at once, and not to wait for it.
    pen.close()
    return [await _frame(ear) for _ in range(answers)]


async def _frame(source: asyncio.StreamReader) -> bytes:
    """Return the next frame.

    Raises:
        EOFError: The process has ended.
        ValueError: It is no frame of ours.
    """
    (size,) = FRAME.unpack(await source.readexactly(FRAME.size))
    if size > MOST_FRAME:
        raise ValueError("a frame is too large")
    return await source.readexactly(size)
