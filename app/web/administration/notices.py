"""Notices at the desk: all of them, and one with its window and its draft."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.outline import outline_from_json
from app.domain.permission import Duty
from app.errors import AppError, InvalidInput
from app.services import notices
from app.services.administration import drafts
from app.services.administration.drafts import NotADraft
from app.services.notices import NothingToPublish, StaleNotice
from app.services.staff import Person
from app.web.administration.reading import date_of, first_day, warnings_in_words
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.pages import premises_of

router = APIRouter(prefix="/notices")

KeeperDep = Annotated[Person, Depends(on_duty(Duty.NOTICES))]


class VersionForm(BaseModel):
    """The version that somebody saw, and whether they are sure."""

    version: Key = 0
    sure: bool = False


class WindowForm(BaseModel):
    """The days on which opinions are taken, and those that stood there before."""

    opens_on: str = ""
    closes_on: str = ""
    seen_opens_on: str = ""
    seen_closes_on: str = ""


class NotSure(InvalidInput):
    """The box was not ticked that says so."""

    code = "not_sure"


@router.get("")
async def show_notices(
    request: Request, person: KeeperDep, session: ReadingDep
) -> Response:
    """Show all notices."""
    return desk_page(
        request, person, "desk/administration/notices.html",
        notices=await drafts.entries(session, person),
    )  # fmt: skip


@router.get("/{slug}")
async def show_notice(request: Request, person: KeeperDep, slug: str) -> Response:
    """Show a notice, and what its draft would change."""
    return await _page(request, person, slug)


@router.post("/{slug}/publish")
async def publish(
    request: Request,
    slug: str,
    form: Annotated[VersionForm, Form()],
    person: KeeperDep,
    now: NowDep,
) -> Response:
    """Let the public read the version that was seen."""
    premises = premises_of(request)
    try:
        _check_sure(form, "sure_publish")
        async with premises.database.writing() as session:
            await notices.publish(
                session, slug, now=now, seen=form.version, staff_id=person.staff_id
            )
    except (NotSure, StaleNotice, NothingToPublish) as error:
        return await _page(request, person, slug, error=error)
    premises.house.shelf.expire()
    return see(request, f"/desk/notices/{slug}", done="notice_published")


@router.post("/{slug}/withdraw")
async def withdraw(
    request: Request,
    slug: str,
    form: Annotated[VersionForm, Form()],
    person: KeeperDep,
    now: NowDep,
) -> Response:
    """Take a version away that nobody outside has read."""
    try:
        _check_sure(form, "sure_withdraw")
        async with premises_of(request).database.writing() as session:
            left = await drafts.withdraw(
                session, person, slug, seen=form.version, now=now
            )
    except (NotSure, StaleNotice, NotADraft) as error:
        return await _page(request, person, slug, error=error)
    there = f"/desk/notices/{slug}" if left else "/desk/notices"
    return see(request, there, done="notice_withdrawn")


@router.post("/{slug}/window")
async def set_window(
    request: Request,
    slug: str,
    form: Annotated[WindowForm, Form()],
    person: KeeperDep,
    now: NowDep,
) -> Response:
    """Take opinions on other days."""
    premises = premises_of(request)
    try:
        opens_on = first_day(form.opens_on)
        seen = first_day(form.seen_opens_on)
        async with premises.database.writing() as session:
            await drafts.set_window(
                session, person, slug,
                opens_on=opens_on,
                closes_on=date_of(form.closes_on, field="closes_on"),
                seen=(seen, date_of(form.seen_closes_on, field="closes_on")),
                now=now,
            )  # fmt: skip
    except (InvalidInput, StaleNotice) as error:
        return await _page(request, person, slug, typed=form, error=error)
    premises.house.shelf.expire()
    return see(request, f"/desk/notices/{slug}", done="window_saved")


def _check_sure(form: VersionForm, field: str) -> None:
    if not form.sure:
        raise NotSure("the box is not ticked", field=field)


async def _page(
    request: Request,
    person: Person,
    slug: str,
    *,
    typed: WindowForm | None = None,
    error: AppError | None = None,
) -> Response:
    async with premises_of(request).database.reading() as session:
        entry = await drafts.entry(session, person, slug)
        version = await notices.newest_version(session, slug)
        outline = outline_from_json(version.outline)
        standing = await drafts.standing(session, entry) if entry.has_draft else None
    found = None
    if standing is not None:
        found = await asyncio.to_thread(standing.succession, outline)
    said = explained(request, error.code, str(error)) if error else None
    field = error.field if isinstance(error, InvalidInput) else None
    return desk_page(
        request, person, "desk/administration/notice.html",
        status=status_of(error) if error else HTTPStatus.OK,
        notice=entry,
        outline=outline,
        warnings=warnings_in_words(request, outline),
        withdrawable=version.published_at is None,
        succession=found,
        typed=typed,
        error=said,
        fault=field,
    )  # fmt: skip
