"""A learner's process, seen from the service."""

import signal
from collections.abc import AsyncIterator

from app.classroom.apart import NoAnswerError, answered
from app.classroom.lesson import Trial
from app.errors import AppError
from app.teaching import Teaching


class LearningFailed(AppError):
    """No model came of a lesson; the one in use stays."""

    code = "learning_failed"


async def taught_by(
    teaching: Teaching, lesson: AsyncIterator[bytes]
) -> tuple[Trial, bytes]:
    """Have a process learn from the frames of ``lesson``; return trial and candidate.

    Raises:
        LearningFailed: It took too much time or memory, or failed.
    """
    seconds = teaching.learner_cpu_seconds
    words = [str(teaching.learner_memory_mb), str(seconds)]
    try:
        trial, model = await answered(
            "app.classroom.learner", words, lesson, answers=2, cpu_seconds=seconds
        )
        return Trial.from_bytes(trial), model
    except NoAnswerError as error:
        raise LearningFailed(_why(error)) from None
    except (KeyError, TypeError, ValueError):
        raise LearningFailed("the learner said nothing that makes sense") from None


def _why(error: NoAnswerError) -> str:
    if error.code is None:
        return f"the learner {error}"
    if error.code == -signal.SIGXCPU:
        return "learning took more CPU time than HUIYIN_LEARNER_CPU_SECONDS"
    if error.code == -signal.SIGKILL:
        return "the learner was ended by the system"
    return "the learner failed; more memory may help: HUIYIN_LEARNER_MEMORY_MB"
