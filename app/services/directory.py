"""The directory: offices, and who in them works on cases."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.permission import DUTIES, Duty
from app.models import Office, Staff

_WORKING = [role for role, duties in DUTIES.items() if Duty.WORK in duties]


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who works on cases."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeEntry:
    """An office and its people."""

    id: int
    name: str
    leads: bool
    receives_reports: bool = False
    active: bool = True
    """Whether cases can be given to it."""

    people: list[Colleague] = field(default_factory=list)


async def offices(session: AsyncSession) -> Sequence[OfficeEntry]:
    """Return every office with its people, the supervision office first."""
    rows = await session.execute(
        select(Office, Staff.id, Staff.display_name)
        .outerjoin(
            Staff,
            and_(Staff.office_id == Office.id, Staff.active, Staff.role.in_(_WORKING)),
        )
        .order_by(Office.leads.desc(), Office.name, Staff.display_name)
    )
    entries: dict[int, OfficeEntry] = {}
    for office, staff_id, name in rows:
        entry = entries.setdefault(
            office.id,
            OfficeEntry(
                id=office.id,
                name=office.name,
                leads=office.leads,
                receives_reports=office.receives_reports,
                active=office.active,
            ),
        )
        if staff_id is not None:
            entry.people.append(Colleague(id=staff_id, name=name))
    return tuple(entries.values())


def receiving_reports(offices: Sequence[OfficeEntry]) -> OfficeEntry:
    """Return that of all ``offices`` to which reports of wrongdoing go."""
    flagged = (office for office in offices if office.receives_reports)
    return next(flagged, offices[0])
