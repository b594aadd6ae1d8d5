"""Queues: which cases a person finds where, page by page.

A page is one statement, whatever it shows; pages follow each other by the place of a
case in its order, never by counting, so none is skipped or shown twice when others
come or go. Counters stop at `MOST_COUNTED`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

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
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.database import search_matches
from app.domain import lifecycle, permission, search
from app.domain.permission import Duty
from app.domain.vocabulary import Channel, Fate, Kind, Language, Method, Status, Tab
from app.models import (
    Arrival,
    Case,
    Classification,
    Office,
    Opinion,
    SectionText,
    Staff,
    Strand,
)
from app.models.base import UtcDateTime
from app.services.bounces import came_back
from app.services.cases import seen_by
from app.services.paging import FIRST, Page, Place, Turn, cut
from app.services.staff import Person

Value = TypeVar("Value")

PAGE: Final = 50
MOST_COUNTED: Final = 100
"""A counter that reached this says "99+"."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedCase:
    """A case as one line of the queue."""

    place: Place
    number: str
    subject: str
    opening: str
    notice_id: int
    section_id: int | None
    section_path: str | None
    section_heading: str | None
    kind: Kind | None
    method: Method | None
    confidence: float | None
    office: str
    assignee: str | None
    status: Status
    due_at: datetime
    overdue: bool
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
    keys = _keys(session, person, wanted, now=now).order_by(*order).limit(PAGE + 1)
    if turn.place is not None:
        keys = keys.where(beyond(turn.place, rising=falling == turn.backwards))
    # What a line shows is looked up for the lines of the page alone.
    shown = keys.subquery()
    statement = _lines().join(shown, shown.c.id == Case.id).order_by(*order)
    found = (await session.execute(statement)).mappings()
    return cut(
        [_line(row, falling=falling, now=now) for row in found],
        most=PAGE,
        turn=turn,
        place=lambda line: line.place,
    )


async def counts(
    session: AsyncSession, person: Person, *, now: datetime
) -> tuple[Mapping[Tab, int], int]:
    """Return how many cases stand in each tab, and how many arrivals are held.

    None of the numbers is greater than `MOST_COUNTED`.
    """
    tabs = [tab for tab in Tab if tab is not Tab.ALL]
    numbers = [
        _counted(select(Case.id).where(seen_by(person), in_tab(tab, person, now=now)))
        for tab in tabs
    ]
    numbers.append(_counted(select(Arrival.id).where(Arrival.fate == Fate.HELD)))
    found = (await session.execute(select(*numbers))).one()
    return dict(zip(tabs, found[:-1], strict=True)), found[-1]


def in_tab(tab: Tab, person: Person, *, now: datetime) -> ColumnElement[bool]:
    """Return the condition that holds for the cases which ``person`` has in ``tab``."""
    match tab:
        case Tab.NEW if permission.sees_all_offices(person.role):
            return Case.status == Status.REGISTERED
        case Tab.NEW:
            return and_(Case.status == Status.ASSIGNED, Case.assignee_id.is_(None))
        case Tab.MINE:
            return and_(
                Case.assignee_id == person.staff_id, Case.status.in_(lifecycle.OPEN)
            )
        case Tab.OVERDUE:
            return and_(Case.status.in_(lifecycle.WAITING), Case.due_at < now)
        case Tab.UNREAD:
            return Case.unread.expression
        case Tab.ALL:
            return true()


def _keys(
    session: AsyncSession, person: Person, wanted: Wanted, *, now: datetime
) -> Select[int]:
    """Return the selection of the cases ``wanted``, of those ``person`` may see."""
    keys = select(Case.id).where(seen_by(person), in_tab(wanted.tab, person, now=now))
    if wanted.channel is not None:
        keys = keys.join(Opinion, Opinion.id == Case.opinion_id)
        keys = keys.where(Opinion.channel == wanted.channel)
    return keys.where(*_filters(session, wanted))


def _filters(session: AsyncSession, wanted: Wanted) -> list[ColumnElement[bool]]:
    equal = {
        Case.notice_id: wanted.notice_id,
        Case.kind: wanted.kind,
        Case.office_id: wanted.office_id,
        Case.status: wanted.status,
    }
    found = [column == value for column, value in equal.items() if value is not None]
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
    """Return the condition that holds for cases with an opinion that says ``words``."""
    phrases = search.phrases(words)
    if not phrases:
        return false()
    matches = search_matches(session.get_bind().dialect, phrases)
    return Case.id.in_(select(Strand.case_id).where(Strand.opinion_id.in_(matches)))


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Case.id,
            Case.notice_id,
            Case.section_id,
            Case.kind,
            Case.status,
            Case.due_at,
            Case.answered_at,
            Case.closed_at,
            Case.unread,
            came_back().label("came_back"),
            Opinion.receipt_number.label("number"),
            Opinion.subject,
            func.substr(Opinion.text, 1, _OPENING).label("opening"),
            Opinion.channel,
            Opinion.language,
            Opinion.disowned_at,
            Office.name.label("office"),
            Staff.display_name.label("assignee"),
            SectionText.path.label("section_path"),
            SectionText.heading.label("section_heading"),
            _decided(Classification.method).label("method"),
            _decided(Classification.confidence).label("confidence"),
        )
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


def _decided(column: InstrumentedAttribute[Value]) -> ScalarSelect[Value]:
    """Return ``column`` of the last word on what the opening opinion is about."""
    return (
        select(column)
        .join(Strand, Strand.id == Classification.strand_id)
        .where(Strand.case_id == Case.id, Strand.opinion_id == Case.opinion_id)
        .order_by(Classification.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


def _line(row: RowMapping, *, falling: bool, now: datetime) -> QueuedCase:
    facts = dict(row)
    place = Place(key=facts.pop("id"), at=None if falling else facts["due_at"])
    waits = facts["status"] in lifecycle.WAITING
    return QueuedCase(place=place, overdue=waits and facts["due_at"] < now, **facts)


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


def _counted(ids: Select[int]) -> ColumnElement[int]:
    some = ids.limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
