"""The JSON API's reading room: the published notices and their sections."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from app.services.shelf import ShelvedNotice
from app.web.api_models import (
    NoticeContact,
    NoticeList,
    NoticeSummary,
    NoticeText,
    Section,
    SectionList,
)
from app.web.dependencies import NowDep, PremisesDep
from app.web.openapi import named, with_problems
from app.web.public import window

router = APIRouter(prefix="/api/v1", generate_unique_id_function=named)

Slug = Annotated[str, Path(max_length=80)]
SectionPath = Annotated[str, Path(max_length=80)]


@router.get("/notices", responses=with_problems())
async def list_notices(premises: PremisesDep, now: NowDep) -> NoticeList:
    """List the published notices."""
    shelf = await premises.shelf()
    return NoticeList(
        notices=[
            NoticeSummary(**_summary(notice), window=window(premises, notice, now))
            for notice in shelf.notices
        ]
    )


@router.get("/notices/{slug}", responses=with_problems(404, 422))
async def read_notice(slug: Slug, premises: PremisesDep, now: NowDep) -> NoticeText:
    """Read a notice without its sections."""
    notice = (await premises.shelf()).notice(slug)
    return NoticeText(
        **_summary(notice),
        window=window(premises, notice, now),
        preamble=notice.outline.preamble,
        closing=notice.outline.closing,
        contact=NoticeContact.model_validate(notice.outline.contact),
    )


@router.get("/notices/{slug}/sections", responses=with_problems(404, 422))
async def list_sections(slug: Slug, premises: PremisesDep) -> SectionList:
    """Read all sections of a notice."""
    notice = (await premises.shelf()).notice(slug)
    return SectionList(
        notice=notice.slug,
        version=notice.version,
        sections=[_section(notice, path) for path in notice.nodes],
    )


@router.get("/notices/{slug}/sections/{path}", responses=with_problems(404, 422))
async def read_section(slug: Slug, path: SectionPath, premises: PremisesDep) -> Section:
    """Read one section."""
    notice = (await premises.shelf()).notice(slug)
    notice.section_id(path)
    return _section(notice, path)


def _summary(notice: ShelvedNotice) -> dict[str, Any]:
    return {
        "slug": notice.slug,
        "title": notice.title,
        "issuer": notice.issuer,
        "published_on": notice.outline.published_on,
        "version": notice.version,
        "opens_on": notice.opens_on,
        "closes_on": notice.closes_on,
    }


def _section(notice: ShelvedNotice, path: str) -> Section:
    node = notice.nodes[path]
    return Section(
        path=path,
        label=node.label,
        heading=node.heading,
        body=node.body,
        measures=list(node.measures),
        parent=path.rpartition(".")[0] or None,
        children=[child.path for child in node.children],
    )
