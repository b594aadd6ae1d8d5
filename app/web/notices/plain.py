"""Plain-text versions of a notice and of each of its items, for whatever reads text."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import PlainTextResponse

from app.services.shelf import NoSuchSection, ShelvedNotice
from app.web import rendered
from app.web.dependencies import LanguageDep, PremisesDep
from app.web.notices.plain_text import node_lines, notice_lines, wrapped
from app.web.pages import language_of, link, premises_of
from app.web.public import Slug
from app.web.wording import catalogue

router = APIRouter(include_in_schema=False)


@router.get("/notices/{slug}.txt")
async def notice_as_text(
    request: Request, slug: Slug, premises: PremisesDep, language: LanguageDep
) -> Response:
    """Return a notice as plain text."""
    notice = (await premises.shelf()).notice(slug)

    def render() -> Response:
        address = f"/notices/{notice.slug}"
        return _text(request, notice, address, notice_lines(notice.outline))

    pages = rendered.rendered_pages_of(request)
    key = ("text", notice.version_id, language)
    return rendered.answer(request, pages.get(key, render))


@router.get("/notices/{slug}/sections/{path}.txt")
async def section_as_text(
    request: Request,
    slug: Slug,
    path: Annotated[str, Path(max_length=80)],
    premises: PremisesDep,
) -> Response:
    """Return an item, with those below it, as plain text."""
    notice = (await premises.shelf()).notice(slug)
    if path not in notice.nodes:
        raise NoSuchSection(f"the notice has no section {path[:40]}")
    inside = [
        node
        for node in notice.outline.nodes()
        if node.path == path or node.path.startswith(f"{path}.")
    ]
    lines = [*wrapped(notice.title), *(s for node in inside for s in node_lines(node))]
    return _text(request, notice, f"/notices/{notice.slug}/sections/{path}", lines)


def _text(
    request: Request, notice: ShelvedNotice, address: str, lines: Iterable[str]
) -> Response:
    """Return ``lines`` with a foot that says where they come from."""
    words = catalogue(language_of(request))
    place = f"{premises_of(request).settings.base_url}{link(request, address)}"
    foot = words.text("notice_text.foot", number=notice.version, address=place)
    content = "\n".join([*lines, "", "--", foot, ""])
    return PlainTextResponse(content, headers={"Cache-Control": "no-cache"})
