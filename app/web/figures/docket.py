"""The docket (台账): a list of cases, taken away as a file."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Status
from app.errors import InvalidInput
from app.premises import Premises
from app.services import directory
from app.services.figures import docket
from app.services.figures.docket import Line, Wanted
from app.services.staff import Person
from app.web.dependencies import NowDep, ReadingDep, WritingDep
from app.web.desk_forms import Blank, Key
from app.web.desk_pages import desk_page
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.exporting import Export
from app.web.figures.period import FiguresQuery, notice_id, period
from app.web.pages import language_of, premises_of
from app.web.sheets import CSV, XLSX, Book, as_csv
from app.web.wording import Catalogue, catalogue

router = APIRouter(prefix="/docket")

ExporterDep = Annotated[Person, Depends(on_duty(Duty.EXPORT))]

COLUMNS: Final = (
    "number", "opened_at", "channel", "notice", "section_path", "section_heading",
    "kind", "subject", "office", "assignee", "status", "due_at", "late",
    "answered_at", "closed_at", "disposition",
)  # fmt: skip


_WIDTHS: Final = {
    "number": 18, "opened_at": 17, "notice": 30, "section_heading": 30, "subject": 30,
    "office": 14, "assignee": 12, "due_at": 17, "answered_at": 17, "closed_at": 17,
    "disposition": 12, "text": 60,
}  # fmt: skip
"""Signs that columns of a workbook need, where their heads are shorter."""


class DocketForm(BaseModel):
    """Which cases, and as what."""

    notice: str = ""
    since: Annotated[date | None, Blank] = None
    until: Annotated[date | None, Blank] = None
    office: Annotated[Key | None, Blank] = None
    status: Annotated[Status | None, Blank] = None
    words: bool = False
    form: Literal["xlsx", "csv"] = "xlsx"

    def query(self) -> FiguresQuery:
        """Return the part of it that figures ask for, too."""
        return FiguresQuery(notice=self.notice, since=self.since, until=self.until)


@router.get("")
async def show_docket(
    request: Request, person: ExporterDep, session: ReadingDep
) -> Response:
    """Show the form that a docket is asked for by."""
    return await _form(request, person, session, DocketForm())


@router.post("")
async def send_docket(
    request: Request,
    form: Annotated[DocketForm, Form()],
    person: ExporterDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Send a docket; that somebody took it is noted before its first line leaves."""
    premises = premises_of(request)
    try:
        wanted = _wanted(premises, form, now=now)
    except InvalidInput as error:
        return await _form(request, person, session, form, error)
    noted = await docket.note(session, person, wanted, form=form.form, now=now)
    export = Export(request, person, noted=noted, action=Action.EXPORTED)
    words = catalogue(language_of(request))
    columns = [*COLUMNS, "text"] if form.words else list(COLUMNS)
    heads = [words.text(f"docket.{name}") for name in columns]
    rows = export.counted(_rows(premises, export, wanted, words, columns, now=now))
    zone = premises.settings.zone
    name = f"huiyin-docket-{now.astimezone(zone):%Y%m%d-%H%M}.{form.form}"
    if form.form == "csv":
        return export.file(as_csv(heads, rows, zone=zone), kind=CSV, name=name)
    return export.file(_as_book(zone, words, columns, rows), kind=XLSX, name=name)


async def _form(
    request: Request,
    person: Person,
    session: Any,
    form: DocketForm,
    error: InvalidInput | None = None,
) -> Response:
    return desk_page(
        request, person, "desk/docket.html",
        status=status_of(error) if error else 200,
        problem=explained(request, error.code, str(error)) if error else None,
        form=form,
        notices=premises_of(request).house.shelf.notices,
        offices=await directory.offices(session),
        statuses=[each for each in Status if each is not Status.JOINED],
    )  # fmt: skip


def _wanted(premises: Premises, form: DocketForm, *, now: datetime) -> Wanted:
    zone = premises.settings.zone
    first, last = period(form.query(), zone=zone, now=now)
    return Wanted(
        opened_from=datetime.combine(first, time(), zone),
        opened_before=datetime.combine(last + timedelta(days=1), time(), zone),
        notice_id=notice_id(premises.house.shelf, form.notice),
        office_id=form.office,
        status=form.status,
        words=form.words,
    )


async def _rows(
    premises: Premises,
    export: Export,
    wanted: Wanted,
    words: Catalogue,
    columns: Sequence[str],
    *,
    now: datetime,
) -> AsyncIterator[list[list[Any]]]:
    """Yield the lines, each batch out of a transaction of its own."""
    last: Line | None = None
    while True:
        async with premises.database.reading() as session:
            person = await export.on_duty(session)
            lines = await docket.batch(session, person, wanted, after=last, now=now)
        if not lines:
            return
        last = lines[-1]
        yield [[_cell(words, line, name) for name in columns] for line in lines]


async def _as_book(
    zone: ZoneInfo,
    words: Catalogue,
    columns: Sequence[str],
    rows: AsyncIterator[list[list[Any]]],
) -> AsyncGenerator[bytes]:
    """Yield a workbook: its index stands at the end, so it is written first."""
    heads = [words.text(f"docket.{name}") for name in columns]
    widths = [_WIDTHS.get(name, 0) for name in columns]
    with Book(zone) as book:
        sheet = book.sheet(words.text("docket.heading"), heads, widths=widths)
        async for some in rows:
            sheet.add(some)
        book.close()
    for piece in book.pieces():
        yield piece


def _cell(words: Catalogue, line: Line, name: str) -> Any:
    value = getattr(line, name)
    if name == "late":
        return words.text("docket.yes") if value else ""
    if name in {"channel", "kind", "status", "disposition"} and value is not None:
        return words.label(value)
    return value
