"""The document: a notice from its title to its signature, and the search within it."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from app.domain.marking import Sought
from app.domain.small_counts import LEAST
from app.services import tallies
from app.services.shelf import ShelvedNotice
from app.services.tallies import TallySheet
from app.web import rendered
from app.web.dependencies import LanguageDep, NowDep, PremisesDep
from app.web.notices.prepared import Prepared, PreparedNotices, Ready
from app.web.notices.shown import SearchableNotice, ShownNotice, shown_notice
from app.web.outcome.figures import figures_of
from app.web.pages import Surroundings, page, piece, premises_of
from app.web.public import Slug, mail_address, window

router = APIRouter(include_in_schema=False)

MOST_SOUGHT: Final = 200
"""Signs of a query that are looked at."""

Sought_ = Annotated[str, Query(alias="q", max_length=1000)]


@router.get("/notices/{slug}")
async def read_notice(
    request: Request,
    slug: Slug,
    premises: PremisesDep,
    language: LanguageDep,
    *,
    now: NowDep,
    query: Sought_ = "",
) -> Response:
    """Show a notice, with what was searched for marked in it."""
    notice = (await premises.shelf()).notice(slug)
    sheet = await tallies_of(request, notice)
    query = query.strip()[:MOST_SOUGHT]

    today = now.astimezone(premises.settings.zone).date()
    days = (notice.opens_on, notice.closes_on, today)
    key = ("notice", notice.version_id, days, language, sheet.name)
    reading = Reading(notice=notice, tallies=sheet, state=window(premises, notice, now))
    if query:
        return _searched(request, reading, query, key)
    return rendered.kept(
        request, key, lambda: _page(request, reading, shown_notice(notice.outline))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a page of a notice tells, whatever is searched for."""

    notice: ShelvedNotice
    tallies: TallySheet
    state: str

    @property
    def facts(self) -> dict[str, Any]:
        """Return it as templates know it."""
        return {
            "notice": self.notice, "tallies": self.tallies, "state": self.state,
            "least": LEAST, "most": tallies.MOST,
        }  # fmt: skip


def _searched(
    request: Request, reading: Reading, query: str, key: Hashable
) -> Response:
    """Show the notice with what was searched for marked in it."""
    kept: PreparedNotices = request.app.state.prepared_notices
    off = premises_of(request).house.features.off
    prepared = kept.get((key, off), lambda: _prepared(request, reading))
    shown = prepared.searchable.searched(Sought(query))
    ready = prepared.ready.without(shown)
    return _page(request, reading, shown, query=query, ready=ready)


def _prepared(request: Request, reading: Reading) -> Prepared:
    searchable = SearchableNotice(reading.notice.outline)
    shown, around = searchable.plain, Surroundings.of(request)
    sections = {
        section.path: piece(
            "notices/section.html", around, shown=shown, section=section,
            **reading.facts,
        )
        for section in shown.sections
    }  # fmt: skip
    contents = piece("notices/contents.html", around, shown=shown)
    return Prepared(
        searchable=searchable, ready=Ready(contents=contents, sections=sections)
    )


def _page(
    request: Request,
    reading: Reading,
    shown: ShownNotice,
    *,
    query: str = "",
    ready: Ready | None = None,
) -> Response:
    settings = premises_of(request).settings
    return page(
        request,
        "public/notice.html",
        shown=shown,
        query=query,
        ready=ready,
        mail_address=mail_address(settings, reading.notice),
        home=settings.base_url,
        **reading.facts,
    )


async def tallies_of(request: Request, notice: ShelvedNotice) -> TallySheet:
    """Return how many have written on each item of ``notice``, as its board says."""
    return await figures_of(request).sheet(premises_of(request), notice)
