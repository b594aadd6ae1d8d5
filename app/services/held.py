"""Held arrivals (待甄别), looked through: released into a case, or discarded.

Reading and drawing up happen before the transaction, as with any other letter; the
row of the arrival, locked while it is still held, sees to it that only one wins.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import case, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.domain import permission
from app.domain.permission import Duty
from app.domain.submission import File
from app.domain.vocabulary import (
    Action,
    DiscardGround,
    Fate,
    HoldReason,
    RefuseReason,
)
from app.errors import Conflict, NotFound
from app.models import Arrival
from app.services import audit, intake
from app.services.arrivals import Envelope, open_envelope
from app.services.drafting import Draft
from app.services.house import House
from app.services.intake import Registration
from app.services.paging import FIRST, Page, Place, Turn, cut
from app.services.staff import Person

PAGE: Final = 20
LARGEST_LISTED: Final = 2**18
"""Letters above this size are read only on their own page, not for the list."""


class NoSuchArrival(NotFound):
    """There is no arrival of that key."""

    code = "no_such_arrival"


class NotHeld(Conflict):
    """The arrival is not held any more: somebody has dealt with it."""

    code = "not_held"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldArrival:
    """An arrival that waits for a person."""

    id: int
    reason: HoldReason
    received_at: datetime
    size: int
    arrival_key: str
    envelope: Envelope

    content: bytes | None
    """The letter as it came; None: too large for a list."""


async def page(
    session: AsyncSession,
    person: Person,
    house: House,
    *,
    turn: Turn = FIRST,
) -> Page[HeldArrival]:
    """Return held arrivals, the oldest first.

    Raises:
        NotAllowed: The role does not look through them.
    """
    permission.check(person.role, Duty.READ_HELD)
    small = case((Arrival.size <= LARGEST_LISTED, Arrival.sealed), else_=null())
    statement = select(Arrival, small.label("kept")).options(
        defer(Arrival.sealed, raiseload=True)
    )
    statement = statement.where(Arrival.fate == Fate.HELD)
    if turn.before is not None:
        statement = statement.where(Arrival.id < turn.before.key)
    elif turn.after is not None:
        statement = statement.where(Arrival.id > turn.after.key)
    order = Arrival.id.desc() if turn.backwards else Arrival.id.asc()
    found = (await session.execute(statement.order_by(order).limit(PAGE + 1))).all()
    return cut(
        [_held(house, row.Arrival, row.kept) for row in found],
        most=PAGE,
        turn=turn,
        place=lambda arrival: Place(key=arrival.id),
    )


async def one(
    session: AsyncSession, person: Person, house: House, arrival_id: int
) -> HeldArrival:
    """Return the held arrival of that key, with its bytes.

    Raises:
        NotAllowed: The role does not look through them.
        NoSuchArrival: There is none.
        NotHeld: It is not held any more.
    """
    permission.check(person.role, Duty.READ_HELD)
    arrival = await session.get(Arrival, arrival_id)
    if arrival is None:
        raise NoSuchArrival("there is no such arrival")
    if arrival.fate is not Fate.HELD:
        raise NotHeld("this arrival is not held any more")
    return _held(house, arrival, arrival.sealed)


async def release(
    session: AsyncSession,
    person: Person,
    arrival_id: int,
    draft: Draft,
    *,
    now: datetime,
) -> Registration:
    """Open a case with the arrival, once.

    Raises:
        NotAllowed: The role does not look through them.
        NoSuchArrival: There is none.
        NotHeld: Somebody was faster.
    """
    await _take(session, person, arrival_id)
    (registered,) = await intake.register_all(session, [draft])
    if isinstance(registered, Exception):
        raise registered
    await _settle(
        session, arrival_id, Fate.OPENED, opinion_id=registered.opinion_id, now=now
    )
    audit.record(
        session, Action.HELD_RELEASED, at=now, staff_id=person.staff_id,
        case_id=registered.case_id, arrival_id=arrival_id,
    )  # fmt: skip
    return registered


async def discard(
    session: AsyncSession,
    person: Person,
    arrival_id: int,
    *,
    ground: DiscardGround,
    now: datetime,
) -> None:
    """Set the arrival aside for good; its bytes remain.

    Raises:
        NotAllowed: The role does not look through them.
        NoSuchArrival: There is none.
        NotHeld: Somebody was faster.
    """
    await _take(session, person, arrival_id)
    await _settle(
        session, arrival_id, Fate.REFUSED, reason=RefuseReason.DISCARDED, now=now
    )
    audit.record(
        session, Action.HELD_DISCARDED, at=now, staff_id=person.staff_id,
        arrival_id=arrival_id, ground=ground,
    )  # fmt: skip


async def original(
    session: AsyncSession,
    person: Person,
    house: House,
    arrival_id: int,
    *,
    now: datetime,
) -> File:
    """Return the arrival as it came, and note who took it.

    Raises:
        AppError: See `one`.
    """
    arrival = await one(session, person, house, arrival_id)
    audit.record(
        session, Action.ORIGINAL_SEEN, at=now, staff_id=person.staff_id,
        arrival_id=arrival_id,
    )  # fmt: skip
    return File(
        file_name=f"{arrival_id}.eml",
        media_type="message/rfc822",
        content=arrival.content or b"",
    )


def _held(house: House, arrival: Arrival, sealed: bytes | None) -> HeldArrival:
    opened = house.seal.open(sealed, purpose="arrival") if sealed is not None else None
    return HeldArrival(
        id=arrival.id,
        reason=HoldReason(arrival.reason or HoldReason.UNREADABLE),
        received_at=arrival.received_at,
        size=arrival.size,
        arrival_key=arrival.arrival_key or "",
        envelope=open_envelope(house.seal, arrival),
        content=opened,
    )


async def _take(session: AsyncSession, person: Person, arrival_id: int) -> None:
    permission.check(person.role, Duty.HELD)
    row = (
        await session.execute(
            select(Arrival.fate).where(Arrival.id == arrival_id).with_for_update()
        )
    ).first()
    if row is None:
        raise NoSuchArrival("there is no such arrival")
    if row.fate is not Fate.HELD:
        raise NotHeld("this arrival is not held any more")


async def _settle(
    session: AsyncSession,
    arrival_id: int,
    fate: Fate,
    *,
    now: datetime,
    opinion_id: int | None = None,
    reason: RefuseReason | None = None,
) -> None:
    await session.execute(
        update(Arrival)
        .where(Arrival.id == arrival_id)
        .values(fate=fate, reason=reason, opinion_id=opinion_id, fated_at=now)
        .execution_options(synchronize_session=False)
    )
