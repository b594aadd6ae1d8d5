"""The trail: the record of what was done, read page by page, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.models import AuditEvent, Case, Opinion, Staff
from app.services import cases
from app.services.paging import FIRST, Page, Place, Turn, cut
from app.services.staff import Person

PAGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One event of the record."""

    id: int
    at: datetime
    action: Action
    by: str | None
    """Who did it; None: the citizen, or the service itself."""

    number: str | None
    """The receipt number of the case it was done to."""

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
    turn: Turn = FIRST,
) -> Page[Deed]:
    """Return events of the record, of one kind or of one case where asked for.

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
            Opinion.receipt_number.label("number"),
            AuditEvent.facts,
        )
        .outerjoin(Staff, Staff.id == AuditEvent.staff_id)
        .outerjoin(Case, Case.id == AuditEvent.case_id)
        .outerjoin(Opinion, Opinion.id == Case.opinion_id)
    )
    if action is not None:
        statement = statement.where(AuditEvent.action == action)
    if number is not None:
        case = await cases.find(session, person, number)
        statement = statement.where(AuditEvent.case_id == case.id)
    if turn.before is not None:
        statement = statement.where(AuditEvent.id > turn.before.key)
    elif turn.after is not None:
        statement = statement.where(AuditEvent.id < turn.after.key)
    order = AuditEvent.id.asc() if turn.backwards else AuditEvent.id.desc()
    found = await session.execute(statement.order_by(order).limit(PAGE + 1))
    return cut(
        [Deed(**row) for row in found.mappings()],
        most=PAGE,
        turn=turn,
        place=lambda deed: Place(key=deed.id),
    )
