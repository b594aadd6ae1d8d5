"""Published answers: the list of them, and each at an address of its own."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.paging import Page, Place
from app.services.publishing import progress, published
from app.services.publishing.published import AnswerGone, PublishedAnswer, Sought
from app.services.shelf import Shelf, ShelvedNotice
from app.web.dependencies import PremisesDep, ReadingDep
from app.web.keyset import cursor, parse_turn
from app.web.outcome.items import choices, item_of, keys_below
from app.web.pages import page

router = APIRouter(include_in_schema=False)

Name = Annotated[str, Path(max_length=40)]

_BESIDE_AN_ITEM: Final = 3
_LINES: Final = 5


class AnswersQuery(BaseModel):
    """What an address asks for."""

    q: Annotated[str, Field(max_length=200)] = ""
    notice: Annotated[str, Field(max_length=80)] = ""
    item: Annotated[str, Field(max_length=160)] = ""
    """``SLUG/PATH``; its parts are meant as well."""

    after: Annotated[str, Field(max_length=60)] = ""
    before: Annotated[str, Field(max_length=60)] = ""

    def asked(self) -> dict[str, str]:
        """Return what was asked for, as parts of an address, without the place."""
        asked = self.model_dump(exclude={"after", "before"})
        return {name: value for name, value in asked.items() if value}

    @property
    def scope(self) -> str:
        """The part of a feed's address that names what was chosen."""
        chosen = self.item or self.notice
        return f"/{chosen}" if chosen else ""


@router.get("/answers")
async def list_answers(
    request: Request,
    query: Annotated[AnswersQuery, Query()],
    premises: PremisesDep,
    session: ReadingDep,
) -> Response:
    """List the published answers, newest first."""
    shelf = await premises.shelf()
    turn = parse_turn(after=query.after, before=query.before, timed=True)
    found = await published.page(session, _sought(shelf, query), turn=turn)
    return page(
        request,
        "outcome/answers.html",
        query=query,
        rows=[(each, item_of(shelf, each.notice_id, each.section_id))
              for each in found.rows],
        neighbours=_neighbours(query, found),
        notices=shelf.notices,
        choices={notice.slug: list(choices(notice)) for notice in shelf.notices},
    )  # fmt: skip


@router.get("/answers/{name}")
async def read_answer(
    request: Request, name: Name, premises: PremisesDep, session: ReadingDep
) -> Response:
    """Show one answer, or that it is not published any more."""
    shelf = await premises.shelf()
    try:
        answer = await published.find(session, name)
    except AnswerGone:
        return page(request, "outcome/answer_gone.html", status=HTTPStatus.GONE)
    item = item_of(shelf, answer.notice_id, answer.section_id)
    address = f"{premises.settings.base_url}/answers/{answer.name}"
    return page(
        request, "outcome/answer.html", answer=answer, item=item, address=address
    )


async def beside_item(
    session: AsyncSession, notice: ShelvedNotice, path: str
) -> Mapping[str, object]:
    """Return what a page about an item shows of what came of it."""
    key = notice.section_id(path)
    sought = Sought(section_ids=keys_below(notice, path))
    found = await published.page(session, sought, most=_BESIDE_AN_ITEM)
    lines = await progress.standing(
        session, section_ids=frozenset({key}), most=_LINES, by_day=True
    )
    return {"answers": found.rows, "more": found.after is not None, "lines": lines}


def _sought(shelf: Shelf, query: AnswersQuery) -> Sought:
    """Return what ``query`` asks for, in keys.

    Raises:
        NoSuchNotice: It names a notice that is not published.
        NoSuchSection: The notice has no such item.
    """
    slug, _, path = query.item.partition("/")
    slug = slug or query.notice
    if not slug:
        return Sought(words=query.q)
    notice = shelf.notice(slug)
    keys = keys_below(notice, path) if path else None
    return Sought(notice_id=notice.id, section_ids=keys, words=query.q)


def _neighbours(
    query: AnswersQuery, found: Page[PublishedAnswer]
) -> dict[str, str | None]:
    asked = query.asked()

    def beside(side: str, place: Place | None) -> str | None:
        return urlencode(asked | {side: cursor(place)}) if place else None

    return {
        "before": beside("before", found.before),
        "after": beside("after", found.after),
    }
