"""The routing table at the desk: seen, put together, tried out, saved."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData, UploadFile

from app.domain import permission
from app.domain.permission import Duty
from app.domain.submission import File
from app.domain.vocabulary import Channel, Kind, Language
from app.errors import AppError
from app.services import routes, trying_out
from app.services.routes import StaleTable
from app.services.rule_lines import (
    MOST_NOTE,
    MOST_PLACES,
    MOST_RULES,
    Atlas,
    BadLines,
    Line,
    Typed,
    as_line,
    checked,
)
from app.services.staff import Person
from app.services.trying_out import Trial
from app.web.dependencies import NowDep
from app.web.desk_pages import desk_page, download, see
from app.web.desk_person import on_duty
from app.web.desk_routed import short_words
from app.web.desk_routing_form import (
    MOST_FIELDS,
    BadFile,
    as_csv,
    done_to,
    from_csv,
    lines_of,
    shown,
)
from app.web.desk_words import section_options
from app.web.errors import explained, status_of
from app.web.limits import MOST_FIELD
from app.web.pages import language_of, premises_of
from app.web.wording import catalogue

router = APIRouter(prefix="/routing")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_ROUTING))]
KeeperDep = Annotated[Person, Depends(on_duty(Duty.ROUTING))]

WINDOWS: Final = (30, 90, 365)
"""Days that a table can be tried out on; 0: all there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a table is tried out on."""

    notice: str = ""
    days: int = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A table that is being put together, on somebody's screen."""

    lines: Sequence[Line]
    revision: int
    asked: Asked = field(default_factory=Asked)
    error: AppError | None = None
    trial: Trial | None = None


@router.get("")
async def show_table(request: Request, person: ReaderDep, now: NowDep) -> Response:
    """Show the table in use."""
    return await _page(request, person, None, now=now)


@router.get("/table.csv")
async def send_table(request: Request, person: ReaderDep, now: NowDep) -> Response:
    """Send the table in use as a file."""
    premises = premises_of(request)
    async with premises.database.reading() as session:
        table = await routes.table(session, person, now=now)
        atlas = await routes.atlas(session, premises.house)
    lines = [as_line(atlas, each) for each in table.rules]
    content = as_csv(catalogue(language_of(request)), atlas, lines)
    return download(
        File(file_name="routing.csv", media_type="text/csv", content=content)
    )


@router.post("")
async def change_table(request: Request, person: KeeperDep, now: NowDep) -> Response:
    """Change the table on the screen, try it out, or let cases go by it."""
    async with request.form(max_fields=MOST_FIELDS, max_part_size=MOST_FIELD) as form:
        do = str(form.get("do", ""))
        draft = Draft(
            lines=done_to(lines_of(form), do),
            revision=_whole(form.get("revision")),
            asked=Asked(
                notice=str(form.get("notice", "")), days=_whole(form.get("days"))
            ),
        )
        try:
            if do == "read":
                draft = await _from_file(request, form, draft)
            elif do == "try":
                draft = await _tried(request, person, draft, now=now)
            elif do == "save":
                await _save(request, person, draft, now=now)
                return see(request, "/desk/routing", done="routing_saved")
        except (BadLines, BadFile, StaleTable) as error:
            draft = Draft(
                lines=draft.lines,
                revision=draft.revision,
                asked=draft.asked,
                error=error,
            )
    return await _page(request, person, draft, now=now)


async def _page(
    request: Request, person: Person, draft: Draft | None, *, now: datetime
) -> Response:
    """Return the page; ``draft``: a table that is not that in use."""
    premises, words = premises_of(request), catalogue(language_of(request))
    async with premises.database.reading() as session:
        table = await routes.table(session, person, now=now)
        atlas = await routes.atlas(session, premises.house)
    in_use = [as_line(atlas, each) for each in table.rules]
    if draft is None:
        draft = Draft(lines=in_use, revision=table.revision)
    error = draft.error
    stale = isinstance(error, StaleTable)
    return desk_page(
        request, person, "desk/routing.html",
        status=status_of(error) if error else HTTPStatus.OK,
        lines=shown(
            words, atlas, draft.lines,
            faults=error.faults if isinstance(error, BadLines) else (),
            effects=table.effects,
        ),
        in_use=shown(words, atlas, in_use, effects={}) if stale else (),
        table=table,
        revision=table.revision if stale else draft.revision,
        changed=list(draft.lines) != in_use,
        error=explained(request, error.code, str(error)) if error else None,
        error_code=error.code if error else None,
        keeps=permission.may(person.role, Duty.ROUTING),
        asked=draft.asked,
        trial=draft.trial,
        office_name=atlas.office_name,
        offices=atlas.offices,
        notices=atlas.notices,
        short=short_words(request, atlas.offices),
        sections=_sections(atlas),
        kinds=Kind,
        channels=Channel,
        windows=WINDOWS,
        most_tried=trying_out.MOST_TRIED,
        most_note=MOST_NOTE,
        most_places=MOST_PLACES,
        most_rules=MOST_RULES,
    )  # fmt: skip


async def _checked(request: Request, draft: Draft) -> list[Typed]:
    premises = premises_of(request)
    async with premises.database.reading() as session:
        atlas = await routes.atlas(session, premises.house)
    return checked(atlas, draft.lines)


async def _save(
    request: Request, person: Person, draft: Draft, *, now: datetime
) -> None:
    rules = await _checked(request, draft)
    premises = premises_of(request)
    async with premises.database.writing() as session:
        await routes.save(session, person, rules, revision=draft.revision, now=now)
    premises.house.shelf.expire()


async def _tried(
    request: Request, person: Person, draft: Draft, *, now: datetime
) -> Draft:
    """Return the draft with what it would do; nothing is changed by that."""
    house, database = premises_of(request).house, premises_of(request).database
    rules = [each.rule for each in await _checked(request, draft)]
    known = {notice.slug: notice.id for notice in house.shelf.notices}
    days = draft.asked.days
    async with database.reading() as session:
        past = await trying_out.past_cases(
            session, person,
            notice_id=known.get(draft.asked.notice),
            since=now - timedelta(days=days) if days in WINDOWS else None,
        )  # fmt: skip
        waiting = await trying_out.load(session, house, rules)
    trial = await asyncio.to_thread(
        trying_out.try_out, house, rules, past, waiting=waiting
    )
    return Draft(
        lines=draft.lines, revision=draft.revision, asked=draft.asked, trial=trial
    )


async def _from_file(request: Request, form: FormData, draft: Draft) -> Draft:
    """Return the draft with the lines of a file in place of its own.

    Raises:
        BadFile: It is none.
    """
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadFile("there is no file", field="file")
    premises = premises_of(request)
    async with premises.database.reading() as session:
        atlas = await routes.atlas(session, premises.house)
    words = [catalogue(language) for language in Language]
    lines = from_csv(words, atlas, await file.read())
    return Draft(lines=lines, revision=draft.revision, asked=draft.asked)


def _sections(atlas: Atlas) -> list[tuple[str, str]]:
    """Return how sections are named in a line, and what they are called."""
    return [
        (atlas.section_name(notice.section_ids[option.path]), option.name)
        for notice in atlas.notices
        for option in section_options(notice)
    ]


def _whole(said: object) -> int:
    """Return the number that a field holds; what is none is 0."""
    text = str(said or "")
    return int(text) if text.isdecimal() and len(text) < len(str(1 << 63)) else 0
