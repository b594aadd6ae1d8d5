"""Lines of the queue: what the same case looks like is filled in once, for everybody.

A clerk who comes back from a case finds the same lines as before but one; colleagues
look at the same. A line depends on nothing but what is known of the case and how the
list is set up, so the last few thousand are remembered by that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from app.domain.views import Column
from app.services.queue.lines import QueuedCase
from app.services.shelf import ShelvedNotice
from app.web.desk_words import named_section
from app.web.pages import Surroundings, piece

_REMEMBERED: Final = 4_096
"""At 2 KB a line; forty clerks have that many before them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineup:
    """How the lines of one list are set up."""

    around: Surroundings
    columns: tuple[Column, ...]
    picks: bool
    """Whether cases can be chosen for a step on several."""

    notices: Sequence[ShelvedNotice]
    one_notice: bool
    """Whether it goes without saying which notice a case is about."""

    soon: datetime | None
    """Until when what is due is due soon."""

    now: datetime


def lines_of(lineup: Lineup, rows: Iterable[QueuedCase]) -> Markup:
    """Return the lines of a table."""
    by_id = {notice.id: notice for notice in lineup.notices}
    lines = (_line(lineup, row, by_id.get(row.notice_id)) for row in rows)
    return Markup().join(_drawn(lineup.around, line) for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """All that a line shows, and by which it is remembered."""

    row: QueuedCase
    section: str | None
    """What the section is called; None: it is tied to none."""

    notice: str | None
    """The title of its notice, where that has to be said."""

    soon: bool
    """Whether it is due soon."""

    back: bool
    """Whether it was snoozed until now."""

    columns: tuple[Column, ...]
    picks: bool


def _line(lineup: Lineup, row: QueuedCase, notice: ShelvedNotice | None) -> Line:
    return Line(
        row=row,
        section=named_section(
            notice, row.section_id, path=row.section_path, heading=row.section_heading
        ),
        notice=None if notice is None or lineup.one_notice else notice.title,
        soon=lineup.soon is not None and row.due_at <= lineup.soon,
        back=row.snoozed_until is not None and row.snoozed_until <= lineup.now,
        columns=lineup.columns,
        picks=lineup.picks,
    )


@lru_cache(_REMEMBERED)
def _drawn(around: Surroundings, line: Line) -> Markup:
    return piece("desk/queue_line.html", around, line=line)
