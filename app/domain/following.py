"""For how long a citizen may come back to an answer, and what is kept of a person."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Solved(StrEnum):
    """Whether an answer solved what the citizen wrote about (满意度)."""

    SOLVED = "solved"
    PARTLY = "partly"
    UNSOLVED = "unsolved"


class MailWish(StrEnum):
    """What somebody who names an address wants to be sent there."""

    RECEIPTS = "receipts"
    SUBSCRIPTION = "subscription"


RATED_WITHIN: Final = timedelta(days=15)
"""How long after its case was closed what was said of an answer may be changed."""

REVIEWED_WITHIN: Final = timedelta(days=30)
"""How long after an answer a second look may be asked for (信访工作条例, 第三十五条:
30 days from the written answer)."""

LEAST_SCORE: Final = 1
MOST_SCORE: Final = 5

LEAST_CONTENT: Final = 4
"""From this score on somebody is content (满意)."""

_SHOWN: Final = 2


def may_rate(closed_at: datetime | None, *, now: datetime) -> bool:
    """Return whether an answer may be rated, or that be changed."""
    return closed_at is None or now <= closed_at + RATED_WITHIN


def may_review(answered_at: datetime, *, now: datetime) -> bool:
    """Return whether a second look at an answer may still be asked for."""
    return now <= answered_at + REVIEWED_WITHIN


def covered(words: str) -> str:
    """Return ``words`` so that only whoever knows them recognises them.

    Of a mail address the host stays: it tells which of their own somebody gave.
    """
    name, at, host = words.rpartition("@")
    if not at:
        name, host = words, ""
    shown = name[: min(_SHOWN, len(name) // 3)]
    return f"{shown}…{at}{host}"
