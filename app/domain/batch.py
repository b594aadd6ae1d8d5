"""Batches (批量办理): the steps that can be taken on several cases at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.domain.vocabulary import Disposition, Kind

MOST: Final = 100
"""So many cases are dealt with in one go."""

UNDO_WITHIN: Final = timedelta(minutes=10)


class BatchStep(StrEnum):
    """What is done with each of several cases."""

    ASSIGN = "assign"
    SECTION = "section"
    KIND = "kind"
    SNOOZE = "snooze"
    WATCH = "watch"
    CLOSE = "close"


KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.REPORT)
"""A report of wrongdoing goes to the restricted desk, which is no step for many."""

ENDINGS: Final = (Disposition.REFERRED, Disposition.NOT_ACCEPTED)
"""How many cases may end at once: none that was answered, and none withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A step with what belongs to it; of the rest each is None."""

    step: BatchStep
    office_id: int | None = None
    assignee_id: int | None = None
    by_load: int | None = None
    """The office of which the one with the fewest open cases gets each."""

    section: str | None = None
    """Of the notice ``notice``; None with SECTION: none of its items."""

    notice: str | None = None
    kind: Kind | None = None
    until: datetime | None = None
    disposition: Disposition | None = None
