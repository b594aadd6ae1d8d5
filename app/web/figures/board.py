"""The board for the wall: how the house stands now, in figures large enough to read."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from app.domain.figures import Breakdown
from app.domain.permission import Duty
from app.services import directory
from app.services.figures import reading
from app.services.figures.reading import Asked
from app.services.staff import Person
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_pages import desk_page
from app.web.desk_person import on_duty
from app.web.pages import premises_of

router = APIRouter(prefix="/board")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_FIGURES))]

AGAIN: Final = 60
"""Seconds after which the page is loaded anew, unless somebody stopped that."""

_WEEKS: Final = 4
_MOST: Final = 8
"""Offices that a screen has room for."""


@router.get("")
async def show_board(
    request: Request,
    person: ReaderDep,
    session: ReadingDep,
    now: NowDep,
    still: bool = False,  # noqa: FBT001, FBT002 - a word of the address
) -> Response:
    """Show the last weeks at a glance."""
    today = now.astimezone(premises_of(request).settings.zone).date()
    asked = Asked(first_on=today - timedelta(weeks=_WEEKS - 1), last_on=today)
    report = await reading.report(session, person, asked)
    offices = await directory.names_by_key(session)
    rows = [
        (offices.get(part, part), figures)
        for part, figures in report.parts.get(Breakdown.OFFICE, {}).items()
    ]
    return desk_page(
        request, person, "desk/board.html",
        report=report,
        weeks=_WEEKS,
        rows=rows[:_MOST],
        ages=await reading.ages(session, person, now=now),
        again=None if still else AGAIN,
    )  # fmt: skip
