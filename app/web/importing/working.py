"""One import at the desk: looked at, its columns said, started, reported, removed."""

import re
import unicodedata
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.importing.columns import MOST_COLUMNS, letter_of
from app.domain.importing.words import Column, ImportKind, ImportState
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Channel
from app.errors import AppError, InvalidInput, NotFound
from app.premises import Premises
from app.services import exports
from app.services.importing import checking, files, looking, pieces, running
from app.services.importing.checking import Check, Terms
from app.services.importing.files import ImportBusy, ImportEntry
from app.services.importing.listed import CHANNELS
from app.services.importing.looking import ReportLine
from app.services.importing.running import LookedAtOther
from app.services.staff import Person
from app.web.dependencies import NowDep, WritingDep
from app.web.desk_forms import Blank, Key
from app.web.desk_pages import desk_page, see
from app.web.errors import explained, status_of
from app.web.exporting import Export
from app.web.importing.report import columns_of, report_in_words, why
from app.web.importing.sending import ImporterDep
from app.web.limits import IMPORTS
from app.web.pages import language_of, premises_of
from app.web.sheets import CSV
from app.web.wording import catalogue

router = APIRouter(prefix=f"{IMPORTS.removeprefix('/desk')}/{{import_id}}")

_SAMPLES: Final = 3


class TermsForm(BaseModel):
    """What somebody says about a list."""

    notice: str = ""
    channel: Channel = Channel.LETTER
    heading: str = ""
    column: Annotated[
        list[Annotated[Column | None, Blank]], Field(max_length=MOST_COLUMNS)
    ] = []

    def row(self) -> int:
        """Return which row is the heading; 0: none is.

        Raises:
            InvalidInput: It is none of those that are shown.
        """
        typed = unicodedata.normalize("NFKC", self.heading).strip()
        if re.fullmatch("[0-9]{1,2}", typed) and int(typed) <= pieces.SEEN_FIRST:
            return int(typed)
        raise InvalidInput("no such row", field="heading", code="bad_heading")


class StartForm(BaseModel):
    """The revision of what was looked at."""

    seen: Key = 0


@router.get("")
async def show_import(
    request: Request,
    import_id: Key,
    person: ImporterDep,
    now: NowDep,
    checked: Annotated[bool, Query()] = False,  # noqa: FBT002 - of an address
) -> Response:
    """Show how far an import is, and what can be done with it."""
    return await _page(request, person, import_id, now=now, checked=checked)


@router.post("")
async def say_columns(
    request: Request,
    import_id: Key,
    *,
    form: Annotated[TermsForm, Form()],
    person: ImporterDep,
    now: NowDep,
) -> Response:
    """Keep what the columns of a list hold, and check every row by it."""
    premises = premises_of(request)
    try:
        terms = Terms(
            notice=form.notice, channel=form.channel, heading=form.row(),
            columns=form.column,
        )  # fmt: skip
        async with premises.database.writing() as session:
            await checking.put(session, person, premises.house, import_id, terms)
    except (InvalidInput, ImportBusy, NotFound) as error:
        if isinstance(error, files.NoSuchImport):
            raise
        return await _page(request, person, import_id, now=now, error=error, typed=form)
    return see(request, f"{IMPORTS}/{import_id}", checked="true")


@router.post("/start")
async def start(
    request: Request,
    import_id: Key,
    *,
    form: Annotated[StartForm, Form()],
    person: ImporterDep,
    now: NowDep,
) -> Response:
    """Let a worker store what was looked at."""
    premises = premises_of(request)
    try:
        async with premises.database.writing() as session:
            await running.start(session, person, import_id, seen=form.seen, now=now)
    except (ImportBusy, LookedAtOther) as error:
        return await _page(request, person, import_id, now=now, error=error)
    return see(request, f"{IMPORTS}/{import_id}")


@router.post("/remove")
async def remove(
    request: Request,
    import_id: Key,
    person: ImporterDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Take a file away with its report; what it brought in stays."""
    await files.remove(session, person, import_id, now=now)
    return see(request, IMPORTS, done="import_removed")


@router.get("/report.csv", response_model=None)
async def send_report(
    request: Request, import_id: Key, person: ImporterDep, now: NowDep
) -> Response:
    """Send what became of every row or letter as a file; that is noted before."""
    premises = premises_of(request)
    async with premises.database.reading() as session:
        entry = await files.entry(session, person, premises.house.seal, import_id)
    async with premises.database.writing() as session:
        noted = exports.note_import_report(session, person, import_id, now=now)
    export = Export(
        request, person,
        noted=noted, action=Action.IMPORT_REPORT_EXPORTED, duty=Duty.IMPORT,
    )  # fmt: skip
    lines = export.counted(_lines(premises, export, import_id))
    content = report_in_words(request, entry, lines)
    return export.file(content, kind=CSV, name=f"import-{import_id}.csv")


async def _lines(
    premises: Premises, export: Export, import_id: int
) -> AsyncIterator[Sequence[ReportLine]]:
    """Yield the report, each batch out of a transaction of its own."""
    after = 0
    while True:
        async with premises.database.reading() as session:
            person = await export.on_duty(session)
            found = await looking.report(
                session, person, premises.house.seal, import_id, after=after, most=500
            )
        if not found:
            return
        yield found
        after = found[-1].number


async def _page(
    request: Request,
    person: Person,
    import_id: int,
    *,
    now: NowDep,
    checked: bool = False,
    error: AppError | None = None,
    typed: TermsForm | None = None,
) -> Response:
    premises = premises_of(request)
    async with premises.database.reading() as session:
        entry = await files.entry(session, person, premises.house.seal, import_id)
        facts = await _facts(session, premises, entry, typed=typed)
        refused = await _refused(request, session, person, entry)
        found = None
        if checked and error is None:
            found = await _check(session, premises, entry, now=now)
    return desk_page(
        request, person, "desk/importing/import.html",
        status=status_of(error) if error else HTTPStatus.OK,
        entry=entry,
        found=found,
        refused_lines=refused,
        error=explained(request, error.code, str(error)) if error else None,
        fault=getattr(error, "field", None),
        **facts,
    )  # fmt: skip


async def _check(
    session: AsyncSession, premises: Premises, entry: ImportEntry, *, now: NowDep
) -> Check | None:
    """Return what every row is; None: nobody said yet what the columns hold."""
    ready = entry.state is ImportState.READY and entry.kind is ImportKind.ROWS
    if not ready or entry.notice_id is None:
        return None
    row = await files.seen(session, entry.id)
    return await checking.check(session, premises.house, row, now=now)


async def _facts(
    session: AsyncSession,
    premises: Premises,
    entry: ImportEntry,
    *,
    typed: TermsForm | None,
) -> dict[str, Any]:
    """Return what the page tells beside the import itself."""
    house = premises.house
    top = []
    if entry.state is ImportState.READY and entry.kind is ImportKind.ROWS:
        top = await pieces.top(session, house.seal, entry.id)
    heading = _heading(typed, entry)
    columns = list(typed.column) if typed else list(entry.columns)
    by_number = {piece.number: piece.cells for piece in top}
    below = [piece.cells for piece in top if piece.number > heading][:_SAMPLES]
    notice = next((n.slug for n in house.shelf.notices if n.id == entry.notice_id), "")
    return {
        "notices": house.shelf.notices,
        "notice": typed.notice if typed else notice,
        "channel": typed.channel if typed else entry.channel or Channel.LETTER,
        "channels": CHANNELS,
        "heading": typed.heading if typed else heading,
        "most_heading": pieces.SEEN_FIRST,
        "columns": [
            {
                "letter": letter_of(place),
                "title": _cell(by_number.get(heading, []), place),
                "holds": columns[place] if place < len(columns) else None,
                "samples": [_cell(cells, place) for cells in below],
            }
            for place in range(len(entry.columns))
        ],
        "choices": list(Column),
        "most_faults": checking.MOST_FAULTS,
        "most_lines": looking.MOST_SHOWN,
        "letter_of": letter_of,
    }


def _heading(typed: TermsForm | None, entry: ImportEntry) -> int:
    """Return which row is shown as the heading."""
    try:
        return typed.row() if typed else entry.heading
    except InvalidInput:
        return entry.heading


async def _refused(
    request: Request, session: AsyncSession, person: Person, entry: ImportEntry
) -> list[tuple[ReportLine, list[str], list[str]]]:
    """Return the first pieces set aside so far, with columns and reasons of each."""
    if not entry.refused + entry.known:
        return []
    words = catalogue(language_of(request))
    seal = premises_of(request).house.seal
    found = await looking.report(session, person, seal, entry.id, set_aside_alone=True)
    return [(line, columns_of(words, line), why(words, line)) for line in found]


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
