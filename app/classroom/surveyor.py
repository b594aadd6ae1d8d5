"""A survey's process, seen from the service."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict

from app.classroom.apart import NoAnswerError, answered
from app.classroom.survey import Found, Terms, found_from_bytes, opinions_as_bytes
from app.errors import AppError

Opinions = Sequence[tuple[str, str]]
"""Subjects and texts."""


class SurveyFailed(AppError):
    """No topics came of a survey; those of the last one stay."""

    code = "survey_failed"


async def topics_of(chunks: AsyncIterator[Opinions], terms: Terms) -> list[Found]:
    """Have a process find the hot topics of the opinions in ``chunks``.

    Raises:
        SurveyFailed: It took too much time or memory, or failed.
    """
    frames = (opinions_as_bytes(chunk) async for chunk in chunks)
    words = [json.dumps(asdict(terms))]
    try:
        (found,) = await answered(
            "app.classroom.survey", words, frames,
            answers=1, cpu_seconds=terms.cpu_seconds,
        )  # fmt: skip
        return found_from_bytes(found)
    except NoAnswerError as error:
        raise SurveyFailed(f"a survey {error}") from None
    except (KeyError, TypeError, ValueError):
        raise SurveyFailed("a survey found nothing that makes sense") from None
