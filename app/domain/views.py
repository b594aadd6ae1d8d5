"""Views of the queue: who sees one, which columns a list may have, how it is sorted."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final


class Audience(StrEnum):
    """Who may use a saved view."""

    OWN = "own"
    OFFICE = "office"
    ALL = "all"


class Order(StrEnum):
    """How a list is sorted."""

    DUE = "due"
    """What is due first comes first."""

    NEWEST = "newest"


class Column(StrEnum):
    """A column of the queue beside the opinion itself, which is always there."""

    SECTION = "section"
    KIND = "kind"
    OFFICE = "office"
    STATUS = "status"
    DUE = "due"
    OPENED = "opened"
    CHANNEL = "channel"


AS_IT_COMES: Final = (
    Column.SECTION, Column.KIND, Column.OFFICE, Column.STATUS, Column.DUE,
)  # fmt: skip
MOST_NAME: Final = 40


def chosen(names: Collection[str] | None) -> Sequence[Column]:
    """Return the columns that ``names`` are, in our order; None: as it comes."""
    if names is None:
        return AS_IT_COMES
    return [column for column in Column if column in names]


class Mark(StrEnum):
    """Something that a case has or not, as the queue can be asked for it."""

    SOON = "soon"
    """It will be overdue in a few days."""

    OVERDUE = "overdue"
    ACCEPTANCE_LATE = "acceptance_late"
    """Nobody has it, and somebody should by now (受理逾期)."""

    CONTACT_LATE = "contact_late"
    """Its citizen should have heard from the office by now (首次联系逾期)."""

    ANSWERED = "answered"
    UNREAD = "unread"
    FILES = "files"
    LATE = "late"
    CAMPAIGN = "campaign"
    """Others' opinions were joined into it."""

    RATED = "rated"
    """A citizen said what an answer was worth."""

    WATCHED = "watched"
    SNOOZED = "snoozed"
    RESTRICTED = "restricted"
