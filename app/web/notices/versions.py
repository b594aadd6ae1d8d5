"""The versions of a notice: a list, each to be read, and any two of them compared."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.shelf import ShelvedNotice
from app.services.versions import history
from app.services.versions.history import NoSuchVersion
from app.web import rendered
from app.web.dependencies import LanguageDep, PremisesDep, ReadingDep
from app.web.notices.shown import shown_notice
from app.web.pages import link, page
from app.web.public import Slug

router = APIRouter(include_in_schema=False)

_MOST: Final = 1_000_000

Number = Annotated[int, Path(ge=1, le=_MOST)]
Chosen = Annotated[int, Query(ge=0, le=_MOST)]


@router.get("/notices/{slug}/versions")
async def list_versions(
    request: Request, slug: Slug, premises: PremisesDep, session: ReadingDep
) -> Response:
    """List the versions of a notice, and let two of them be chosen."""
    notice = (await premises.shelf()).notice(slug)
    found = await history.versions(session, notice)
    return page(request, "notices/versions.html", notice=notice, versions=found)


@router.get("/notices/{slug}/versions/{number}")
async def read_version(
    request: Request,
    slug: Slug,
    number: Number,
    *,
    premises: PremisesDep,
    session: ReadingDep,
    language: LanguageDep,
) -> Response:
    """Show a former version; the present one has an address of its own."""
    notice = (await premises.shelf()).notice(slug)
    if number == notice.version:
        there = link(request, f"/notices/{notice.slug}")
        return RedirectResponse(there, status_code=HTTPStatus.SEE_OTHER)
    text = await history.read(session, notice, number)

    def render() -> Response:
        return page(
            request,
            "notices/version.html",
            notice=notice,
            text=text,
            shown=shown_notice(text.outline),
            now_at={
                path: notice.paths[key]
                for path, key in text.section_ids.items()
                if key in notice.paths
            },
        )

    key = ("version", text.version.id, notice.version_id, language)
    return rendered.kept(request, key, render)


@router.get("/notices/{slug}/changes")
async def read_changes(
    request: Request,
    slug: Slug,
    *,
    premises: PremisesDep,
    session: ReadingDep,
    language: LanguageDep,
    since: Chosen = 0,
    upto: Chosen = 0,
) -> Response:
    """Show what changed between two versions: unless chosen, the last two."""
    notice = (await premises.shelf()).notice(slug)
    if not (since and upto):
        since, upto = await _last_two(session, notice, upto)
    old, new = sorted((since, upto))
    address = f"since={old}&upto={new}"
    if request.url.query != address:
        there = link(request, f"/notices/{notice.slug}/changes?{address}")
        return RedirectResponse(there, status_code=HTTPStatus.SEE_OTHER)
    before = await history.read(session, notice, old)
    after = await history.read(session, notice, new)
    pages = rendered.rendered_pages_of(request)
    key = ("changes", before.version.id, after.version.id, notice.version_id, language)
    known = pages.find(key)
    if known is not None:
        return rendered.answer(request, known)
    changed = await asyncio.to_thread(history.changes, before, after)

    def render() -> Response:
        return page(
            request, "notices/changes.html",
            notice=notice, before=before, after=after, changed=changed,
        )  # fmt: skip

    return rendered.answer(request, pages.get(key, render))


async def _last_two(
    session: AsyncSession, notice: ShelvedNotice, upto: int
) -> tuple[int, int]:
    """Return the numbers of a version and of the one before it.

    That is the present one, unless ``upto`` names another.

    Raises:
        NoSuchVersion: None was published before.
    """
    upto = upto or notice.version
    for version in await history.versions(session, notice):
        if version.number < upto:
            return version.number, upto
    raise NoSuchVersion(f"no version of {notice.slug} was published before {upto}")
