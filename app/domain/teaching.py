"""Teaching: what the model learns from clerks, and how its first guess is judged."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

HELD_BACK: Final = 6
"""One in so many opinions is never learned from: models are tried on them."""


class ModelState(StrEnum):
    """Where a version of the model stands (模型版本)."""

    IN_USE = "in_use"
    RETIRED = "retired"
    """It was in use; somebody can go back to it."""

    REJECTED = "rejected"
    """It did worse than the one in use, on opinions that neither had seen, or there
    were too few of those to tell."""


@dataclass(frozen=True, slots=True)
class Taught:
    """One confirmed opinion, to be learned from or to be tried on."""

    subject: str
    text: str
    label: str | None
    """The section's key; None: none of them."""

    held_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The model's first guess at an opinion, held against what staff decided."""

    guessed_id: int | None
    """The section that it put first; None: it had none to offer."""

    placed: bool
    """Whether it gave that as its answer, rather than "not sure" or "none"."""

    confidence: float
    place: int
    """Where the right section stood among its candidates, from 1; 0: nowhere. Where
    none is right, 1 if it answered none, too."""


def judged(
    *,
    answer: int | None,
    confidence: float,
    candidates: Sequence[int],
    decided: int | None,
) -> Judged:
    """Hold a guess against the section that was ``decided``; None: none of them."""
    if decided is None:
        place = int(answer is None)
    else:
        place = candidates.index(decided) + 1 if decided in candidates else 0
    first = candidates[0] if candidates else None
    return Judged(
        guessed_id=answer if answer is not None else first,
        placed=answer is not None,
        confidence=confidence,
        place=place,
    )


def is_held_back(opinion_id: int) -> bool:
    """Say whether an opinion is kept for trials, now and in all times to come.

    Were it drawn anew each time, a model could be tried on what it had learned from.
    """
    digest = hashlib.blake2b(str(opinion_id).encode(), digest_size=8).digest()
    return int.from_bytes(digest) % HELD_BACK == 0
