"""Clocks at the desk: the working calendar, year by year, and a year to enter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.deadlines.announcement import MOST_TEXT, as_text
from app.domain.deadlines.calendar import CalendarYear
from app.domain.deadlines.shipped import calendar_of
from app.domain.permission import Duty
from app.errors import AppError
from app.services.clocks import calendars
from app.services.clocks.calendars import BadCalendar, EnteredMeanwhile, YearEntry
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained
from app.web.pages import language_of, premises_of
from app.web.wording import catalogue

router = APIRouter(prefix="/calendar")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_CLOCKS))]
KeeperDep = Annotated[Person, Depends(on_duty(Duty.CLOCKS))]


class YearForm(BaseModel):
    """A year of the calendar, and what is to be done with it."""

    do: Literal["preview", "save"] = "preview"
    year: str = ""
    source: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of a year as it is shown: every weekday off and weekend worked."""

    number: int
    free: Sequence[date]
    worked: Sequence[date]
    working_days: int


@router.get("")
async def show_calendar(request: Request, person: ReaderDep) -> Response:
    """Show what is known of each year."""
    return await _page(request, person, YearForm())


@router.post("")
async def enter_year(
    request: Request, form: Annotated[YearForm, Form()], person: KeeperDep, now: NowDep
) -> Response:
    """Show what a pasted year comes to, or let it count from now on."""
    premises = premises_of(request)
    try:
        facts = calendars.checked(year=form.year, source=form.source, text=form.text)
        if form.do == "preview":
            return await _page(request, person, form, preview=facts)
        async with premises.database.writing() as session:
            await calendars.enter(session, person, facts, now=now)
    except (BadCalendar, EnteredMeanwhile) as error:
        return await _page(request, person, form, error=error)
    premises.house.shelf.expire()
    return see(request, "/desk/calendar", done="calendar_entered")


async def _page(
    request: Request,
    person: Person,
    form: YearForm,
    *,
    preview: CalendarYear | None = None,
    error: AppError | None = None,
) -> Response:
    premises = premises_of(request)
    async with premises.database.reading() as session:
        known = await calendars.years(session, person)
    today = premises.clock().astimezone(premises.settings.zone).date()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    if isinstance(error, EnteredMeanwhile):
        status = HTTPStatus.CONFLICT
    return desk_page(
        request, person, "desk/calendar.html",
        status=status,
        known=[(entry, _months(entry.facts)) for entry in known],
        missing=_missing(known, today),
        form=form,
        most_text=MOST_TEXT,
        preview=preview,
        months=_months(preview) if preview else (),
        replaced=_replaced(known, preview),
        faults=_faults(request, error),
    )  # fmt: skip


def _missing(known: Sequence[YearEntry], today: date) -> int | None:
    """Return the year that should be entered next; None: all is there.

    The State Council says in November what is free in the year after.
    """
    years = {entry.facts.year for entry in known}
    soon = {today.year, today.year + (today.month >= _NOVEMBER)}
    return min(soon - years, default=None)


_NOVEMBER = 11


def _replaced(
    known: Sequence[YearEntry], preview: CalendarYear | None
) -> tuple[YearEntry, str] | None:
    """Return what is known of the year now, and as it could be pasted."""
    for entry in known:
        if preview is not None and entry.facts.year == preview.year:
            return entry, as_text(entry.facts)
    return None


def _months(facts: CalendarYear) -> list[Month]:
    """Return the months of a year with what is special in them."""
    calendar = calendar_of({facts.year: facts})
    found = []
    for number in range(1, 13):
        first = date(facts.year, number, 1)
        after = date(facts.year + number // 12, number % 12 + 1, 1)
        days = [
            date.fromordinal(n) for n in range(first.toordinal(), after.toordinal())
        ]
        found.append(
            Month(
                number=number,
                free=[day for day in days if day in facts.free],
                worked=[day for day in days if day in facts.worked],
                working_days=sum(map(calendar.is_working_day, days)),
            )
        )
    return found


def _faults(request: Request, error: AppError | None) -> Mapping[str, Sequence[str]]:
    """Return what is wrong, in words, by field."""
    if error is None:
        return {}
    if not isinstance(error, BadCalendar):
        return {"": (explained(request, error.code, str(error)),)}
    words = catalogue(language_of(request))
    found: dict[str, list[str]] = {}
    for slip in error.slips:
        said = words.text(f"calendar.{slip.code}", words=slip.words, most=MOST_TEXT)
        found.setdefault(slip.field, []).append(said)
    return found
