"""The time that figures are of, as an address asks for it."""

from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from app.domain.figures import WEEK
from app.errors import InvalidInput
from app.services.shelf import Shelf
from app.web.desk_forms import Blank

WEEKS: Final = 12
"""What is shown where nobody asks for another time."""

MOST_WEEKS: Final = 160
"""Three years: more rows than that make no page and no reader."""


class BadPeriod(InvalidInput):
    """The time ends before it begins, or is too long."""

    code = "bad_period"


class FiguresQuery(BaseModel):
    """What an address asks for."""

    notice: str = ""
    since: Annotated[date | None, Blank] = None
    until: Annotated[date | None, Blank] = None

    def asked(self) -> dict[str, str]:
        """Return what was asked for, as parts of an address."""
        asked = self.model_dump(mode="json", exclude_none=True)
        return {name: str(value) for name, value in asked.items() if value}


def period(query: FiguresQuery, *, zone: ZoneInfo, now: datetime) -> tuple[date, date]:
    """Return the first and the last day asked for, both included.

    Raises:
        BadPeriod: They make no time, or too long a one.
    """
    last = query.until or now.astimezone(zone).date()
    try:
        first = query.since or last - (WEEKS - 1) * WEEK
        too_long = last - first > MOST_WEEKS * timedelta(weeks=1)
    except OverflowError:
        raise BadPeriod("there are no such days", field="since") from None
    if first.year == MINYEAR or last.year == MAXYEAR:  # their midnights may be none
        raise BadPeriod("nobody means those days", field="since")
    if first > last:
        raise BadPeriod("the time ends before it begins", field="since")
    if too_long:
        raise BadPeriod(f"the time is longer than {MOST_WEEKS} weeks", field="since")
    return first, last


def notice_id(shelf: Shelf, slug: str) -> int | None:
    """Return the key of the notice asked for; None: all.

    Raises:
        NoSuchNotice: None of that name is published.
    """
    return shelf.notice(slug).id if slug else None
