"""Outcome: what came of an opinion, in the words that the public is told."""

from enum import StrEnum


class Outcome(StrEnum):
    """What came of an opinion on an item."""

    WAITING = "waiting"
    """It is being dealt with (办理中)."""

    IN_TIME = "in_time"
    """It was answered, not later than it was due."""

    LATE = "late"
    """It was answered, later than it was due."""

    EARLIER = "earlier"
    """It was answered before it came here, and by when it was due was not kept."""

    OTHERWISE = "otherwise"
    """It ended without an answer: referred, not accepted, or withdrawn."""
