"""What became of arrivals that were held: for whoever comes a moment too late.

The record has no index by arrival. So it is looked through from its end, and only so
far: whoever did something is known as long as that may matter to somebody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import DiscardGround, Fate, HoldReason, RefuseReason
from app.models import Arrival, AuditEvent, Case, Opinion, Staff
from app.services.cases import seen_by
from app.services.held import NoSuchArrival
from app.services.staff import Person

MOST_EVENTS: Final = 5_000
"""How far back the record is looked through."""

_DEEDS: Final = (Action.HELD_DISCARDED, Action.HELD_JOINED, Action.HELD_RELEASED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an arrival."""

    id: int
    fate: Fate | None
    """None: nobody has read it yet."""

    discarded: bool
    fated_at: datetime | None
    number: str | None
    """Receipt number of the case that it is in, where the person may see that."""

    by: str | None = None
    """Who did it; None: nobody did, or it is long ago."""

    ground: DiscardGround | None = None
    reason: RefuseReason | None = None
    """Why it was turned down; None: it was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody did with an arrival."""

    by: str | None
    """Who did it; None: nobody did, or it is long ago."""

    ground: DiscardGround | None
    """Why it was set aside; None: it was not."""

    broke_reader: bool = False
    """Whether it was held as a letter that must not be read with others."""


NO_DEED: Final = Deed(by=None, ground=None)


async def became(session: AsyncSession, person: Person, arrival_id: int) -> Outcome:
    """Return what became of an arrival.

    Raises:
        NotAllowed: The role does not look through them.
        NoSuchArrival: There is none.
    """
    permission.check(person.role, Duty.READ_HELD)
    done = await deeds(session)
    found = await _outcomes(session, person, [arrival_id], done)
    if not found:
        raise NoSuchArrival("there is no such arrival")
    return found[0]


async def deeds(session: AsyncSession) -> Mapping[int, Deed]:
    """Return what was done with arrivals of late, the last thing with each first."""
    last = (
        select(AuditEvent).order_by(AuditEvent.id.desc()).limit(MOST_EVENTS).subquery()
    )
    found = await session.execute(
        select(last.c.action, last.c.facts, Staff.display_name)
        .outerjoin(Staff, Staff.id == last.c.staff_id)
        .where(last.c.action.in_(_DEEDS))
        .order_by(last.c.id.desc())
    )
    done: dict[int, Deed] = {}
    for action, facts, by in found:
        discarded = action == Action.HELD_DISCARDED
        ground = DiscardGround(facts["ground"]) if discarded else None
        broke = facts.get("held") == HoldReason.BROKE_READER
        done.setdefault(
            facts["arrival_id"], Deed(by=by, ground=ground, broke_reader=broke)
        )
    return done


async def _outcomes(
    session: AsyncSession,
    person: Person,
    keys: Sequence[int],
    done: Mapping[int, Deed],
) -> list[Outcome]:
    visible = (
        select(Opinion.id, Opinion.receipt_number)
        .join(Case, Case.opinion_id == Opinion.id)
        .where(seen_by(person))
        .distinct()
        .subquery()
    )
    found = await session.execute(
        select(
            Arrival.id,
            Arrival.fate,
            Arrival.reason,
            Arrival.fated_at,
            visible.c.receipt_number,
        )
        .outerjoin(visible, visible.c.id == Arrival.opinion_id)
        .where(Arrival.id.in_(keys))
    )
    outcomes = []
    for key, fate, reason, fated_at, number in found:
        deed = done.get(key, NO_DEED)
        discarded = (fate, reason) == (Fate.REFUSED, RefuseReason.DISCARDED)
        outcomes.append(
            Outcome(
                id=key,
                fate=fate,
                discarded=discarded,
                fated_at=fated_at,
                number=number,
                by=deed.by,
                ground=deed.ground if discarded else None,
                reason=RefuseReason(reason) if fate is Fate.REFUSED else None,
            )
        )
    return outcomes
