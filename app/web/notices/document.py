"""The document: a notice from its title to its signature, and the search within it."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from app.domain.marking import Sought
from app.services import tallies
from app.services.shelf import ShelvedNotice
from app.services.tallies import TallyBoard, TallySheet
from app.web import rendered
from app.web.dependencies import LanguageDep, NowDep, PremisesDep
from app.web.notices.shown import shown_notice
from app.web.pages import page, premises_of
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

    def render() -> Response:
        return page(
            request,
            "public/notice.html",
            notice=notice,
            state=window(premises, notice, now),
            shown=shown_notice(notice.outline, Sought(query) if query else None),
            tallies=sheet,
            query=query,
            mail_address=mail_address(premises.settings, notice),
            least=tallies.LEAST,
            most=tallies.MOST,
            home=premises.settings.base_url,
        )

    today = now.astimezone(premises.settings.zone).date()
    days = (notice.opens_on, notice.closes_on, today)
    key = ("notice", notice.version_id, days, language, sheet.name)
    return rendered.kept(request, key, render)


async def tallies_of(request: Request, notice: ShelvedNotice) -> TallySheet:
    """Return how many have written on each item of ``notice``."""
    premises = premises_of(request)
    board: TallyBoard = request.app.state.tally_board
    return await board.of(premises.database, notice, now=premises.clock())
