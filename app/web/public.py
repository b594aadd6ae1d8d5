"""The public site: the published notices, each item at an address of its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import PlainTextResponse
from markupsafe import Markup

from app.domain.outline import Node
from app.domain.submission import CONSENT_VERSION
from app.premises import Premises
from app.services import past_sections
from app.services.past_sections import PastSection
from app.services.shelf import ShelvedNotice
from app.settings import Settings
from app.web import rendered
from app.web.dependencies import LanguageDep, NowDep, PremisesDep, ReadingDep
from app.web.pages import page
from app.web.reading import passages, short_name, with_figures

router = APIRouter(include_in_schema=False)

Slug = Annotated[str, Path(max_length=80)]
SectionPath = Annotated[str, Path(max_length=80)]

Window = Literal["open", "closed", "soon"]

_NEIGHBOUR: Final = 34
_LOWEST_HEADING: Final = 6

_ROBOTS: Final = "\n".join(
    ["User-agent: *"]
    + [f"Disallow: {prefix}{path}" for prefix in ("", "/en")
       for path in ("/desk", "/track", "/api/v1/opinions")]
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPassage:
    """A run of paragraphs or a list of measures, as HTML."""

    paragraphs: tuple[Markup, ...]
    measures: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """An item of a notice as its page shows it."""

    path: str
    label: str
    heading: str
    level: int
    """Of its heading on the notice's page: chapters have 2."""

    leaf: bool
    passages: tuple[ShownPassage, ...]

    @property
    def depth(self) -> int:
        """How deep it stands, for the table of contents."""
        return self.path.count(".")


@router.get("/")
async def home(request: Request, premises: PremisesDep, now: NowDep) -> Response:
    """List the published notices."""
    shelf = await premises.shelf()
    shown = [(notice, window(premises, notice, now)) for notice in shelf.notices]
    return page(request, "public/home.html", notices=shown)


@router.get("/notices")
async def notices(request: Request, premises: PremisesDep, now: NowDep) -> Response:
    """List the published notices, at the address that theirs begin with."""
    return await home(request, premises, now)


@router.get("/notices/{slug}")
async def read_notice(
    request: Request,
    slug: Slug,
    premises: PremisesDep,
    language: LanguageDep,
    now: NowDep,
) -> Response:
    """Show a notice from its title to its signature."""
    notice = (await premises.shelf()).notice(slug)
    state = window(premises, notice, now)

    def render() -> Response:
        return page(
            request,
            "public/notice.html",
            notice=notice,
            state=state,
            preamble=_paragraphs(notice.outline.preamble),
            sections=[shown_section(node) for node in notice.outline.nodes()],
            closing=_paragraphs(notice.outline.closing or ""),
            mail_address=mail_address(premises.settings, notice),
        )

    pages = rendered.rendered_pages_of(request)
    key = (notice.version_id, notice.opens_on, notice.closes_on, state, language)
    return rendered.answer(request, pages.get(key, render))


@router.get("/notices/{slug}/sections/{path}")
async def read_section(
    request: Request,
    slug: Slug,
    path: SectionPath,
    *,
    premises: PremisesDep,
    session: ReadingDep,
    now: NowDep,
) -> Response:
    """Show one item of a notice, or what became of it."""
    notice = (await premises.shelf()).notice(slug)
    node = notice.nodes.get(path)
    if node is None:
        past = await past_sections.find(session, notice, path)
        return _gone(request, notice, past)
    order = list(notice.nodes)
    place = order.index(path)
    return page(
        request,
        "public/section.html",
        notice=notice,
        state=window(premises, notice, now),
        section=shown_section(node),
        above=[notice.nodes[above] for above in _above(path)],
        below=[(child, short_name(child, 80)) for child in node.children],
        before=_neighbour(notice, order[place - 1] if place else None),
        after=_neighbour(notice, order[place + 1] if place + 1 < len(order) else None),
    )


@router.get("/privacy")
async def privacy(request: Request, premises: PremisesDep) -> Response:
    """Say what is kept of a person, why, and for how long."""
    return page(
        request,
        "public/privacy.html",
        version=CONSENT_VERSION,
        mail_address=_reachable(premises.settings),
    )


@router.get("/robots.txt")
async def robots() -> Response:
    """Ask search engines to leave alone what is nobody's to find."""
    return PlainTextResponse(f"{_ROBOTS}\n")


def window(premises: Premises, notice: ShelvedNotice, now: datetime) -> Window:
    """Return whether opinions are taken: ``open``, ``closed``, or ``soon``."""
    day = now.astimezone(premises.settings.zone).date()
    if notice.open_on(day):
        return "open"
    return "closed" if notice.closed_on(day) else "soon"


def mail_address(settings: Settings, notice: ShelvedNotice) -> str | None:
    """Return the address at which letters reach ``notice``; None: there is none yet."""
    address = _reachable(settings)
    if address is None:
        return None
    name, _, host = address.rpartition("@")
    return f"{name}+{notice.slug}@{host}"


def shown_section(node: Node) -> ShownSection:
    """Return ``node`` as a page shows it."""
    return ShownSection(
        path=node.path,
        label=node.label,
        heading=node.heading,
        level=min(node.path.count(".") + 2, _LOWEST_HEADING),
        leaf=not node.children,
        passages=tuple(
            ShownPassage(
                paragraphs=tuple(map(with_figures, passage.paragraphs)),
                measures=tuple(map(with_figures, passage.measures)),
            )
            for passage in passages(node)
        ),
    )


def _reachable(settings: Settings) -> str | None:
    """Return the intake address, unless nobody has set one."""
    host = settings.intake_address.rpartition("@")[2]
    return None if host == "localhost" else settings.intake_address


def _gone(request: Request, notice: ShelvedNotice, past: PastSection) -> Response:
    now_at = notice.nodes[past.now_at] if past.now_at else None
    return page(
        request, "public/section_gone.html", status=410,
        notice=notice, past=past, now_at=now_at,
    )  # fmt: skip


def _paragraphs(text: str) -> list[Markup]:
    return [with_figures(line) for line in text.split("\n") if line]


def _above(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def _neighbour(notice: ShelvedNotice, path: str | None) -> tuple[str, str] | None:
    if path is None:
        return None
    return path, short_name(notice.nodes[path], _NEIGHBOUR)
