"""Thinking: texts of a busy hour are thought about in a process of their own.

To say what a letter of three pages is about costs as much as all else that is done with
it. Where many wait, a second process thinks about the next ones while this one stores
those before; where few do, or that process fails, this one thinks itself.
"""

import asyncio
import logging
import os
import pickle
import signal
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import Final

from app.classify.ensemble import Classifier
from app.classify.thought import Answer, Question, answer

LEAST: Final = 16
"""So many questions are worth another process; it takes a second to begin."""

IDLE: Final = 60.0
"""Seconds after which a process that nobody asks is sent home, with its memory; so
long it is done without where it failed."""

_log = logging.getLogger(__name__)


class Thinking:
    """Thinks about texts; one process at most is kept for it."""

    def __init__(self, *, least: int = LEAST, idle: float = IDLE) -> None:
        """Prepare; the first large batch starts the process."""
        self._least = least
        self._idle = idle
        self._pool: ProcessPoolExecutor | None = None
        self._shown: dict[str, Classifier] = {}
        self._asking = asyncio.Lock()
        self._leave: asyncio.TimerHandle | None = None
        self._again_at = 0.0

    async def answers(
        self, classifiers: Mapping[str, Classifier], questions: Sequence[Question]
    ) -> list[Answer] | None:
        """Return what is thought about the texts of ``questions``, in order.

        None: they are too few, or the process fails: think where you need it.
        """
        loop = asyncio.get_running_loop()
        if len(questions) < self._least or loop.time() < self._again_at:
            return None
        async with self._asking:
            self._stay()
            try:
                return await self._asked(classifiers, questions)
            except (BrokenProcessPool, OSError) as error:
                _log.warning("nobody thinks ahead", extra={"cause": str(error)})
                self._dismiss()
                self._again_at = loop.time() + self._idle
                return None
            finally:
                self._leave = loop.call_later(self._idle, self._dismiss)

    async def close(self) -> None:
        """Send the process home."""
        self._stay()
        self._dismiss()

    async def _asked(
        self, classifiers: Mapping[str, Classifier], questions: Sequence[Question]
    ) -> list[Answer]:
        loop = asyncio.get_running_loop()
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1, mp_context=get_context("spawn"), initializer=_begin
            )
        wanted = {name for question in questions for name in question.candidates}
        if any(self._shown.get(name) is not classifiers[name] for name in wanted):
            names = wanted | (self._shown.keys() & classifiers.keys())
            shown = {name: classifiers[name] for name in names}
            # Bytes, so that they are made apart from the event loop. All in one piece,
            # so that what they have in common is there once.
            pickled = await asyncio.to_thread(pickle.dumps, shown)
            await loop.run_in_executor(self._pool, _take_up, pickled)
            self._shown = shown
        return await loop.run_in_executor(self._pool, _answers, list(questions))

    def _stay(self) -> None:
        if self._leave is not None:
            self._leave.cancel()
            self._leave = None

    def _dismiss(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None
        self._shown = {}


_classifiers: dict[str, Classifier] = {}
"""What the process thinks by."""


def _begin() -> None:
    """Leave Ctrl-C to the service, and end where it ends, however that happens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_service, daemon=True).start()


def _end_with_the_service() -> None:
    service = parent_process()
    if service is not None:
        service.join()
        os._exit(0)


def _take_up(classifiers: bytes) -> None:
    _classifiers.clear()
    _classifiers.update(pickle.loads(classifiers))  # noqa: S301 - the service's own


def _answers(questions: Sequence[Question]) -> list[Answer]:
    return [answer(_classifiers, question) for question in questions]
