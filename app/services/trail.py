"""The trail: the record of what was done, read page by page, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission, receipt
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
    if turn.before is not None:
        statement = statement.where(AuditEvent.id > turn.before.key)
    elif turn.after is not None:
        statement = statement.where(AuditEvent.id < turn.after.key)
    order = AuditEvent.id.asc() if turn.backwards else AuditEvent.id.desc()
    found = await session.execute(statement.order_by(order).limit(PAGE + 1))
    return cut(
        [_deed(**row) for row in found.mappings()],
        most=PAGE,
        turn=turn,
        place=lambda deed: Place(key=deed.id),
    )


def _deed(*, receipt_number: str | None, ordinal: int | None, **facts: Any) -> Deed:
    number = receipt_number and receipt.case_number(receipt_number, ordinal or 1)
    return Deed(number=number, **facts)
