"""The board of a notice: what came of the opinions on each of its items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.domain.outcome import Outcome
from app.services.publishing.progress import ProgressLine
from app.services.publishing.reckoning import Reckoning
from app.services.publishing.satisfaction import LEAST_RATED, Rated
from app.services.shelf import ShelvedNotice
from app.web import rendered
from app.web.dependencies import LanguageDep, PremisesDep
from app.web.outcome.charts import Stretch, columns, stretches
from app.web.outcome.figures import figures_of
from app.web.pages import page
from app.web.reading import short_name

router = APIRouter(include_in_schema=False)

Slug = Annotated[str, Path(max_length=80)]

_NAME = 80
_DEEPEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """An item on the board."""

    path: str | None
    """None: what is tied to no item."""

    name: str
    depth: int
    chapter: bool
    """Whether it has parts, and nobody wrote on it as a whole."""

    received: int | None
    outcomes: Mapping[Outcome, int | None]
    bar: Sequence[Stretch]
    rated: Rated | None
    answers: int
    progress: ProgressLine | None


@router.get("/notices/{slug}/board")
async def show_board(
    request: Request, slug: Slug, premises: PremisesDep, language: LanguageDep
) -> Response:
    """Show what came of each item of a notice."""
    notice = (await premises.shelf()).notice(slug)
    figures = await figures_of(request).of(premises, notice)

    def render() -> Response:
        span = [
            (week.isoformat(), figures.weeks.columns.get(week, 0))
            for week in figures.span
        ]
        return page(
            request,
            "outcome/board.html",
            notice=notice,
            figures=figures,
            rows=board_rows(notice, figures),
            outcomes=_outcomes(figures),
            total=_totals(figures),
            weeks=span,
            chart=columns(span),
            least_rated=LEAST_RATED,
        )

    pages = rendered.rendered_pages_of(request)
    key = ("board", notice.version_id, notice.title, figures.key, language)
    return rendered.answer(request, pages.get(key, render))


def board_rows(notice: ShelvedNotice, figures: Reckoning) -> list[BoardRow]:
    """Return a row for each item in the order of the text, and one for none."""
    rows = [
        _row(
            figures,
            notice.section_ids[node.path],
            path=node.path,
            name=short_name(node, _NAME),
            has_parts=bool(node.children),
        )
        for node in notice.outline.nodes()
    ]
    none = _row(figures, None, path=None, name="", has_parts=False)
    return [*rows, none] if none.received != 0 else rows


def _row(
    figures: Reckoning,
    key: int | None,
    *,
    path: str | None,
    name: str,
    has_parts: bool,
) -> BoardRow:
    received = figures.received(key)
    outcomes = {each: figures.outcomes.cell(key, each) for each in _outcomes(figures)}
    return BoardRow(
        path=path,
        name=name,
        depth=min((path or "").count("."), _DEEPEST),
        chapter=has_parts and received == 0,
        received=received,
        outcomes=outcomes,
        bar=stretches(outcomes),
        rated=(figures.satisfied or {}).get(key),
        answers=figures.answers.get(key, 0),
        progress=figures.progress.get(key) if key is not None else None,
    )


def _totals(figures: Reckoning) -> Mapping[Outcome, int | None]:
    return {each: figures.outcomes.columns.get(each, 0) for each in _outcomes(figures)}


def _outcomes(figures: Reckoning) -> Sequence[Outcome]:
    """Return the outcomes that are told of; what came from lists is, where any did."""
    some = figures.outcomes.columns
    return [each for each in Outcome if each is not Outcome.EARLIER or each in some]
