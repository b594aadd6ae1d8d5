"""Office names: what citizens call an office, so that a complaint of it is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.complaint import LEAST_NAME
from app.domain.complaint.short_names import short_names
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.submission import clean
from app.errors import InvalidInput
from app.models import OfficeName
from app.services import audit, directory
from app.services.directory import OfficeEntry
from app.services.routes import take_table
from app.services.routing_rules import folded
from app.services.staff import Person

MOST_NAMES: Final = 30
MOST_NAME: Final = 30


class BadName(InvalidInput):
    """An office cannot be known by that name."""

    code = "bad_name"

    def __init__(self, office_id: int, name: str) -> None:
        """Say which name, of which office."""
        super().__init__("this is no name that could be found", field=f"n{office_id}")
        self.office_id = office_id
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledOffice:
    """An office with the names under which citizens speak of it."""

    office: OfficeEntry
    own: Sequence[str]
    """Names that an administrator gave it."""

    known: Sequence[str]
    """Names that follow from its own."""


async def names(session: AsyncSession, person: Person) -> Sequence[CalledOffice]:
    """Return every office with what citizens call it.

    Raises:
        NotAllowed: The role does not see the table.
    """
    permission.check(person.role, Duty.READ_ROUTING)
    own: dict[int, list[str]] = {}
    for office_id, name in await _names(session):
        own.setdefault(office_id, []).append(name)
    return [
        CalledOffice(
            office=each, own=own.get(each.id, []), known=short_names(each.name)
        )
        for each in await directory.offices(session)
    ]


async def rename(
    session: AsyncSession,
    person: Person,
    called: Mapping[int, Sequence[str]],
    *,
    revision: int,
    now: datetime,
) -> None:
    """Let offices be known by the names in ``called``, besides those that follow.

    Raises:
        NotAllowed: The role does not look after the table.
        BadName: A name is too short to be found, or too long.
        StaleTable: Somebody was faster.
    """
    permission.check(person.role, Duty.ROUTING)
    there = {each.id for each in await directory.offices(session)}
    rows = [
        {"office_id": office_id, "name": name}
        for office_id, several in called.items()
        if office_id in there
        for name in _checked_names(office_id, several)
    ]
    await take_table(session, person, revision=revision, now=now)
    before = await _names(session)
    await session.execute(delete(OfficeName))
    if rows:
        await session.execute(insert(OfficeName), rows)
    audit.record(
        session, Action.OFFICE_NAMES_CHANGED, at=now, staff_id=person.staff_id,
        before=[list(each) for each in before],
        after=[[row["office_id"], row["name"]] for row in rows],
    )  # fmt: skip


def _checked_names(office_id: int, names: Sequence[str]) -> list[str]:
    kept = [clean(name, lines=False) for name in names]
    found = list(dict.fromkeys(name for name in kept if name))
    for number, name in enumerate(found):
        plain = folded(name).strip("，。")
        long = len(name) > MOST_NAME or number >= MOST_NAMES
        if long or len(plain) < LEAST_NAME:
            raise BadName(office_id, name[:MOST_NAME])
    return found


async def _names(session: AsyncSession) -> list[tuple[int, str]]:
    rows = await session.execute(
        select(OfficeName.office_id, OfficeName.name).order_by(
            OfficeName.office_id, OfficeName.name
        )
    )
    return [(office_id, name) for office_id, name in rows]
