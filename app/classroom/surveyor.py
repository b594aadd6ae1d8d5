"""A survey's process, seen from the service: given opinions, waited for, ended."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from app.classroom.lesson import FRAME, MOST_FRAME
from app.classroom.survey import Found, Terms, found_from_bytes, opinions_as_bytes
from app.errors import AppError

Opinions = Sequence[tuple[str, str]]
"""Subjects and texts."""

PATIENCE: Final = 4
"""How many times its CPU time a survey may take: it gives way to everything else."""

_ENDS_WITHIN: Final = 5.0
_BEGIN: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from app.classroom.survey import main; main(sys.argv[2:])"
)
_ROOT: Final = str(Path(__file__).parents[2])
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class SurveyFailed(AppError):
    """No topics came of a survey; those of the last one stay."""

    code = "survey_failed"


async def topics_of(chunks: AsyncIterator[Opinions], terms: Terms) -> list[Found]:
    """Have a process find the hot topics of the opinions in ``chunks``.

    The process ends with this call, however that ends.

    Raises:
        SurveyFailed: It took too much time or memory, or failed.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-B", "-c", _BEGIN, _ROOT,
            json.dumps(asdict(terms)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_ONE_THREAD,
            cwd="/",
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise SurveyFailed(f"no survey can be started: {error.strerror}") from None
    try:
        async with asyncio.timeout(PATIENCE * terms.cpu_seconds):
            return await _made(process, chunks)
    except TimeoutError:
        raise SurveyFailed("a survey took too long") from None
    except (EOFError, OSError, KeyError, TypeError, ValueError):
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDS_WITHIN):
                await process.wait()
        raise SurveyFailed(f"a survey failed with {process.returncode}") from None
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _made(
    process: asyncio.subprocess.Process, chunks: AsyncIterator[Opinions]
) -> list[Found]:
    pen, ear = process.stdin, process.stdout
    if pen is None or ear is None:
        raise EOFError
    async for chunk in chunks:
        frame = opinions_as_bytes(chunk)
        pen.write(FRAME.pack(len(frame)) + frame)
        await pen.drain()
    pen.write(FRAME.pack(0))
    await pen.drain()
    pen.close()
    (size,) = FRAME.unpack(await ear.readexactly(FRAME.size))
    if size > MOST_FRAME:
        raise ValueError("a frame is too large")
    return found_from_bytes(await ear.readexactly(size))
