"""Published: what the public reads of answers, page by page and one by one."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    false,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, publication_matches
from app.domain import search
from app.domain.vocabulary import Disposition
from app.errors import NotFound
from app.models import Case, Office, Opinion, Publication
from app.models.base import UtcDateTime
from app.services.clocks.kept import due_kept
from app.services.paging import FIRST, Page, Place, Turn, cut
from app.services.publishing.shown import shown

PAGE: Final = 20
_BATCH: Final = 500


class NoSuchAnswer(NotFound):
    """No answer was ever published under that name."""

    code = "no_such_answer"


class AnswerGone(NotFound):
    """It was published under that name, and is no more."""

    code = "answer_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAnswer:
    """A question and its answer, as the public reads them."""

    id: int
    name: str
    notice_id: int
    section_id: int | None
    title: str
    summary: str
    question: str | None
    answer: str
    office: str
    disposition: Disposition | None
    received_at: datetime
    answered_at: datetime
    published_at: datetime
    changed_at: datetime
    due_at: datetime | None
    """None: it was answered before it came here, and by when was not kept."""

    closed_at: datetime | None

    @property
    def place(self) -> Place:
        """Where it stands, newest first."""
        return Place(key=self.id, at=self.published_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a reader asks for; None and empty: whatever."""

    notice_id: int | None = None
    section_ids: frozenset[int] | None = None
    words: str = ""
    since: datetime | None = None
    """Received from then on."""

    before: datetime | None = None
    closed: bool | None = None
    names: frozenset[str] | None = None


async def page(
    session: AsyncSession, sought: Sought, *, turn: Turn = FIRST, most: int = PAGE
) -> Page[PublishedAnswer]:
    """Return one page of the answers ``sought``, newest first."""
    statement = _lines().where(*_filters(session, sought))
    here = tuple_(Publication.published_at, Publication.id)
    if turn.place is not None:
        there = tuple_(literal(turn.place.at, UtcDateTime()), literal(turn.place.key))
        statement = statement.where(here > there if turn.backwards else here < there)
    columns: list[ColumnElement[Any]] = [
        Publication.published_at.expression, Publication.id.expression
    ]  # fmt: skip
    order = [each if turn.backwards else each.desc() for each in columns]
    rows = await session.execute(statement.order_by(*order).limit(most + 1))
    found = [PublishedAnswer(**row) for row in rows.mappings()]
    return cut(found, most=most, turn=turn, place=lambda line: line.place)


async def find(session: AsyncSession, name: str) -> PublishedAnswer:
    """Return the answer published under ``name``.

    Raises:
        NoSuchAnswer: There never was one.
        AnswerGone: It was taken down.
    """
    row = (
        (await session.execute(_lines().where(Publication.name == name, shown())))
        .mappings()
        .first()
    )
    if row is not None:
        return PublishedAnswer(**row)
    there = select(Publication.id).where(Publication.name == name)
    if await session.scalar(there) is None:
        raise NoSuchAnswer("no answer was published under this name")
    raise AnswerGone("this answer is not published any more")


async def of_case(session: AsyncSession, case_id: int) -> PublishedAnswer | None:
    """Return what the public reads of a case; None: nothing."""
    row = (
        (await session.execute(_lines().where(Publication.case_id == case_id, shown())))
        .mappings()
        .first()
    )
    return PublishedAnswer(**row) if row is not None else None


async def changed_at(session: AsyncSession, sought: Sought) -> datetime | None:
    """Return when something was published, worded anew or taken down last."""
    found: datetime | None = await session.scalar(
        select(func.max(Publication.changed_at)).where(*_scope(sought))
    )
    return found


async def counts(session: AsyncSession, notice_id: int) -> dict[int | None, int]:
    """Return how many answers are published, by item; one statement for all."""
    rows = await session.execute(
        select(Publication.section_id, func.count())
        .join(Case, Case.id == Publication.case_id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(Publication.notice_id == notice_id, shown())
        .group_by(Publication.section_id)
    )
    return dict(rows.all())


async def every(
    database: Database, sought: Sought
) -> AsyncIterator[Sequence[PublishedAnswer]]:
    """Yield all answers ``sought`` in batches, each in a transaction of its own."""
    turn = FIRST
    while True:
        async with database.reading() as session:
            batch = await page(session, sought, turn=turn, most=_BATCH)
        yield batch.rows
        if batch.after is None:
            return
        turn = Turn(after=batch.after)


def _scope(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.section_ids is not None:
        found.append(Publication.section_id.in_(sought.section_ids))
    elif sought.notice_id is not None:
        found.append(Publication.notice_id == sought.notice_id)
    return found


def _filters(session: AsyncSession, sought: Sought) -> list[ColumnElement[bool]]:
    found = [shown(), *_scope(sought)]
    if sought.since is not None:
        found.append(Opinion.registered_at >= sought.since)
    if sought.before is not None:
        found.append(Opinion.registered_at <= sought.before)
    if sought.closed is not None:
        ended = Case.closed_at.is_not(None)
        found.append(ended if sought.closed else ~ended)
    if sought.names is not None:
        found.append(Publication.name.in_(sought.names))
    if sought.words.strip():
        phrases = search.phrases(sought.words)
        found.append(
            Publication.id.in_(publication_matches(session.get_bind().dialect, phrases))
            if phrases
            else false()
        )
    return found


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Publication.id,
            Publication.name,
            Publication.notice_id,
            Publication.section_id,
            Publication.title,
            Publication.summary,
            Publication.question,
            Publication.answer,
            Office.name.label("office"),
            Case.disposition,
            Opinion.registered_at.label("received_at"),
            Publication.answered_at,
            Publication.published_at,
            Publication.changed_at,
            case((due_kept(), Case.due_at)).label("due_at"),
            Case.closed_at,
        )
        .join(Case, Case.id == Publication.case_id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Office, Office.id == Publication.office_id)
    )
