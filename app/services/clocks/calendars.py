"""Calendars: what is known of each year, and a year that an administrator enters."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.deadlines.announcement import Slip, read_announcement
from app.domain.deadlines.calendar import CalendarYear
from app.domain.deadlines.shipped import shipped_years
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.submission import clean
from app.errors import Conflict, InvalidInput
from app.models import CalendarEntry, Staff
from app.services import audit
from app.services.clocks.at_hand import holidays_as_json, year_from_json
from app.services.staff import Person


class BadCalendar(InvalidInput):
    """What was entered is no year of the calendar; ``slips`` say why."""

    code = "bad_calendar"

    def __init__(self, slips: Sequence[Slip]) -> None:
        """Say what is wrong."""
        super().__init__("this is no year of the calendar", field=slips[0].field)
        self.slips = slips


class EnteredMeanwhile(Conflict):
    """Somebody else entered a year at the same moment."""

    code = "entered_meanwhile"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearEntry:
    """A year of the calendar, and where it comes from."""

    facts: CalendarYear
    number: int
    """Of the office's entry; 0: it came with the package."""

    by: str | None
    entered_at: datetime | None


def checked(*, year: str, source: str, text: str) -> CalendarYear:
    """Return the year that a form says.

    Raises:
        BadCalendar: Something is wrong with it.
    """
    facts, slips = read_announcement(
        year=unicodedata.normalize("NFKC", year).strip(),
        source=clean(source, lines=False),
        text=clean(text),
    )
    if facts is None:
        raise BadCalendar(slips)
    return facts


async def enter(
    session: AsyncSession, person: Person, facts: CalendarYear, *, now: datetime
) -> int:
    """Let ``facts`` count for its year from now on; return the number of the entry.

    What was reckoned before stays, unless a day of the year had to be guessed for it.

    Raises:
        NotAllowed: Only an administrator enters years.
        EnteredMeanwhile: Somebody was faster.
    """
    permission.check(person.role, Duty.CLOCKS)
    last = await session.scalar(select(func.max(CalendarEntry.number)))
    number: int = (last or 0) + 1
    try:
        async with session.begin_nested():
            session.add(
                CalendarEntry(
                    number=number, year=facts.year, source=facts.source,
                    holidays=holidays_as_json(facts), staff_id=person.staff_id,
                    entered_at=now,
                )
            )  # fmt: skip
    except IntegrityError:
        raise EnteredMeanwhile("somebody entered a year at the same moment") from None
    audit.record(
        session, Action.CALENDAR_CHANGED, at=now, staff_id=person.staff_id,
        year=facts.year, number=number,
    )  # fmt: skip
    await session.flush()
    return number


async def years(session: AsyncSession, person: Person) -> Sequence[YearEntry]:
    """Return what is known, the latest year first.

    Raises:
        NotAllowed: The role does not see the calendar.
    """
    permission.check(person.role, Duty.READ_CLOCKS)
    known = {
        year: YearEntry(facts=facts, number=0, by=None, entered_at=None)
        for year, facts in shipped_years().items()
    }
    rows = await session.execute(
        select(CalendarEntry, Staff.display_name)
        .join(Staff, Staff.id == CalendarEntry.staff_id)
        .order_by(CalendarEntry.number)
    )
    for row, name in rows:
        known[row.year] = YearEntry(
            facts=year_from_json(row), number=row.number, by=name,
            entered_at=row.entered_at,
        )  # fmt: skip
    return [known[year] for year in sorted(known, reverse=True)]
