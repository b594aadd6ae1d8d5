"""Arrivals of letters: kept first, understood later, each led to one fate.

`keep_all` is what stands behind a "250": the bytes, sealed, and nothing else. Later a
worker reads each letter outside any transaction, and `settle_all` gives it its fate.
Two workers may read the same letter; only one of them settles it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import locked
from app.domain.vocabulary import Channel, Fate, HoldReason, RefuseReason
from app.keys import new_key
from app.models import Arrival
from app.sealing import Seal
from app.services import intake
from app.services.additions import Addendum, join
from app.services.drafting import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the other mail system said beside the letter (RFC 5321)."""

    sender: str | None
    """None: not known; empty: the null sender, a machine's."""

    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLetter:
    """A letter as it came through the door."""

    content: bytes
    envelope: Envelope
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLetter:
    """A letter that was kept and has no fate yet."""

    arrival_id: int
    content: bytes
    envelope: Envelope
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What reading a letter came to: exactly one of the four is given."""

    arrival_id: int

    arrival_key: str
    """Equal for two copies of the same letter."""

    draft: Draft | None = None
    addendum: Addendum | None = None
    held: HoldReason | None = None
    refused: RefuseReason | None = None


async def keep_all(
    session: AsyncSession, letters: Sequence[RawLetter], *, seal: Seal
) -> list[int | Exception]:
    """Store ``letters`` as they came; return the key of each arrival."""
    rows = [_row(seal, letter, key=new_key()) for letter in letters]
    await session.execute(insert(Arrival), rows)
    return [row["id"] for row in rows]


async def waiting(
    session: AsyncSession, *, seal: Seal, most: int = 32
) -> list[WaitingLetter]:
    """Return the letters that have no fate yet, oldest first."""
    rows = await session.scalars(
        select(Arrival).where(Arrival.fate.is_(None)).order_by(Arrival.id).limit(most)
    )
    return [
        WaitingLetter(
            arrival_id=row.id,
            content=seal.open(row.sealed, purpose="arrival"),
            envelope=open_envelope(seal, row),
            received_at=row.received_at,
        )
        for row in rows
    ]


def open_envelope(seal: Seal, arrival: Arrival) -> Envelope:
    """Return the envelope that was kept with ``arrival``."""
    if arrival.sealed_envelope is None:
        return Envelope(sender=None)
    kept = json.loads(seal.open(arrival.sealed_envelope, purpose="envelope"))
    return Envelope(sender=kept["sender"], recipients=tuple(kept["recipients"]))


async def settle_all(
    session: AsyncSession, verdicts: Sequence[Verdict], *, now: datetime
) -> dict[int, Fate]:
    """Give each letter its fate; return those settled here, by arrival.

    A letter that another worker has settled, or is settling, is passed over.
    """
    open_ids = set(
        await session.scalars(
            locked(
                select(Arrival.id).where(
                    Arrival.id.in_([verdict.arrival_id for verdict in verdicts]),
                    Arrival.fate.is_(None),
                )
            )
        )
    )
    settled = {}
    for verdict in verdicts:
        if verdict.arrival_id in open_ids:
            settled[verdict.arrival_id] = await _settle(session, verdict, now=now)
    return settled


async def _settle(session: AsyncSession, verdict: Verdict, *, now: datetime) -> Fate:
    first = await _kept_before(session, verdict)
    if first is not None and verdict.refused is None:
        return await _close(
            session, verdict, Fate.DUPLICATE, opinion_id=first.opinion_id, now=now
        )
    if verdict.draft is not None:
        (registered,) = await intake.register_all(session, [verdict.draft])
        if isinstance(registered, Exception):
            raise registered
        return await _close(
            session, verdict, Fate.OPENED, opinion_id=registered.opinion_id, now=now
        )
    if verdict.addendum is not None:
        await join(session, verdict.addendum, arrival_id=verdict.arrival_id, now=now)
        return await _close(
            session, verdict, Fate.JOINED,
            opinion_id=verdict.addendum.opinion_id, now=now,
        )  # fmt: skip
    if verdict.held is not None:
        return await _close(session, verdict, Fate.HELD, reason=verdict.held, now=now)
    return await _close(session, verdict, Fate.REFUSED, reason=verdict.refused, now=now)


async def _kept_before(session: AsyncSession, verdict: Verdict) -> Arrival | None:
    """Return the arrival that this letter repeats; None: it is the first."""
    found: Arrival | None = await session.scalar(
        select(Arrival)
        .where(
            Arrival.channel == Channel.EMAIL,
            Arrival.arrival_key == verdict.arrival_key,
            Arrival.fate.in_([Fate.OPENED, Fate.JOINED, Fate.HELD]),
            Arrival.id != verdict.arrival_id,
        )
        .limit(1)
    )
    return found


async def _close(
    session: AsyncSession,
    verdict: Verdict,
    fate: Fate,
    *,
    now: datetime,
    opinion_id: int | None = None,
    reason: HoldReason | RefuseReason | None = None,
) -> Fate:
    await session.execute(
        update(Arrival)
        .where(Arrival.id == verdict.arrival_id)
        .values(
            arrival_key=verdict.arrival_key,
            fate=fate,
            reason=reason,
            opinion_id=opinion_id,
            fated_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    return fate


async def count_fates(session: AsyncSession) -> Counter[str]:
    """Return how many arrivals met each fate; ``waiting`` are those not read yet.

    The sum is the number of arrivals: none is lost on the way.
    """
    rows = await session.execute(
        select(Arrival.fate, func.count()).group_by(Arrival.fate)
    )
    return Counter({fate or "waiting": count for fate, count in rows.tuples()})


def _row(seal: Seal, letter: RawLetter, *, key: int) -> dict[str, Any]:
    envelope = json.dumps(asdict(letter.envelope), ensure_ascii=False).encode()
    return {
        "id": key,
        "channel": Channel.EMAIL,
        "arrival_key": None,
        "content_digest": hashlib.sha256(letter.content).hexdigest(),
        "sealed": seal.close(letter.content, purpose="arrival"),
        "size": len(letter.content),
        "sealed_envelope": seal.close(envelope, purpose="envelope"),
        "received_at": letter.received_at,
        "fate": None,
        "reason": None,
        "fated_at": None,
        "opinion_id": None,
    }
