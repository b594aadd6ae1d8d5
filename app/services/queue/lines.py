"""Lines: what the queue says of each case that a page shows.

One statement says it of all of them, whatever list they are in. It is kept, and the
same for everyone, so PostgreSQL thinks about it once (2 ms each time otherwise).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ScalarSelect, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, receipt
from app.domain.deadlines.chasing import Supervision
from app.domain.record import Action
from app.domain.vocabulary import Channel, Kind, Language, Method, Role, Status
from app.models import (
    Case,
    Classification,
    Office,
    Opinion,
    SectionText,
    Staff,
    Strand,
)
from app.searching import listed, listing
from app.services import siblings
from app.services.queue.latest import came, decided
from app.services.queue.moulds import anyone, filled
from app.services.queue.sieves import has_news
from app.services.staff import Person

_OPENING: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedCase:
    """A case as one line of the queue."""

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


async def lines_of(
    session: AsyncSession, person: Person, keys: Sequence[int], *, now: datetime
) -> Mapping[int, QueuedCase]:
    """Return the lines of cases by their keys; one that is gone meanwhile has none."""
    if not keys:
        return {}
    dialect = session.get_bind().dialect.name
    facts = {**filled(person), **listing(dialect, keys)}
    rows = await session.execute(_lines(dialect), facts)
    names = tuple(rows.keys())
    return dict(_line(dict(zip(names, row, strict=True)), now=now) for row in rows)


@cache
def _lines(dialect: str) -> Select[*tuple[Any, ...]]:
    """Return the statement for the lines of the cases that `searching.listing` names.

    What a line says is the same whoever it is shown to, but for what is news to them.
    """
    return (
        _columns(anyone(Role.CLERK))
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
        .where(Case.id.in_(listed(dialect)))
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


def _line(facts: dict[str, Any], *, now: datetime) -> tuple[int, QueuedCase]:
    key = facts.pop("id")
    number = receipt.case_number(facts.pop("receipt_number"), facts.pop("ordinal"))
    runs = facts["status"] in lifecycle.WAITING and facts["paused_at"] is None
    overdue = runs and facts["due_at"] < now
    return key, QueuedCase(number=number, overdue=overdue, **facts)
