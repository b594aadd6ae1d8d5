"""Progress at the desk: what was done about each item, written down and taken back."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel, Field

from app.domain import permission
from app.domain.permission import Duty
from app.domain.publication import MOST_PROGRESS
from app.errors import AppError, InvalidInput
from app.services.publishing import progress
from app.services.publishing.progress import NewLine, ProgressLine
from app.services.shelf import NoSuchSection, ShelvedNotice
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.forms import StaleForm, Wrong, check_token, new_token
from app.web.keyset import cursor, parse_turn
from app.web.outcome.figures import figures_of
from app.web.outcome.items import choices
from app.web.pages import language_of, premises_of
from app.web.wording import catalogue

router = APIRouter(prefix="/progress")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_PROGRESS))]
WriterDep = Annotated[Person, Depends(on_duty(Duty.PROGRESS))]


class ProgressQuery(BaseModel):
    """What an address asks for."""

    notice: str = ""
    section: str = ""
    after: Annotated[str, Field(max_length=60)] = ""
    before: Annotated[str, Field(max_length=60)] = ""


class LineForm(BaseModel):
    """A line as it is typed."""

    token: str = ""
    notice: str = ""
    section: str = ""
    done_on: str = ""
    text: str = ""

    def line(self) -> NewLine:
        """Return what is to be written.

        Raises:
            InvalidInput: The day is none.
        """
        try:
            done_on = date.fromisoformat(self.done_on.strip())
        except ValueError:
            raise InvalidInput(
                "this is no day", field="done_on", code="bad_day"
            ) from None
        return NewLine(
            path=self.section, done_on=done_on, text=self.text, retry_key=self.token
        )


class BackForm(BaseModel):
    """Which notice's page the line stands on."""

    notice: str = ""


@router.get("")
async def show_progress(
    request: Request, query: Annotated[ProgressQuery, Query()], person: ReaderDep
) -> Response:
    """Show what was written about a notice, and a form for more."""
    return await _page(request, person, query)


@router.post("")
async def write_progress(
    request: Request, form: Annotated[LineForm, Form()], person: WriterDep, now: NowDep
) -> Response:
    """Write a line down."""
    premises = premises_of(request)
    notice = premises.house.shelf.notice(form.notice)
    try:
        check_token(premises.house.seal, form.token, now=now)
        today = now.astimezone(premises.settings.zone).date()
        async with premises.database.writing() as session:
            await progress.note(
                session, person, notice, form.line(), today=today, now=now
            )
    except (InvalidInput, NoSuchSection, StaleForm) as error:
        query = ProgressQuery(notice=notice.slug, section=form.section)
        return await _page(request, person, query, typed=form, error=error)
    figures_of(request).forget(notice.id)
    return see(request, "/desk/progress", notice=notice.slug, done="progress")


@router.post("/{line_id}/take-back")
async def take_back(
    request: Request,
    line_id: Key,
    form: Annotated[BackForm, Form()],
    person: WriterDep,
    now: NowDep,
) -> Response:
    """Take a line back."""
    premises = premises_of(request)
    async with premises.database.writing() as session:
        notice_id = await progress.take_back(session, person, line_id, now=now)
    figures_of(request).forget(notice_id)
    return see(request, "/desk/progress", notice=form.notice, done="progress_back")


async def _page(
    request: Request,
    person: Person,
    query: ProgressQuery,
    *,
    typed: LineForm | None = None,
    error: AppError | None = None,
) -> Response:
    premises = premises_of(request)
    notices, now = premises.house.shelf.notices, premises.clock()
    notice = _chosen(request, query.notice)
    found = None
    if notice is not None:
        turn = parse_turn(after=query.after, before=query.before, timed=False)
        async with premises.database.reading() as session:
            found = await progress.history(session, person, notice.id, turn=turn)
    wrong = _wrong(request, error)
    today = now.astimezone(premises.settings.zone).date()
    return desk_page(
        request, person, "outcome/progress.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        notices=notices,
        notice=notice,
        items=list(choices(notice)) if notice else [],
        lines=_lines(notice, found.rows if found else ()),
        neighbours={
            side: urlencode({"notice": query.notice, side: cursor(place)})
            if found and (place := getattr(found, side)) else None
            for side in ("before", "after")
        },
        form=typed or LineForm(section=query.section, done_on=today.isoformat()),
        token=new_token(premises.house.seal, now=now),
        today=today,
        keeps=permission.may(person.role, Duty.PROGRESS),
        wrong=wrong,
        wrong_by_field={each.field: each.words for each in wrong},
        most=MOST_PROGRESS,
    )  # fmt: skip


def _chosen(request: Request, slug: str) -> ShelvedNotice | None:
    """Return the notice that is meant, else the newest; None: there is none."""
    shelf = premises_of(request).house.shelf
    if slug:
        return shelf.notice(slug)
    return shelf.notices[0] if shelf.notices else None


def _lines(
    notice: ShelvedNotice | None, rows: Sequence[ProgressLine]
) -> list[tuple[ProgressLine, str | None, str | None]]:
    """Return each line with path and name of its item; None: the item is gone."""
    if notice is None:
        return []
    names = dict(choices(notice))
    found = []
    for line in rows:
        path = notice.paths.get(line.section_id)
        found.append((line, path, names[path].strip() if path else None))
    return found


def _wrong(request: Request, error: AppError | None) -> list[Wrong]:
    if error is None:
        return []
    words = catalogue(language_of(request))
    field = error.field if isinstance(error, InvalidInput) else "section"
    key = f"progress.wrong_{error.code}"
    said = words.text(key if key in words else f"wrong.{error.code}")
    return [Wrong(field=field, words=said)]
