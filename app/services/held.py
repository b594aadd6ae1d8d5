"""Held arrivals (待甄别), looked at; what is done with them is in `sifting`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.submission import File
from app.domain.vocabulary import Channel, Fate, HoldReason
from app.errors import Conflict, NotFound
from app.models import Arrival, HeldOpinion
from app.services import audit
from app.services.arrivals import Envelope, open_envelope
from app.services.held_opinions.filled_form import FilledForm
from app.services.house import House
from app.services.paging import FIRST, Page, Place, Turn, cut, oldest_first
from app.services.staff import Person

PAGE: Final = 20
MOST_AT_ONCE: Final = 50
"""How many are dealt with in one go."""

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

    form: FilledForm | None = None
    """What it said, if it came by form; its writer has a receipt already."""


async def page(
    session: AsyncSession,
    person: Person,
    house: House,
    *,
    reason: HoldReason | None = None,
    turn: Turn = FIRST,
) -> Page[HeldArrival]:
    """Return held arrivals, of one reason where asked for, the oldest first.

    Raises:
        NotAllowed: The role does not look through them.
    """
    permission.check(person.role, Duty.READ_HELD)
    small = case((Arrival.size <= LARGEST_LISTED, Arrival.sealed), else_=null())
    statement = select(Arrival, small.label("kept")).options(
        defer(Arrival.sealed, raiseload=True)
    )
    statement = statement.where(Arrival.fate == Fate.HELD)
    if reason is not None:
        statement = statement.where(Arrival.reason == reason)
    wanted = oldest_first(statement, Arrival.id, most=PAGE, turn=turn)
    found = await session.execute(wanted)
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
    forms = await _forms(session, house, [arrival])
    return replace(_held(house, arrival, arrival.sealed), form=forms.get(arrival_id))


async def next_key(
    session: AsyncSession,
    person: Person,
    *,
    after: int | None = None,
    reason: HoldReason | None = None,
) -> int | None:
    """Return the arrival to look at after that one; None: no other is held.

    Behind the last it begins again at the first; of one reason where asked for.

    Raises:
        NotAllowed: The role does not look through them.
    """
    permission.check(person.role, Duty.READ_HELD)
    statement = select(Arrival.id).where(Arrival.fate == Fate.HELD)
    if reason is not None:
        statement = statement.where(Arrival.reason == reason)
    first = statement.order_by(Arrival.id).limit(1)
    if after is None:
        return await session.scalar(first)
    behind = await session.scalar(first.where(Arrival.id > after))
    if behind is not None:
        return behind
    return await session.scalar(first.where(Arrival.id < after))


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
    note_seen(session, person, arrival_id, now=now)
    return File(
        file_name=f"{arrival_id}.eml",
        media_type="message/rfc822",
        content=arrival.content or b"",
    )


def note_seen(
    session: AsyncSession, person: Person, arrival_id: int, *, now: datetime, **how: Any
) -> None:
    """Note that somebody saw more of an arrival than the text that its page shows."""
    audit.record(
        session, Action.ORIGINAL_SEEN, at=now, staff_id=person.staff_id,
        arrival_id=arrival_id, **how,
    )  # fmt: skip


def note_decoded(
    session: AsyncSession,
    person: Person,
    arrival_id: int,
    *,
    as_charset: str,
    now: datetime,
) -> None:
    """Note that somebody had an arrival read in another charset; it stays as it is."""
    audit.record(
        session, Action.HELD_DECODED, at=now, staff_id=person.staff_id,
        arrival_id=arrival_id, charset=as_charset,
    )  # fmt: skip


async def several(
    session: AsyncSession, person: Person, house: House, keys: Sequence[int]
) -> list[HeldArrival]:
    """Return those of ``keys`` that are held still; large ones without their bytes.

    Raises:
        NotAllowed: The role does not look through them.
    """
    permission.check(person.role, Duty.READ_HELD)
    small = case((Arrival.size <= LARGEST_LISTED, Arrival.sealed), else_=null())
    found = await session.execute(
        select(Arrival, small.label("kept"))
        .options(defer(Arrival.sealed, raiseload=True))
        .where(Arrival.id.in_(keys), Arrival.fate == Fate.HELD)
        .order_by(Arrival.id)
    )
    rows = found.all()
    forms = await _forms(session, house, [row.Arrival for row in rows])
    return [
        replace(_held(house, row.Arrival, row.kept), form=forms.get(row.Arrival.id))
        for row in rows
    ]


async def _forms(
    session: AsyncSession, house: House, arrivals: Sequence[Arrival]
) -> Mapping[int, FilledForm]:
    """Return what those of ``arrivals`` said that came by form."""
    moments = {
        each.id: each.received_at
        for each in arrivals
        if each.channel is not Channel.EMAIL
    }
    if not moments:
        return {}
    rows = await session.scalars(
        select(HeldOpinion).where(HeldOpinion.arrival_id.in_(moments))
    )
    return {
        row.arrival_id: FilledForm.opened(
            house.seal, row.sealed, receipt_number=row.receipt_number,
            received_at=moments[row.arrival_id],
        )
        for row in rows
    }  # fmt: skip


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
