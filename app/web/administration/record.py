"""The record of what was done, searched page by page, and taken away as a file."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import InvalidInput
from app.premises import Premises
from app.services import directory, trail
from app.services.cases import NoSuchCase
from app.services.paging import FIRST, Page, Turn
from app.services.staff import Person
from app.services.trail import Deed, Doer, Span
from app.web.administration.reading import date_of
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_forms import Blank, Key
from app.web.desk_pages import desk_page
from app.web.desk_person import on_duty
from app.web.desk_words import told
from app.web.errors import explained
from app.web.exporting import Export
from app.web.keyset import cursor, parse_turn
from app.web.pages import language_of, premises_of
from app.web.sheets import CSV, as_csv
from app.web.wording import Catalogue, catalogue

router = APIRouter(prefix="/audit")

AuditorDep = Annotated[Person, Depends(on_duty(Duty.READ_AUDIT))]
ExporterDep = Annotated[Person, Depends(on_duty(Duty.EXPORT))]

COLUMNS: Final = ("at", "by", "deed", "case", "arrival")

_BATCH: Final = 500


class TrailQuery(BaseModel):
    """What an address asks the record for."""

    action: Annotated[Action | None, Blank] = None
    number: str = ""
    by: Annotated[Key | None, Blank] = None
    since: str = ""
    until: str = ""
    after: str = ""
    before: str = ""

    def asked(self) -> dict[str, str]:
        """Return what was asked for, as parts of an address."""
        asked = self.model_dump(mode="json", exclude={"after", "before"})
        return {
            name: str(value) for name, value in asked.items() if value or value == 0
        }

    def within(self, zone: ZoneInfo) -> Span:
        """Return the time asked for, both days included.

        Raises:
            InvalidInput: A day is none, or the time ends before it begins.
        """
        first = date_of(self.since, field="since")
        last = date_of(self.until, field="until")
        if first and last and first > last:
            raise InvalidInput("no time", field="since", code="bad_period")
        return Span(
            since=_midnight(first, zone),
            before=_midnight(last and last + timedelta(days=1), zone),
        )


@router.get("")
async def show_audit(
    request: Request,
    query: Annotated[TrailQuery, Query()],
    person: AuditorDep,
    session: ReadingDep,
) -> Response:
    """Show one page of the record, the newest first."""
    turn = parse_turn(after=query.after, before=query.before, timed=False)
    found: Page[Deed] | None = None
    error: InvalidInput | None = None
    try:
        found = await _page(
            session, person, query, turn=turn, zone=premises_of(request).settings.zone
        )
    except NoSuchCase:
        pass
    except InvalidInput as wrong:
        error = wrong
    words = catalogue(language_of(request))
    offices = await directory.offices(session)
    doers = await trail.doers(session, person)
    people = _names(doers)
    return desk_page(
        request, person, "desk/audit.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        query=query,
        actions=sorted(Action, key=lambda each: _alphabetical(words.label(each))),
        doers=doers,
        deeds=[
            (
                deed,
                told(words, deed.action, deed.facts, offices=offices, people=people),
            )
            for deed in (found.rows if found else ())
        ],
        neighbours=_neighbours(query, found),
        fault=error.field if error else None,
        error=explained(request, error.code, str(error)) if error else None,
        exports=permission.may(person.role, Duty.EXPORT),
    )  # fmt: skip


@router.post("/export", response_model=None)
async def send_audit(
    request: Request,
    query: Annotated[TrailQuery, Form()],
    person: ExporterDep,
    now: NowDep,
) -> Response:
    """Send what was searched for as a file; that somebody took it is noted before."""
    premises = premises_of(request)
    zone = premises.settings.zone
    query.within(zone)
    async with premises.database.writing() as session:
        noted = await trail.note_export(session, person, query.asked(), now=now)
        offices = await directory.offices(session)
        people = _names(await trail.doers(session, person))
    words = catalogue(language_of(request))
    heads = [words.text(f"audit_file.{name}") for name in COLUMNS]
    tell = partial(told, words, offices=offices, people=people)
    export = Export(request, person, noted=noted, action=Action.RECORD_EXPORTED)
    lines = export.counted(_lines(premises, export, query, words, tell))
    name = f"huiyin-audit-{now.astimezone(zone):%Y%m%d-%H%M}.csv"
    return export.file(as_csv(heads, lines, zone=zone), kind=CSV, name=name)


async def _page(
    session: AsyncSession,
    person: Person,
    query: TrailQuery,
    *,
    turn: Turn,
    zone: ZoneInfo,
    most: int | None = None,
) -> Page[Deed]:
    return await trail.page(
        session,
        person,
        action=query.action,
        number=query.number.strip() or None,
        by=query.by,
        within=query.within(zone),
        turn=turn,
        most=most,
    )


async def _lines(
    premises: Premises,
    export: Export,
    query: TrailQuery,
    words: Catalogue,
    tell: Callable[[Action, Mapping[str, Any]], str],
) -> AsyncIterator[list[list[Any]]]:
    """Yield the lines, the newest first, each batch out of a transaction of its own."""
    turn: Turn | None = FIRST
    while turn is not None:
        async with premises.database.reading() as session:
            person = await export.on_duty(session)
            try:
                found = await _page(
                    session, person, query,
                    turn=turn, zone=premises.settings.zone, most=_BATCH,
                )  # fmt: skip
            except NoSuchCase:
                return
        yield [
            [
                deed.at,
                deed.by or words.text("audit.nobody"),
                tell(deed.action, deed.facts),
                deed.number,
                str(deed.arrival) if deed.arrival else None,
            ]
            for deed in found.rows
        ]
        turn = replace(FIRST, after=found.after) if found.after else None


def _alphabetical(name: str) -> bytes:
    """Return what puts names in the order of an alphabet, Chinese ones that of pinyin.

    GB 2312 has the characters in daily use in that order, Unicode has not.
    """
    return name.casefold().encode("gb18030")


def _names(doers: Sequence[Doer]) -> Mapping[int, str]:
    """Return what accounts are called, by their keys: with the name nobody shares."""
    return {each.id: f"{each.name} {each.user_name}" for each in doers}


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None


def _neighbours(query: TrailQuery, found: Page[Deed] | None) -> dict[str, str | None]:
    """Return the queries of the pages beside this one; None: there is none."""
    places = {
        "before": found.before if found else None,
        "after": found.after if found else None,
    }
    return {
        side: urlencode(query.asked() | {side: cursor(place)}) if place else None
        for side, place in places.items()
    }
