"""Wordings at the desk: what letters say, as the citizen will see it, and changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.domain.vocabulary import Language, MailPurpose
from app.errors import AppError
from app.mail.wordings import IN_SUBJECT, NEEDED, PLACES, Wording, filled
from app.services import rewording
from app.services.rewording import BadWording, StaleWording, WordingEntry
from app.services.staff import Person
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained
from app.web.pages import language_of, premises_of
from app.web.wording import catalogue

router = APIRouter(prefix="/wordings")

KeeperDep = Annotated[Person, Depends(on_duty(Duty.WORDINGS))]


class WordingForm(BaseModel):
    """A wording, and what is to be done with it."""

    do: Literal["preview", "save", "reset"] = "preview"
    version: str = ""
    subject: str = ""
    body: str = ""

    @property
    def wording(self) -> Wording:
        """The wording as it was typed."""
        return Wording(subject=self.subject, body=self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One wording, on somebody's screen."""

    request: Request
    person: Person
    purpose: MailPurpose
    in_language: Language

    async def fill(self, form: WordingForm, *, now: datetime) -> None:
        """Keep what was typed, or forget what had been, in a transaction of its own."""
        key = (self.person, self.purpose, self.in_language)
        async with premises_of(self.request).database.writing() as session:
            if form.do == "reset":
                await rewording.reset(session, *key, version=form.version, now=now)
            else:
                await rewording.change(
                    session, *key, form.wording, version=form.version, now=now
                )

    async def page(
        self, *, typed: WordingForm | None = None, error: AppError | None = None
    ) -> Response:
        """Return the page, with what was typed and what is wrong with it."""
        request, person = self.request, self.person
        async with premises_of(request).database.reading() as session:
            entry = await rewording.entry(
                session, person, self.purpose, self.in_language
            )
        wording = typed.wording if typed else entry.wording
        stale = isinstance(error, StaleWording)
        bad = isinstance(error, BadWording)
        return desk_page(
            request, person, "desk/wording.html",
            status=_status(error),
            entry=entry,
            version=entry.version if typed is None or stale else typed.version,
            wording=wording,
            seen=None if bad else _sample(request, entry, wording),
            places=PLACES[self.purpose],
            needed=NEEDED[self.purpose],
            in_subject=IN_SUBJECT,
            faults=_faults(request, error),
            stale=explained(request, "stale_wording", "") if stale else None,
        )  # fmt: skip


async def _sheet(
    request: Request, person: KeeperDep, purpose: MailPurpose, in_language: Language
) -> Sheet:
    return Sheet(
        request=request, person=person, purpose=purpose, in_language=in_language
    )


@router.get("")
async def show_wordings(
    request: Request, person: KeeperDep, session: ReadingDep
) -> Response:
    """Show which letters there are, and which of them speak in our own words."""
    return desk_page(
        request, person, "desk/wordings.html",
        wordings=await rewording.entries(session, person),
    )  # fmt: skip


@router.get("/{purpose}/{in_language}")
async def show_wording(sheet: Annotated[Sheet, Depends(_sheet)]) -> Response:
    """Show one wording, to be changed."""
    return await sheet.page()


@router.post("/{purpose}/{in_language}")
async def change_wording(
    sheet: Annotated[Sheet, Depends(_sheet)],
    form: Annotated[WordingForm, Form()],
    now: NowDep,
) -> Response:
    """Show how a letter would look, or let letters say so from now on."""
    try:
        if form.do == "preview":
            rewording.checked(sheet.purpose, form.wording)
            return await sheet.page(typed=form)
        await sheet.fill(form, now=now)
    except (BadWording, StaleWording) as error:
        return await sheet.page(typed=form, error=error)
    # What letters say is looked up with the next of them.
    premises_of(sheet.request).house.shelf.expire()
    done = "wording_reset" if form.do == "reset" else "wording_saved"
    where = f"/desk/wordings/{sheet.purpose}/{sheet.in_language}"
    return see(sheet.request, where, done=done)


def _status(error: AppError | None) -> HTTPStatus:
    if error is None:
        return HTTPStatus.OK
    if isinstance(error, StaleWording):
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _faults(request: Request, error: AppError | None) -> dict[str, Sequence[str]]:
    """Return what is wrong, in words, by field."""
    found: dict[str, list[str]] = {}
    words = catalogue(language_of(request))
    for fault in error.faults if isinstance(error, BadWording) else ():
        said = words.text(
            f"wording.{fault.code}", place=fault.place, nearest=fault.nearest
        )
        found.setdefault(fault.field, []).append(said)
    return {field: tuple(said) for field, said in found.items()}


def _sample(request: Request, entry: WordingEntry, wording: Wording) -> Wording:
    """Return what a letter would say of an opinion that never was."""
    house = premises_of(request).house
    words = catalogue(entry.language)
    facts = {
        place: words.text(f"sample.{place}")
        for place in PLACES[entry.purpose]
        if f"sample.{place}" in words
    }
    prefix = "" if entry.language is Language.ZH else f"/{entry.language}"
    site = f"{house.settings.base_url}{prefix}"
    urls = {"track_url": f"{site}/track", "not_me_url": f"{site}/not-me/3f2a.9c1d"}
    return filled(wording, facts | urls)
