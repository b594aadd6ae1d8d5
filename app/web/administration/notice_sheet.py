"""A notice's text at the desk: put in, read, corrected by hand, kept as a version.

Nothing is stored until somebody saves what they looked at: the page bears a digest of
the text that its outline was read from, and the version that it would follow.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.outline import NotANotice, Outline, decode_notice
from app.domain.permission import Duty
from app.errors import AppError, InvalidInput
from app.services import notices
from app.services.administration import drafts
from app.services.administration.drafts import NoticeEntry
from app.services.administration.succeeding import Succession
from app.services.notices import AnotherNotice, StaleNotice
from app.services.staff import Person
from app.web.administration.notice_text import Sheet, outline_of, sheet_of, typed
from app.web.administration.reading import date_of, first_day, warnings_in_words
from app.web.dependencies import NowDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.forms import received, text_of
from app.web.pages import premises_of

router = APIRouter(prefix="/notices")

KeeperDep = Annotated[Person, Depends(on_duty(Duty.NOTICES))]

_REFUSED: Final = (InvalidInput, AnotherNotice, StaleNotice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a text was read as, and what it would do."""

    outline: Outline
    known: NoticeEntry | None
    succession: Succession | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The place at which a text is worked on: of a new notice, or of one there is."""

    request: Request
    person: Person
    of: NoticeEntry | None = None

    async def look(self, sheet: Sheet) -> Look:
        """Read the text.

        Raises:
            NotANotice: It is none.
            InvalidInput: It is too long, or the name is another notice's.
        """
        outline = await outline_of(sheet)
        async with premises_of(self.request).database.reading() as session:
            known = await self._known(session, outline, sheet)
            if self.of is None:
                drafts.check_new(known, sheet.slug)
            standing = await drafts.standing(session, known) if known else None
        found = None
        if standing is not None:
            found = await asyncio.to_thread(standing.succession, outline)
        return Look(outline=outline, known=known, succession=found)

    async def keep(self, sheet: Sheet, look: Look, *, now: NowDep) -> str:
        """Store the text as the next version; return the notice's name.

        Raises:
            StaleNotice: It would follow another version than was seen.
            InvalidInput: A day is none, or the window ends before it begins.
        """
        zone = premises_of(self.request).settings.zone
        slug, _, number = sheet.seen.partition("/")
        version = int(number) if number.isdecimal() else 0
        async with premises_of(self.request).database.writing() as session:
            known = await self._known(session, look.outline, sheet)
            drafts.check_seen(known, slug=slug, version=version)
            opens_on, closes_on = _window(sheet, known)
            imported = await notices.import_notice(
                session,
                sheet.source,
                slug=known.slug if known else sheet.slug or None,
                opens_on=opens_on,
                closes_on=closes_on,
                today=now.astimezone(zone).date(),
                now=now,
                title=look.outline.title,
                staff_id=self.person.staff_id,
            )
        return imported.slug

    async def kept(self, sheet: Sheet) -> str | None:
        """Return the notice whose newest version this is already; None: of none."""
        async with premises_of(self.request).database.reading() as session:
            return await drafts.kept(
                session, self.person, sheet.source, title=sheet.title, of=self.of
            )

    async def _known(
        self, session: AsyncSession, outline: Outline, sheet: Sheet
    ) -> NoticeEntry | None:
        """Return the notice that the text belongs to, as it now stands."""
        slug = self.of.slug if self.of else sheet.slug or None
        return await drafts.belonging(session, self.person, outline, slug=slug)

    def page(
        self, sheet: Sheet, look: Look | None = None, error: AppError | None = None
    ) -> Response:
        """Return the page."""
        known = look.known if look else self.of
        facts: dict[str, Any] = {
            "of": self.of,
            "sheet": replace(
                sheet,
                looked=sheet.name if look else "",
                seen=f"{known.slug}/{known.newest}" if known else "",
            ),
            "look": look,
            "warnings": warnings_in_words(self.request, look.outline) if look else (),
            "faults": _faults(self.request, error),
            "trouble": _trouble(self.request, error),
        }
        return desk_page(
            self.request, self.person, "desk/administration/notice_sheet.html",
            status=status_of(error) if error else HTTPStatus.OK,
            **facts,
        )  # fmt: skip


class LookAgain(InvalidInput):
    """The text was changed after its outline had been seen."""

    code = "look_again"


async def _of_notice(request: Request, person: KeeperDep, slug: str) -> Desk:
    async with premises_of(request).database.reading() as session:
        known = await drafts.entry(session, person, slug)
    return Desk(request=request, person=person, of=known)


async def _of_none(request: Request, person: KeeperDep) -> Desk:
    return Desk(request=request, person=person)


@router.get("/new")
async def show_empty(desk: Annotated[Desk, Depends(_of_none)]) -> Response:
    """Show an empty sheet."""
    return desk.page(Sheet())


@router.post("/new")
async def work_on_new(
    desk: Annotated[Desk, Depends(_of_none)], now: NowDep
) -> Response:
    """Read the text of a new notice, or keep it."""
    return await _work(desk, now=now)


@router.get("/{slug}/text")
async def show_text(desk: Annotated[Desk, Depends(_of_notice)]) -> Response:
    """Show the newest text of a notice, to be corrected."""
    slug = desk.of.slug if desk.of else ""
    async with premises_of(desk.request).database.reading() as session:
        draft = await drafts.draft(session, desk.person, slug)
    text = decode_notice(draft.source)
    sheet = Sheet(text=text)
    read = await outline_of(sheet)
    if read.title != draft.outline.title:
        sheet = replace(sheet, title=draft.outline.title)
    return desk.page(sheet, await desk.look(sheet))


@router.post("/{slug}/text")
async def work_on_text(
    desk: Annotated[Desk, Depends(_of_notice)], now: NowDep
) -> Response:
    """Read the next text of a notice, or keep it."""
    return await _work(desk, now=now)


async def _work(desk: Desk, *, now: NowDep) -> Response:
    premises = premises_of(desk.request)
    async with received(desk.request, premises.settings) as form:
        try:
            sheet = await sheet_of(form)
        except InvalidInput as error:
            return desk.page(typed(form), error=error)
        do = text_of(form, "do")
    look: Look | None = None
    try:
        kept = await desk.kept(sheet) if do == "save" and sheet.looked else None
        if kept is not None:
            return see(desk.request, f"/desk/notices/{kept}", done="notice_saved")
        look = await desk.look(sheet)
        if do != "save":
            return desk.page(sheet, look)
        if sheet.looked != sheet.name:
            raise LookAgain("the text was changed since it was read", field="text")
        slug = await desk.keep(sheet, look, now=now)
    except _REFUSED as error:
        return desk.page(sheet, look, error)
    return see(desk.request, f"/desk/notices/{slug}", done="notice_saved")


def _window(sheet: Sheet, known: NoticeEntry | None) -> tuple[date, date | None]:
    """Return the days of a new notice; one that there is keeps its own."""
    if known is not None:
        return known.opens_on, known.closes_on
    opens_on = first_day(sheet.opens_on)
    closes_on = date_of(sheet.closes_on, field="closes_on")
    notices.check_window(opens_on, closes_on)
    return opens_on, closes_on


def _faults(request: Request, error: AppError | None) -> dict[str, str]:
    """Return what is wrong, in words, by the field that it is beside."""
    if not isinstance(error, InvalidInput):
        return {}
    words = explained(request, error.code, str(error))
    if isinstance(error, NotANotice):
        at = explained(request, "not_a_notice_line", "") if error.line else ""
        return {"text": f"{words} {at.format(line=error.line)}".rstrip()}
    return {error.field or "text": words}


def _trouble(request: Request, error: AppError | None) -> str | None:
    """Return what is wrong that is beside no field; None: nothing."""
    if error is None or isinstance(error, InvalidInput):
        return None
    return explained(request, error.code, str(error))
