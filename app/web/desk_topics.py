"""Topics at the desk: all of them, what they belong to, and one more of our own."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.services import topic_changes, topic_links, topics
from app.services.shelf import Shelf, ShelvedNotice
from app.services.staff import Person
from app.services.topic_changes import BadTopic
from app.services.topics import TopicEntry
from app.web.dependencies import NowDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_topic_form import faults_by_field
from app.web.desk_words import named_section
from app.web.pages import premises_of

router = APIRouter(prefix="/topics")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_TOPICS))]
KeeperDep = Annotated[Person, Depends(on_duty(Duty.TOPICS))]

MOST_SECTIONS: Final = 3
"""How many sections of a topic the list shows, of those with at least:"""

_LEAST: Final = 0.1


class TopicsQuery(BaseModel):
    """What an address asks for."""

    notice: str = ""
    q: str = ""
    """Part of a name, or a word."""


class NewTopicForm(BaseModel):
    """A topic of our own."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    """A topic as it stands in the list."""

    entry: TopicEntry
    sections: Sequence[str]
    """What it belongs to in the chosen notice, by name."""


@router.get("")
async def show_topics(
    request: Request, query: Annotated[TopicsQuery, Query()], person: ReaderDep
) -> Response:
    """Show the topics, with what the office changed and what they belong to."""
    return await _page(request, person, query)


@router.post("")
async def add_topic(
    request: Request,
    form: Annotated[NewTopicForm, Form()],
    person: KeeperDep,
    now: NowDep,
) -> Response:
    """Add a topic of our own, and go on to its words."""
    premises = premises_of(request)
    try:
        async with premises.database.writing() as session:
            name = await topic_changes.add(
                session, person, zh=form.zh, en=form.en, now=now
            )
    except BadTopic as error:
        return await _page(request, person, TopicsQuery(), typed=form, error=error)
    premises.house.shelf.expire()
    return see(request, f"/desk/topics/{name}", done="topic_added")


async def _page(
    request: Request,
    person: Person,
    query: TopicsQuery,
    *,
    typed: NewTopicForm | None = None,
    error: BadTopic | None = None,
) -> Response:
    premises = premises_of(request)
    shelf = premises.house.shelf
    async with premises.database.reading() as session:
        entries = await topics.entries(session, person)
    notice = _asked(shelf, query.notice)
    shares = topic_links.shares_of(notice) if notice else {}
    sought = topics.with_word(entries, query.q)
    return desk_page(
        request, person, "desk/topics.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        query=query,
        notices=shelf.notices,
        notice=notice,
        lines=[
            TopicLine(
                entry=entry, sections=_sections(notice, shares.get(entry.name, {}))
            )
            for entry in sought
        ],
        total=len(entries),
        typed=typed or NewTopicForm(),
        faults=faults_by_field(request, error),
    )  # fmt: skip


def _asked(shelf: Shelf, slug: str) -> ShelvedNotice | None:
    """Return the notice that is asked for, else the newest; None: there is none."""
    if slug:
        return shelf.notice(slug)
    return next(iter(shelf.notices), None)


def _sections(notice: ShelvedNotice | None, shares: dict[str, float]) -> list[str]:
    if notice is None:
        return []
    best = sorted(shares, key=lambda path: -shares[path])[:MOST_SECTIONS]
    return [
        named_section(notice, notice.section_ids[path]) or path
        for path in best
        if shares[path] >= _LEAST
    ]
