"""Figures at the desk: the rates with their formulas, by week, office and item."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.figures import Breakdown, Figures
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Channel, Kind
from app.errors import InvalidInput
from app.services import directory, exports
from app.services.figures import reading
from app.services.figures.reading import Asked, Report
from app.services.shelf import Shelf
from app.services.staff import Person
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_pages import desk_page
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.exporting import Export
from app.web.figures.period import FiguresQuery, notice_id, period
from app.web.pages import language_of, premises_of
from app.web.sheets import XLSX, Book
from app.web.wording import Catalogue, catalogue

router = APIRouter(prefix="/figures")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_FIGURES))]
ExporterDep = Annotated[Person, Depends(on_duty(Duty.EXPORT))]

COLUMNS: Final = (
    "received", "in_time", "late", "waiting", "overdue", "closed", "adopted", "rated",
    "response_rate", "closing_rate", "adoption_rate", "resolution_rate",
    "satisfaction_rate",
)  # fmt: skip

Table = Sequence[tuple[str, Figures]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A report, with its parts by name."""

    first_on: date
    last_on: date
    report: Report
    tables: Mapping[Breakdown, Table]


@router.get("")
async def show_figures(
    request: Request,
    query: Annotated[FiguresQuery, Query()],
    person: ReaderDep,
    session: ReadingDep,
    now: NowDep,
) -> Response:
    """Show what became of the cases of some weeks."""
    house = premises_of(request).house
    facts: dict[str, Any] = {"problem": None, "shown": None, "ages": ()}
    status = 200
    try:
        facts["shown"] = await _shown(request, session, person, query)
        facts["ages"] = await reading.ages(session, person, now=now)
    except InvalidInput as error:
        facts["problem"] = explained(request, error.code, str(error))
        status = status_of(error)
    return desk_page(
        request, person, "desk/figures.html", status=status,
        query=query,
        notices=house.shelf.notices,
        columns=COLUMNS,
        link_query=urlencode(query.asked()),
        **facts,
    )  # fmt: skip


@router.get("/report")
async def show_report(
    request: Request,
    query: Annotated[FiguresQuery, Query()],
    person: ReaderDep,
    session: ReadingDep,
    now: NowDep,
) -> Response:
    """Show the same as a report to be printed, for whoever leads the office."""
    house = premises_of(request).house
    return desk_page(
        request, person, "desk/figures_report.html",
        shown=await _shown(request, session, person, query),
        ages=await reading.ages(session, person, now=now),
        notice=house.shelf.notice(query.notice) if query.notice else None,
        columns=COLUMNS,
        link_query=urlencode(query.asked()),
    )  # fmt: skip


@router.get("/report.xlsx")
async def send_report(
    request: Request,
    query: Annotated[FiguresQuery, Query()],
    person: ExporterDep,
    now: NowDep,
) -> Response:
    """Send the same as a workbook; that somebody took it is noted before."""
    premises = premises_of(request)
    # No session is held while the file leaves: a slow reader would keep it from others.
    async with premises.database.reading() as session:
        shown = await _shown(request, session, person, query)
    async with premises.database.writing() as session:
        noted = exports.note_figures(
            session, person, since=shown.first_on, until=shown.last_on,
            notice=query.notice, now=now,
        )  # fmt: skip
    export = Export(request, person, noted=noted, action=Action.FIGURES_EXPORTED)
    content = _as_book(
        export, premises.settings.zone, catalogue(language_of(request)), shown
    )
    name = f"huiyin-{shown.first_on}-{shown.last_on}.xlsx"
    return export.file(content, kind=XLSX, name=name)


async def _as_book(
    export: Export, zone: ZoneInfo, words: Catalogue, shown: Shown
) -> AsyncGenerator[bytes]:
    """Yield a workbook with a sheet for each table."""
    heads = [words.text(f"figures.{name}") for name in COLUMNS]
    tables: list[tuple[str, Sequence[tuple[Any, Figures]]]] = [
        (words.text("figures.week"), list(shown.report.weeks.items())),
        *(
            (words.text(f"figures.by_{key}"), rows)
            for key, rows in shown.tables.items()
        ),
    ]
    whole = (words.text("figures.together"), shown.report.whole)
    with Book(zone) as book:
        for name, rows in tables:
            sheet = book.sheet(name, [name, *heads])
            lines = [[part, *_cells(figures)] for part, figures in [*rows, whole]]
            sheet.add(lines)
            export.count(len(lines))
            if shown.report.untimed:
                told = words.text("figures.untimed", number=shown.report.untimed)
                sheet.add([[told]])
        book.close()
    for piece in book.pieces():
        yield piece


async def _shown(
    request: Request, session: AsyncSession, person: Person, query: FiguresQuery
) -> Shown:
    """Return the report asked for.

    Raises:
        BadPeriod: Its time is none, or too long.
        NoSuchNotice: It is to be of a notice that is not published.
    """
    premises = premises_of(request)
    shelf = premises.house.shelf
    first, last = period(query, zone=premises.settings.zone, now=premises.clock())
    asked = Asked(
        first_on=first, last_on=last, notice_id=notice_id(shelf, query.notice)
    )
    found = await reading.report(session, person, asked)
    offices = await directory.names_by_key(session)
    words = catalogue(language_of(request))
    tables = {
        breakdown: [
            (_named(words, shelf, offices, breakdown, part), figures)
            for part, figures in parts.items()
        ]
        for breakdown, parts in sorted(found.parts.items())
    }
    return Shown(first_on=first, last_on=last, report=found, tables=tables)


def _named(
    words: Catalogue,
    shelf: Shelf,
    offices: Mapping[str, str],
    breakdown: Breakdown,
    part: str,
) -> str:
    """Return what a part of figures is called."""
    if not part:
        return words.text(f"figures.no_{breakdown}")
    match breakdown:
        case Breakdown.OFFICE:
            return offices.get(part, part)
        case Breakdown.CHANNEL:
            return words.label(Channel(part))
        case Breakdown.KIND:
            return words.label(Kind(part))
        case _:
            return _item(words, shelf, int(part))


def _item(words: Catalogue, shelf: Shelf, section_id: int) -> str:
    several = len(shelf.notices) > 1
    for notice in shelf.notices:
        path = notice.paths.get(section_id)
        if path is not None:
            name = f"{path} {notice.nodes[path].heading}"
            return f"{notice.title}：{name}" if several else name
    return words.text("figures.old_item")


def _cells(figures: Figures) -> list[Any]:
    return [getattr(figures, name) for name in COLUMNS]
