"""Refused arrivals (不予收件): turned down by the service, or set aside by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, case, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.domain import permission
from app.domain.permission import Duty
from app.domain.vocabulary import DiscardGround, Fate, RefuseReason
from app.models import Arrival
from app.services import sifted
from app.services.arrivals import Envelope, open_envelope
from app.services.held import LARGEST_LISTED, PAGE
from app.services.house import House
from app.services.paging import FIRST, Page, Place, Turn, cut, newest_first
from app.services.sifted import NO_DEED, Deed
from app.services.staff import Person

MOST_LISTED: Final = 50
"""How many of those that were discarded of late are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedArrival:
    """An arrival that nobody works on."""

    id: int
    reason: RefuseReason
    refused_at: datetime
    received_at: datetime
    size: int
    envelope: Envelope
    content: bytes | None
    """The letter as it came; None: too large for a list, or not to be read in one."""

    by: str | None
    """Who set it aside; None: the service did, or it is long ago."""

    ground: DiscardGround | None


async def page(
    session: AsyncSession,
    person: Person,
    house: House,
    *,
    reason: RefuseReason | None = None,
    turn: Turn = FIRST,
) -> Page[RefusedArrival]:
    """Return refused arrivals, of one reason where asked for, the newest first.

    Raises:
        NotAllowed: The role does not look through them.
    """
    permission.check(person.role, Duty.READ_HELD)
    wanted = newest_first(_refused(reason), Arrival.id, most=PAGE, turn=turn)
    found = (await session.execute(wanted)).all()
    done = await sifted.deeds(session)
    return cut(
        [_opened(house, row, done) for row in found],
        most=PAGE,
        turn=turn,
        place=lambda arrival: Place(key=arrival.id),
    )


async def lately_discarded(
    session: AsyncSession, person: Person, house: House
) -> Sequence[RefusedArrival]:
    """Return arrivals that were discarded of late and still are, the last first.

    Raises:
        NotAllowed: The role does not look through them.
    """
    permission.check(person.role, Duty.READ_HELD)
    done = await sifted.deeds(session)
    keys = [key for key, deed in done.items() if deed.ground is not None]
    there = set(
        await session.scalars(
            _refused(RefuseReason.DISCARDED)
            .with_only_columns(Arrival.id)
            .where(Arrival.id.in_(keys))
        )
    )
    last = [key for key in keys if key in there][:MOST_LISTED]
    found = await session.execute(
        _refused(RefuseReason.DISCARDED).where(Arrival.id.in_(last))
    )
    by_key = {row.Arrival.id: _opened(house, row, done) for row in found}
    return [by_key[key] for key in last if key in by_key]


def _refused(reason: RefuseReason | None) -> Select[Any]:
    """Return the statement that finds them, with the bytes of small ones.

    None of them has an opinion, by which an index tells them from most arrivals.
    """
    small = case((Arrival.size <= LARGEST_LISTED, Arrival.sealed), else_=null())
    statement = (
        select(Arrival, small.label("kept"))
        .options(defer(Arrival.sealed, raiseload=True))
        .where(Arrival.opinion_id.is_(None), Arrival.fate == Fate.REFUSED)
    )
    return statement if reason is None else statement.where(Arrival.reason == reason)


def _opened(house: House, row: Row[Any], done: Mapping[int, Deed]) -> RefusedArrival:
    arrival, sealed = row.Arrival, row.kept
    deed = done.get(arrival.id, NO_DEED)
    discarded = arrival.reason == RefuseReason.DISCARDED
    listed = sealed is not None and not deed.broke_reader
    return RefusedArrival(
        id=arrival.id,
        reason=RefuseReason(arrival.reason),
        refused_at=arrival.fated_at or arrival.received_at,
        received_at=arrival.received_at,
        size=arrival.size,
        envelope=open_envelope(house.seal, arrival),
        content=house.seal.open(sealed, purpose="arrival") if listed else None,
        by=deed.by if discarded else None,
        ground=deed.ground if discarded else None,
    )
