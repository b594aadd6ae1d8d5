"""Queues: which cases a person finds where, page by page.

A page is one statement, whatever it shows; pages follow each other by the place of a
case in its order, never by counting, so none is skipped or shown twice when others
come or go.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    ScalarSelect,
    Select,
    and_,
    false,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import search_matches
from app.domain import lifecycle, permission, receipt, search
from app.domain.deadlines.chasing import Supervision
from app.domain.permission import Duty
from app.domain.vocabulary import Channel, Kind, Language, Method, Status, Tab
from app.models import (
    Case,
    Classification,
    Office,
    Opinion,
    SectionText,
    Staff,
    Strand,
)
from app.models.base import UtcDateTime
from app.services import cases, hot_topics, siblings
from app.services.bounces import came_back
from app.services.guessed import decided, guessed_kind, of_kind
from app.services.paging import FIRST, Page, Place, Turn, cut
from app.services.staff import Person
from app.services.tabs import in_tab, scopes

PAGE: Final = 50
_OPENING: Final = 80
NEWEST_FIRST: Final = frozenset({Tab.ALL, Tab.UNREAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asks the queue for; None and empty: whatever."""

    tab: Tab = Tab.NEW
    notice_id: int | None = None
    section_ids: frozenset[int] | None = None
    unsure: bool = False
    """Only cases that are tied to no section."""

    kind: Kind | None = None
    office_id: int | None = None
    status: Status | None = None
    channel: Channel | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    words: str = ""
    topic_id: int | None = None
    soon: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedCase:
    """A case as one line of the queue."""

    place: Place
    number: str
    """What the case is called: the receipt number, or with an ordinal."""

    matter: int
    """Which of its opinion's cases it is, of how many:"""

    matters: int
    opinions: int
    """How many opinions share it."""

    restricted: bool
    subject: str
    opening: str
    notice_id: int
    section_id: int | None
    section_path: str | None
    section_heading: str | None
    kind: Kind | None
    guessed: Kind | None
    """What it sounds like, where nobody has said the kind."""

    method: Method | None
    confidence: float | None
    office: str
    assignee: str | None
    status: Status
    due_at: datetime
    overdue: bool
    paused_at: datetime | None
    supervision: Supervision | None
    answered_at: datetime | None
    closed_at: datetime | None
    channel: Channel
    language: Language
    unread: bool
    came_back: bool
    disowned_at: datetime | None


async def page(
    session: AsyncSession,
    person: Person,
    wanted: Wanted,
    *,
    turn: Turn = FIRST,
    now: datetime,
) -> Page[QueuedCase]:
    """Return one page of the cases ``wanted``.

    Raises:
        NotAllowed: The role reads no cases.
    """
    permission.check(person.role, Duty.READ)
    falling = wanted.tab in NEWEST_FIRST
    order = _order(falling=falling, backwards=turn.backwards)
    keys = [
        each.order_by(*order).limit(PAGE + 1)
        for each in _keys(session, person, wanted, now=now)
    ]
    if turn.place is not None:
        side = beyond(turn.place, rising=falling == turn.backwards)
        keys = [each.where(side) for each in keys]
    # What a line shows is looked up for the lines of the page alone.
    shown = union_all(*(select(each.subquery().c.id) for each in keys)).subquery()
    statement = _lines().join(shown, shown.c.id == Case.id).order_by(*order)
    found = (await session.execute(statement.limit(PAGE + 1))).mappings()
    return cut(
        [_line(row, falling=falling, now=now) for row in found],
        most=PAGE,
        turn=turn,
        place=lambda line: line.place,
    )


def _keys(
    session: AsyncSession, person: Person, wanted: Wanted, *, now: datetime
) -> list[Select[int]]:
    """Return selections of the cases ``wanted``, of those ``person`` may see.

    No case is in two of them, and each goes by an index.
    """
    keys = select(Case.id).where(in_tab(wanted.tab, person, now=now, soon=wanted.soon))
    if wanted.channel is not None:
        keys = keys.join(Opinion, Opinion.id == Case.opinion_id)
        keys = keys.where(Opinion.channel == wanted.channel)
    keys = keys.where(*_filters(session, wanted), *hot_topics.about(wanted.topic_id))
    return [keys.where(scope) for scope in scopes(wanted.tab, person)]


def _filters(session: AsyncSession, wanted: Wanted) -> list[ColumnElement[bool]]:
    equal = {
        Case.notice_id: wanted.notice_id,
        Case.office_id: wanted.office_id,
        Case.status: wanted.status,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if wanted.kind is not None:
        found.append(of_kind(wanted.kind))
    if wanted.unsure:
        found.append(Case.section_id.is_(None))
    if wanted.section_ids is not None:
        found.append(Case.section_id.in_(wanted.section_ids))
    if wanted.opened_from is not None:
        found.append(Case.opened_at >= wanted.opened_from)
    if wanted.opened_before is not None:
        found.append(Case.opened_at < wanted.opened_before)
    if wanted.words.strip():
        found.append(_holding(session, wanted.words))
    return found


def _holding(session: AsyncSession, words: str) -> ColumnElement[bool]:
    """Return the condition that holds for cases with an opinion that says ``words``.

    A receipt number stands for all cases of its opinion.
    """
    number = cases.receipt_number_in(words)
    if number is not None:
        opinion = select(Opinion.id).where(Opinion.receipt_number == number)
        return Case.id.in_(select(Strand.case_id).where(Strand.opinion_id.in_(opinion)))
    phrases = search.phrases(words)
    if not phrases:
        return false()
    matches = search_matches(session.get_bind().dialect, phrases)
    return Case.id.in_(select(Strand.case_id).where(Strand.opinion_id.in_(matches)))


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        _columns()
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Office, Office.id == Case.office_id)
        .outerjoin(Staff, Staff.id == Case.assignee_id)
        .outerjoin(
            SectionText,
            and_(
                SectionText.section_id == Case.section_id,
                SectionText.version_id == Opinion.version_id,
            ),
        )
    )


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        Case.id,
        Case.notice_id,
        Case.section_id,
        Case.kind,
        guessed_kind().label("guessed"),
        Case.status,
        Case.due_at,
        Case.paused_at,
        Case.supervision,
        Case.answered_at,
        Case.closed_at,
        Case.unread,
        came_back().label("came_back"),
        Case.ordinal,
        Case.restricted,
        *siblings.places(),
        _opinions().label("opinions"),
        Opinion.receipt_number,
        Opinion.subject,
        func.substr(Opinion.text, 1, _OPENING).label("opening"),
        Opinion.channel,
        Opinion.language,
        Opinion.disowned_at,
        Office.name.label("office"),
        Staff.display_name.label("assignee"),
        SectionText.path.label("section_path"),
        SectionText.heading.label("section_heading"),
        decided(Classification.method).label("method"),
        decided(Classification.confidence).label("confidence"),
    )


def _opinions() -> ScalarSelect[int]:
    found = select(func.count()).where(Strand.case_id == Case.id)
    return found.correlate(Case).scalar_subquery()


def _line(row: RowMapping, *, falling: bool, now: datetime) -> QueuedCase:
    facts = dict(row)
    place = Place(key=facts.pop("id"), at=None if falling else facts["due_at"])
    number = receipt.case_number(facts.pop("receipt_number"), facts.pop("ordinal"))
    runs = facts["status"] in lifecycle.WAITING and facts["paused_at"] is None
    overdue = runs and facts["due_at"] < now
    return QueuedCase(place=place, number=number, overdue=overdue, **facts)


def _order(*, falling: bool, backwards: bool) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = [Case.id.expression]
    if not falling:
        columns.insert(0, Case.due_at.expression)
    return [column.desc() if falling != backwards else column for column in columns]


def beyond(place: Place, *, rising: bool) -> ColumnElement[bool]:
    """Return the condition that holds for the cases on one side of ``place``."""
    if place.at is None:
        return Case.id > place.key if rising else Case.id < place.key
    here = tuple_(Case.due_at, Case.id)
    there = tuple_(literal(place.at, UtcDateTime()), literal(place.key))
    return here > there if rising else here < there
