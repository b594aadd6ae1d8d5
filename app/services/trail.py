"""The trail: the record of what was done, read page by page, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import keys
from app.domain import permission, receipt
from app.domain.permission import Duty
from app.domain.record import Action
from app.models import AuditEvent, Case, Opinion, Staff
from app.services import audit, cases
from app.services.paging import FIRST, Page, Place, Turn, cut, newest_first
from app.services.staff import Person

PAGE: Final = 100


NOBODY: Final = 0
"""Stands for the citizen, or the service itself, where somebody is asked for."""

_SLACK: Final = timedelta(days=1)
"""How far the moment of an event may be from the one at which its key was made: the
deed's clock is asked first, and a machine's may be set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time; None: it has no beginning, or no end."""

    since: datetime | None = None
    before: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what holds for events within it.

        Keys rise with time, so that the record is read where the time is and not from
        its end; the exact moments are held beside that.
        """
        found: list[ColumnElement[bool]] = []
        if self.since is not None:
            found += [AuditEvent.at >= self.since,
                      AuditEvent.id >= keys.first_of(self.since - _SLACK)]  # fmt: skip
        if self.before is not None:
            found += [AuditEvent.at < self.before,
                      AuditEvent.id < keys.first_of(self.before + _SLACK)]  # fmt: skip
        return found


EVER: Final = Span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Somebody who may have done something."""

    id: int
    name: str
    user_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One event of the record."""

    id: int
    at: datetime
    action: Action
    by: str | None
    """Who did it; None: the citizen, or the service itself."""

    number: str | None
    """What the case is called that it was done to."""

    facts: dict[str, Any]

    @property
    def arrival(self) -> int | None:
        """The key of the arrival it was done to; None: it was done to none."""
        return self.facts.get("arrival_id")


async def page(
    session: AsyncSession,
    person: Person,
    *,
    action: Action | None = None,
    number: str | None = None,
    by: int | None = None,
    within: Span = EVER,
    turn: Turn = FIRST,
    most: int | None = None,
) -> Page[Deed]:
    """Return events of the record, of one kind or of one case where asked for.

    ``by``: what this member of the staff did, or with `NOBODY` what nobody of them did.

    Raises:
        NotAllowed: The role does not read the record.
        NoSuchCase: There is no case of that number.
    """
    permission.check(person.role, Duty.READ_AUDIT)
    statement = (
        select(
            AuditEvent.id,
            AuditEvent.at,
            AuditEvent.action,
            Staff.display_name.label("by"),
            Opinion.receipt_number,
            Case.ordinal,
            AuditEvent.facts,
        )
        .outerjoin(Staff, Staff.id == AuditEvent.staff_id)
        .outerjoin(Case, Case.id == AuditEvent.case_id)
        .outerjoin(Opinion, Opinion.id == Case.opinion_id)
        .where(or_(AuditEvent.case_id.is_(None), cases.known_to(person)))
    )
    if action is not None:
        statement = statement.where(AuditEvent.action == action)
    if number is not None:
        case_id = await cases.known(session, person, number)
        statement = statement.where(AuditEvent.case_id == case_id)
    if by is not None:
        theirs = AuditEvent.staff_id == by
        statement = statement.where(
            AuditEvent.staff_id.is_(None) if by == NOBODY else theirs
        )
    statement = statement.where(*within.conditions())
    most = most or PAGE
    wanted = newest_first(statement, AuditEvent.id, most=most, turn=turn)
    found = await session.execute(wanted)
    return cut(
        [_deed(**row) for row in found.mappings()],
        most=most,
        turn=turn,
        place=lambda deed: Place(key=deed.id),
    )


async def doers(session: AsyncSession, person: Person) -> Sequence[Doer]:
    """Return everybody who has or had an account, by name.

    Raises:
        NotAllowed: The role does not read the record.
    """
    permission.check(person.role, Duty.READ_AUDIT)
    rows = await session.execute(
        select(Staff.id, Staff.display_name.label("name"), Staff.user_name).order_by(
            Staff.display_name, Staff.user_name
        )
    )
    return [Doer(**row) for row in rows.mappings()]


async def note_export(
    session: AsyncSession, person: Person, sought: Mapping[str, str], *, now: datetime
) -> int:
    """Put down that the record was taken out of the house, which part; return where.

    Raises:
        NotAllowed: The role may not.
    """
    permission.check(person.role, Duty.READ_AUDIT)
    permission.check(person.role, Duty.EXPORT)
    return audit.record(
        session, Action.RECORD_EXPORTED, at=now, staff_id=person.staff_id,
        sought=dict(sought),
    )  # fmt: skip


def _deed(*, receipt_number: str | None, ordinal: int | None, **facts: Any) -> Deed:
    number = receipt_number and receipt.case_number(receipt_number, ordinal or 1)
    return Deed(number=number, **facts)
