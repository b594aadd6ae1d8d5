"""The docket (台账): one line for each case, read a few hundred at a time.

Every batch is a transaction of its own and begins behind the last, so that a long list
holds nothing up and takes no more memory than a short one. Contact details are in
none; what citizens wrote only where it was asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission, receipt
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Channel, Disposition, Kind, Status
from app.models import Case, Notice, Office, Opinion, SectionText, Staff
from app.models.base import UtcDateTime
from app.services import audit
from app.services.cases import seen_by
from app.services.clocks.kept import due_kept
from app.services.staff import Person

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases a docket is of."""

    opened_from: datetime
    opened_before: datetime
    notice_id: int | None = None
    office_id: int | None = None
    status: Status | None = None
    words: bool = False
    """Whether it says what citizens wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case as one line."""

    id: int
    number: str
    notice: str
    opened_at: datetime
    channel: Channel
    kind: Kind | None
    section_path: str | None
    section_heading: str | None
    subject: str
    text: str | None
    """None: it was not asked for."""

    office: str
    assignee: str | None
    status: Status
    disposition: Disposition | None
    due_at: datetime | None
    """None: it was answered before it came here, and by when was not kept."""

    answered_at: datetime | None
    closed_at: datetime | None
    late: bool
    """Whether it was answered late, or is overdue."""


async def note(
    session: AsyncSession, person: Person, wanted: Wanted, *, form: str, now: datetime
) -> int:
    """Note in the record that ``person`` takes a docket out of the house; return where.

    Raises:
        NotAllowed: The role may not.
    """
    permission.check(person.role, Duty.EXPORT)
    return audit.record(
        session, Action.EXPORTED, at=now, staff_id=person.staff_id,
        form=form, words=wanted.words,
        from_day=wanted.opened_from.date().isoformat(),
        to_day=(wanted.opened_before - timedelta(days=1)).date().isoformat(),
        since=wanted.opened_from.isoformat(), before=wanted.opened_before.isoformat(),
        notice_id=wanted.notice_id, office_id=wanted.office_id, status=wanted.status,
    )  # fmt: skip


async def batch(
    session: AsyncSession,
    person: Person,
    wanted: Wanted,
    *,
    after: Line | None,
    now: datetime,
) -> Sequence[Line]:
    """Return the next lines behind ``after``, the oldest first; none: that was all.

    Raises:
        NotAllowed: The role may not.
    """
    permission.check(person.role, Duty.EXPORT)
    statement = _lines(person, wanted).order_by(Case.opened_at, Case.id).limit(BATCH)
    if after is not None:
        there = tuple_(literal(after.opened_at, UtcDateTime()), literal(after.id))
        statement = statement.where(tuple_(Case.opened_at, Case.id) > there)
    rows = await session.execute(statement)
    return [_line(dict(row), wanted, now=now) for row in rows.mappings()]


def _lines(person: Person, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            Case.id, Case.ordinal, Case.opened_at, Case.kind, Case.status,
            Case.disposition, case((due_kept(), Case.due_at)).label("due_at"),
            Case.answered_at, Case.closed_at,
            Opinion.receipt_number, Opinion.channel, Opinion.subject, Opinion.text,
            Notice.title.label("notice"),
            SectionText.path.label("section_path"),
            SectionText.heading.label("section_heading"),
            Office.name.label("office"), Staff.display_name.label("assignee"),
        )
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Notice, Notice.id == Case.notice_id)
        .join(Office, Office.id == Case.office_id)
        .outerjoin(Staff, Staff.id == Case.assignee_id)
        .outerjoin(
            SectionText,
            and_(
                SectionText.section_id == Case.section_id,
                SectionText.version_id == Opinion.version_id,
            ),
        )
        .where(
            seen_by(person),
            Case.opened_at >= wanted.opened_from,
            Case.opened_at < wanted.opened_before,
        )
    )  # fmt: skip
    for column, value in (
        (Case.notice_id, wanted.notice_id),
        (Case.office_id, wanted.office_id),
        (Case.status, wanted.status),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return statement


def _line(facts: dict[str, Any], wanted: Wanted, *, now: datetime) -> Line:
    number = receipt.case_number(facts.pop("receipt_number"), facts.pop("ordinal"))
    text = facts.pop("text")
    answered_at, due_at = facts["answered_at"], facts["due_at"]
    if due_at is None:
        late = False
    elif answered_at is not None:
        late = answered_at > due_at
    else:
        late = facts["status"] in lifecycle.WAITING and due_at < now
    return Line(number=number, text=text if wanted.words else None, late=late, **facts)
