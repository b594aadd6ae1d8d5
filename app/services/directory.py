"""The directory: offices, and who in them works on cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.permission import DUTIES, Duty
from app.models import Office, Staff

_OFFICE: Final = ("id", "name", "leads", "receives_reports", "active")
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
    entries: dict[int, OfficeEntry] = {}
    for staff_id, person, *office in await session.execute(_listing()):
        entry = entries.get(office[0])
        if entry is None:
            entry = entries[office[0]] = OfficeEntry(
                **dict(zip(_OFFICE, office, strict=True))
            )
        if staff_id is not None:
            entry.people.append(Colleague(id=staff_id, name=person))
    return tuple(entries.values())


@cache
def _listing() -> Select[*tuple[Any, ...]]:
    columns = (getattr(Office, name) for name in _OFFICE)
    return (
        select(Staff.id, Staff.display_name, *columns)
        .select_from(Office)
        .outerjoin(
            Staff,
            and_(Staff.office_id == Office.id, Staff.active, Staff.role.in_(_WORKING)),
        )
        .order_by(Office.leads.desc(), Office.name, Staff.display_name)
    )


async def names_by_key(session: AsyncSession) -> Mapping[str, str]:
    """Return what offices are called, by their keys as figures tell of them."""
    return {str(each.id): each.name for each in await offices(session)}


def receiving_reports(offices: Sequence[OfficeEntry]) -> OfficeEntry:
    """Return that of all ``offices`` to which reports of wrongdoing go."""
    flagged = (office for office in offices if office.receives_reports)
    return next(flagged, offices[0])
