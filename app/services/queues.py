"""Queues: which cases a person finds where, page by page.

A page is one statement, whatever it shows; pages follow each other by the place of a
case in its order, never by counting, so none is skipped or shown twice when others
come or go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    RowMapping,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission, receipt
from app.domain.deadlines.chasing import Supervision
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.views import Order
from app.domain.vocabulary import Channel, Kind, Language, Method, Role, Status, Tab
from app.models import (
    Case,
    Classification,
    Office,
    Opinion,
    SectionText,
    Staff,
    Strand,
)
from app.services import siblings
from app.services.paging import FIRST, Page, Place, Turn, cut
from app.services.queue.back import back_again
from app.services.queue.latest import came, decided
from app.services.queue.moulds import anyone, filled
from app.services.queue.sieves import has_news
from app.services.queue.walks import (
    Walk,
    beginning,
    is_plain,
    walk,
    ways,
)
from app.services.queue.wanted import Wanted
from app.services.queue.words import saying
from app.services.staff import Person

PAGE: Final = 50
_OPENING: Final = 80


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
    opened_at: datetime
    snoozed_until: datetime | None
    revision: int
    unread: bool
    news: bool
    """Whether something happened that a person who follows it has not seen."""

    came: Action | None
    """What it is unread for, as far as that is recorded."""

    disowned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Page[QueuedCase]):
    """One page of the queue."""

    back: Sequence[QueuedCase] = ()
    """Cases that were snoozed and are back: above the list, on its first page."""

    said_reached: int | None = None
    """The opinion down to which the words were sought; None: in all of them."""

    cut_short: bool = False
    """Whether the walk ended before the page was full; ``after`` leads on from there,
    or ``before`` where it went backwards."""


async def page(
    session: AsyncSession,
    person: Person,
    wanted: Wanted,
    *,
    turn: Turn = FIRST,
    now: datetime,
) -> Listed:
    """Return one page of the cases ``wanted``.

    Raises:
        NotAllowed: The role reads no cases.
    """
    permission.check(person.role, Duty.READ)
    said = None
    if wanted.words.strip():
        said = await saying(session, wanted.words, before=wanted.said_before)
    also = [said.sieve] if said else []
    falling = wanted.newest_first
    if turn == FIRST and not also and is_plain(person, wanted, now=now):
        walked = beginning(person.role, wanted.tab, wanted.order, PAGE + 1)
        shown = _beginning(person.role, wanted.tab, wanted.order)
    else:
        walked = await walk(
            session, person, wanted, also=also, turn=turn, most=PAGE + 1, now=now
        )
        shown = _shown(person.role, walked, falling=falling, turn=turn)
    facts = filled(person, now=now, soon=wanted.soon)
    rows = (await session.execute(shown, facts)).mappings()
    lines = [_line(row, falling=falling, now=now) for row in rows]
    found = cut(lines, most=PAGE, turn=turn, place=lambda line: line.place)
    back: Sequence[QueuedCase] = ()
    if turn == FIRST:
        above = back_again(person, wanted, also=also, now=now)
        back = await _back(session, person, above, falling=falling, now=now)
    short = walked.reached is not None and len(lines) <= PAGE
    return Listed(
        rows=found.rows,
        after=walked.reached if short and not turn.backwards else found.after,
        before=walked.reached if short and turn.backwards else found.before,
        back=back,
        said_reached=said.reached if said else None,
        cut_short=short,
    )


async def _back(
    session: AsyncSession,
    person: Person,
    above: Select[int] | None,
    *,
    falling: bool,
    now: datetime,
) -> Sequence[QueuedCase]:
    """Return the lines above the list; seldom there are any."""
    facts = filled(person, now=now)
    if above is None or await session.scalar(above.limit(1), facts) is None:
        return ()
    keys = above.limit(PAGE).subquery()
    statement = _lines(person.role).join(keys, keys.c.id == Case.id)
    statement = statement.order_by(Case.snoozed_until.desc(), Case.id.desc())
    rows = (await session.execute(statement, facts)).mappings()
    return [_line(row, falling=falling, now=now) for row in rows]


def _shown(
    role: Role, walked: Walk, *, falling: bool, turn: Turn = FIRST
) -> Select[*tuple[Any, ...]]:
    """Return what lines show of the cases that a walk found, in the list's order.

    It is looked up for the lines of the page alone.
    """
    keys = union_all(*(select(each.subquery().c.id) for each in walked.keys)).subquery()
    order = ways(newest_first=falling, rising=falling == turn.backwards)
    found = _lines(role).join(keys, keys.c.id == Case.id)
    return found.order_by(*order).limit(PAGE + 1)


@cache
def _beginning(role: Role, tab: Tab, order: Order | None) -> Select[*tuple[Any, ...]]:
    """Return the same of a plain list's beginning, which most pages of the desk are."""
    falling = Wanted(tab=tab, order=order).newest_first
    return _shown(role, beginning(role, tab, order, PAGE + 1), falling=falling)


@cache
def _lines(role: Role) -> Select[*tuple[Any, ...]]:
    return (
        _columns(anyone(role))
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


def _columns(person: Person) -> Select[*tuple[Any, ...]]:
    return select(
        Case.id,
        Case.notice_id,
        Case.section_id,
        Case.kind,
        case((Case.kind.is_(None), Case.sounds)).label("guessed"),
        Case.status,
        Case.due_at,
        Case.paused_at,
        Case.supervision,
        Case.answered_at,
        Case.closed_at,
        Case.opened_at,
        Case.snoozed_until,
        Case.revision,
        Case.unread,
        has_news(person).label("news"),
        came().label("came"),
        Case.ordinal,
        Case.restricted,
        *siblings.places(),
        _opinions().label("opinions"),
        Opinion.receipt_number,
        Opinion.subject,
        func.substr(Opinion.text, 1, _OPENING).label("opening"),
        Case.channel,
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
    place = Place(key=facts.pop("id"), at=facts["opened_at" if falling else "due_at"])
    number = receipt.case_number(facts.pop("receipt_number"), facts.pop("ordinal"))
    runs = facts["status"] in lifecycle.WAITING and facts["paused_at"] is None
    overdue = runs and facts["due_at"] < now
    return QueuedCase(place=place, number=number, overdue=overdue, **facts)
