"""Feeds of published answers and of progress: of the site, a notice, an item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException

from app.domain.features import Feature
from app.domain.vocabulary import Language
from app.services.publishing import progress, published
from app.services.publishing.published import Sought
from app.services.shelf import ShelvedNotice
from app.web.dependencies import PremisesDep, ReadingDep
from app.web.offered import offered
from app.web.outcome import conditional
from app.web.outcome.feed_forms import ATOM, JSON_FEED, atom, json_feed
from app.web.outcome.feed_items import (
    NEVER,
    Entry,
    Feed,
    Site,
    answer_entry,
    progress_entry,
)
from app.web.outcome.items import keys_below
from app.web.pages import language_of, link, premises_of
from app.web.reading import short_name
from app.web.wording import catalogue

router = APIRouter(
    prefix="/feeds",
    include_in_schema=False,
    dependencies=[offered(Feature.FEEDS)],
)

MOST: Final = 50
_KINDS: Final = frozenset({"answers", "progress"})
_NAME: Final = 40
_FORMS: Final = {"atom": (atom, ATOM), "json": (json_feed, JSON_FEED)}
_TAGS: Final = {Language.ZH: "zh-CN", Language.EN: "en"}

Word = Annotated[str, Path(max_length=120)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a feed is about: everything, a notice, or an item of one."""

    notice: ShelvedNotice | None = None
    path: str | None = None

    @property
    def sought(self) -> Sought:
        """Which answers and lines are meant."""
        if self.notice is None:
            return Sought()
        keys = keys_below(self.notice, self.path) if self.path is not None else None
        return Sought(notice_id=self.notice.id, section_ids=keys)

    @property
    def name(self) -> str | None:
        """What it is called; None: it is everything."""
        if self.notice is None:
            return None
        if self.path is None:
            return self.notice.title
        return short_name(self.notice.nodes[self.path], _NAME)


@router.get("/{what}")
async def feed_of_all(
    request: Request, what: Word, *, premises: PremisesDep, session: ReadingDep
) -> Response:  # fmt: skip
    """Return the newest of the whole site."""
    await premises.shelf()
    what, form = _parted(what)
    return await _answer(request, session, (what, form), Scope())


@router.get("/{what}/{slug}")
async def feed_of_notice(
    request: Request, what: Word, slug: Word, *, premises: PremisesDep,
    session: ReadingDep,
) -> Response:  # fmt: skip
    """Return the newest of a notice."""
    shelf = await premises.shelf()
    slug, form = _parted(slug)
    scope = Scope(notice=shelf.notice(slug))
    return await _answer(request, session, (what, form), scope)


@router.get("/{what}/{slug}/{path}")
async def feed_of_item(
    request: Request, what: Word, slug: Word, path: Word, *, premises: PremisesDep,
    session: ReadingDep,
) -> Response:  # fmt: skip
    """Return the newest of an item, and of its parts."""
    notice = (await premises.shelf()).notice(slug)
    path, form = _parted(path)
    notice.section_id(path)
    scope = Scope(notice=notice, path=path)
    return await _answer(request, session, (what, form), scope)


def _parted(word: str) -> tuple[str, str]:
    """Return the last part of an address, and the form that it ends in.

    Raises:
        HTTPException: There is no such form.
    """
    name, _, form = word.rpartition(".")
    if form not in _FORMS or not name:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return name, form


async def _answer(
    request: Request, session: AsyncSession, asked: tuple[str, str], scope: Scope
) -> Response:
    """Return the newest of what was asked for, in the form that was asked for."""
    what, form = asked
    if what not in _KINDS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    premises, language = premises_of(request), language_of(request)
    site = Site(
        base_url=premises.settings.base_url,
        prefix=link(request, ""),
        language=language,
        shelf=premises.house.shelf,
    )
    gather = _answers if what == "answers" else _progress
    entries, changed_at = await gather(session, site, scope)
    words = catalogue(language)
    chosen = "".join(
        f"/{part}" for part in (scope.notice and scope.notice.slug, scope.path) if part
    )
    name = words.text(f"feed.{what}")
    feed = Feed(
        id=site.tag(f"{what}{chosen}"),
        title=" · ".join(filter(None, (name, scope.name, words.text("site.name")))),
        home=site.url(_home(what, scope)),
        address=site.url(f"/feeds/{what}{chosen}.{form}"),
        language=_TAGS[language],
        changed_at=changed_at or NEVER,
        entries=entries,
    )
    write, media_type = _FORMS[form]
    return conditional.answer(request, write(feed), media_type, changed_at=changed_at)


async def _answers(
    session: AsyncSession, site: Site, scope: Scope
) -> tuple[Sequence[Entry], datetime | None]:
    found = await published.page(session, scope.sought, most=MOST)
    entries = [answer_entry(site, each) for each in found.rows]
    return entries, await published.changed_at(session, scope.sought)


async def _progress(
    session: AsyncSession, site: Site, scope: Scope
) -> tuple[Sequence[Entry], datetime | None]:
    notice_id, keys = scope.sought.notice_id, scope.sought.section_ids
    lines = await progress.standing(
        session, notice_id=notice_id, section_ids=keys, most=MOST
    )
    issuer = catalogue(site.language).text("site.name")
    entries = [progress_entry(site, line, issuer) for line in lines]
    changed_at = await progress.changed_at(
        session, notice_id=notice_id, section_ids=keys
    )
    return [entry for entry in entries if entry is not None], changed_at


def _home(what: str, scope: Scope) -> str:
    """Return the page that a person reads in the feed's place."""
    if scope.notice is None:
        return "/answers" if what == "answers" else "/"
    at = (
        scope.notice.slug if scope.path is None else f"{scope.notice.slug}/{scope.path}"
    )
    if what == "answers":
        return f"/answers?item={at}"
    if scope.path is None:
        return f"/notices/{scope.notice.slug}/board"
    return f"/notices/{scope.notice.slug}/sections/{scope.path}"
