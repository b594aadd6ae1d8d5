"""One item of a notice at an address of its own, or what became of it."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from app.domain.small_counts import LEAST
from app.services import past_sections, tallies
from app.services.shelf import ShelvedNotice
from app.web import rendered
from app.web.dependencies import LanguageDep, NowDep, PremisesDep, ReadingDep
from app.web.notices.document import tallies_of
from app.web.notices.shown import shown_section
from app.web.outcome.answers import beside_item
from app.web.pages import page, premises_of
from app.web.public import Slug, window
from app.web.reading import short_name

router = APIRouter(include_in_schema=False)

SectionPath = Annotated[str, Path(max_length=80)]

_NEIGHBOUR: Final = 34
_BELOW: Final = 80


@router.get("/notices/{slug}/sections/{path}")
async def read_section(
    request: Request,
    slug: Slug,
    path: SectionPath,
    *,
    premises: PremisesDep,
    language: LanguageDep,
    session: ReadingDep,
    now: NowDep,
) -> Response:
    """Show one item of a notice and what came of it, or what became of it."""
    notice = (await premises.shelf()).notice(slug)
    node = notice.nodes.get(path)
    if node is None:
        return await _gone(request, notice, path)
    tally = (await tallies_of(request, notice)).at(path)
    came = await beside_item(session, notice, path)
    order = list(notice.nodes)
    place = order.index(path)

    def render() -> Response:
        return page(
            request,
            "public/section.html",
            notice=notice,
            state=window(premises, notice, now),
            section=shown_section(node),
            tally=tally,
            came_of_it=came,
            above=[notice.nodes[above] for above in _above(path)],
            below=[(child, short_name(child, _BELOW)) for child in node.children],
            before=_neighbour(notice, order[place - 1] if place else None),
            after=_neighbour(notice, next(iter(order[place + 1 :]), None)),
            least=LEAST,
            most=tallies.MOST,
            home=premises.settings.base_url,
        )

    today = now.astimezone(premises.settings.zone).date()
    days = (notice.opens_on, notice.closes_on, today)
    key = ("item", notice.version_id, path, days, language, tally, repr(came))
    return rendered.kept(request, key, render)


async def _gone(request: Request, notice: ShelvedNotice, path: str) -> Response:
    """Say what stood at ``path`` once, and where that is now."""
    async with premises_of(request).database.reading() as session:
        past = await past_sections.find(session, notice, path)
    now_at = notice.nodes[past.now_at] if past.now_at else None
    return page(
        request, "public/section_gone.html", status=410,
        notice=notice, past=past, now_at=now_at,
    )  # fmt: skip


def _above(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def _neighbour(notice: ShelvedNotice, path: str | None) -> tuple[str, str] | None:
    """Return path and name of an item; None: there is none on that side."""
    if path is None:
        return None
    return path, short_name(notice.nodes[path], _NEIGHBOUR)
