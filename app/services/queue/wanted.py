"""Wanted: what a person asks the queue for."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.domain.views import Mark, Order
from app.domain.vocabulary import Channel, Kind, Status, Tab
from app.services.paging import Turn

NEWEST_FIRST: Final = frozenset({Tab.ALL, Tab.UNREAD, Tab.WATCHED, Tab.MENTIONED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asks the queue for; None and empty: whatever."""

    tab: Tab = Tab.NEW
    order: Order | None = None
    """None: as the tab has it."""

    notice_id: int | None = None
    section_ids: frozenset[int] | None = None
    unsure: bool = False
    """Only cases that are tied to no section."""

    kind: Kind | None = None
    office_id: int | None = None
    assignee_id: int | None = None
    unassigned: bool = False
    """Only cases that nobody has in hand."""

    status: Status | None = None
    channel: Channel | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    marks: frozenset[Mark] = field(default_factory=frozenset)
    words: str = ""
    said_before: int | None = None
    """Look for the words only in opinions with smaller keys: further back."""

    topic_id: int | None = None
    soon: datetime | None = None
    """What is due until then is due soon; None: nothing is."""

    @property
    def newest_first(self) -> bool:
        """Whether the newest come first; otherwise what is due first."""
        if self.order is None:
            return self.tab in NEWEST_FIRST
        return self.order is Order.NEWEST

    def rises(self, turn: Turn) -> bool:
        """Whether a walk to that page goes up in its order, however it is read."""
        return self.newest_first == turn.backwards
