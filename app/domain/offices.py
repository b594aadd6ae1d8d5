"""Several offices: why one says "not ours", how long it may, and what is ruled."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

DISPUTE_DAYS: Final = 2
"""Working days that an office has to say that a case is not its own."""

_SATURDAY: Final = 5


class DisputeGround(StrEnum):
    """Why an office says that a case is not its own (派单异议)."""

    NOT_OUR_DUTY = "not_our_duty"
    """Its duties do not include it."""

    OTHER_AREA = "other_area"
    """It happened outside the area that it answers for."""

    OTHER_LEADS = "other_leads"
    """Several have a part in it, and another should lead."""

    DEALT_WITH = "dealt_with"
    """Another office deals with the same already."""

    OTHER = "other"


class Ruling(StrEnum):
    """What became of a dispute (裁定)."""

    UPHELD = "upheld"
    """The case went to another office."""

    REJECTED = "rejected"
    """It stays where it is."""

    OVERTAKEN = "overtaken"
    """Somebody gave the case elsewhere before anybody ruled."""


class ReplyVerdict(StrEnum):
    """What became of a liaison's letter that waited for a person at the desk."""

    TAKEN_OVER = "taken_over"
    """It became the draft of an answer, or a contribution."""

    SET_ASIDE = "set_aside"


def is_weekday(day: date) -> bool:
    """Return whether offices work on ``day`` where no calendar says otherwise."""
    return day.weekday() < _SATURDAY


def dispute_until(
    since: datetime,
    *,
    zone: tzinfo,
    days: int = DISPUTE_DAYS,
    works: Callable[[date], bool] = is_weekday,
) -> datetime:
    """Return until when a case assigned at ``since`` may be disputed.

    That is the end of the last of ``days`` working days after the day of ``since``,
    where the office is; ``works`` says which days are.
    """
    day = since.astimezone(zone).date()
    left = days
    while left:
        day += timedelta(days=1)
        left -= works(day)
    return datetime.combine(day + timedelta(days=1), time(), zone)
