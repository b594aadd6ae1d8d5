"""Arrivals of letters: kept first, understood later, each led to one fate.

`keep_all` is what stands behind a "250": the bytes, sealed, and nothing else. Later a
worker reads each letter outside any transaction, and `settling.settle_all` gives it
its fate.
"""

import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Channel, Fate
from app.keys import new_key
from app.models import Arrival, Opinion
from app.sealing import Seal
from app.services.paging import every

Row = dict[str, Any]

MOST_AT_ONCE: Final = 64
"""How many letters are read in one go; twice as many would save a tenth of the time
for each, and keep everybody else from writing to SQLite for twice as long."""

MOST_BYTES_AT_ONCE: Final = 32 * 2**20
"""How many bytes of letters are read in one go, if more than one letter."""

_DIGESTS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the other mail system said beside the letter (RFC 5321)."""

    sender: str | None
    """None: not known; empty: the null sender, a machine's."""

    recipients: tuple[str, ...] = ()

    acknowledge: bool = True
    """False: an old letter, brought in from an archive; its writer expects nothing."""

    imported_at: datetime | None = None
    """When it was brought in from an archive; None: it came by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLetter:
    """A letter as it came through the door."""

    content: bytes
    envelope: Envelope
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLetter:
    """A letter that was kept and has no fate yet, still sealed."""

    arrival_id: int
    sealed: bytes
    sealed_envelope: bytes | None
    received_at: datetime

    def opened(self, seal: Seal) -> RawLetter:
        """Return the letter as it came.

        Raises:
            BrokenSealError: It was kept under another secret.
        """
        return RawLetter(
            content=seal.open(self.sealed, purpose="arrival"),
            envelope=_envelope(seal, self.sealed_envelope),
            received_at=self.received_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of an arrival."""

    fate: Fate | None
    """None: nobody has read it yet."""

    reason: str | None
    receipt_number: str | None


def sealed_row(seal: Seal, letter: RawLetter) -> Row:
    """Return the row that keeps ``letter``; no transaction need be open for it."""
    envelope = json.dumps(
        asdict(letter.envelope), ensure_ascii=False, default=datetime.isoformat
    ).encode()
    return {
        "id": new_key(),
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


async def keep_all(
    session: AsyncSession, rows: Sequence[Row]
) -> Sequence[int | Exception]:
    """Store letters, made ready by `sealed_row`; return the key of each arrival."""
    await session.execute(insert(Arrival), rows)
    return [row["id"] for row in rows]


async def waiting(session: AsyncSession, *, after: int = 0) -> list[WaitingLetter]:
    """Return letters that have no fate yet, oldest first, as many as fit in memory.

    ``after`` is the key of an arrival that those returned have to follow.
    """
    sizes = await session.execute(
        select(Arrival.id, Arrival.size)
        .where(Arrival.fate.is_(None), Arrival.id > after)
        .order_by(Arrival.id)
        .limit(MOST_AT_ONCE)
    )
    keys: list[int] = []
    total = 0
    for key, size in sizes:
        total += size
        if keys and total > MOST_BYTES_AT_ONCE:
            break
        keys.append(key)
    return await waiting_among(session, keys) if keys else []


async def waiting_among(
    session: AsyncSession, arrival_ids: Sequence[int]
) -> list[WaitingLetter]:
    """Return those of ``arrival_ids`` that have no fate yet, oldest first."""
    rows = await session.execute(
        select(Arrival.id, Arrival.sealed, Arrival.sealed_envelope, Arrival.received_at)
        .where(Arrival.id.in_(arrival_ids), Arrival.fate.is_(None))
        .order_by(Arrival.id)
    )
    return [
        WaitingLetter(
            arrival_id=key, sealed=sealed, sealed_envelope=envelope, received_at=at
        )
        for key, sealed, envelope, at in rows
    ]


def open_envelope(seal: Seal, arrival: Arrival) -> Envelope:
    """Return the envelope that was kept with ``arrival``."""
    return _envelope(seal, arrival.sealed_envelope)


async def settled(
    session: AsyncSession, arrival_ids: Sequence[int]
) -> Mapping[int, Settled]:
    """Return what became of each of ``arrival_ids``."""
    rows = await session.execute(
        select(Arrival.id, Arrival.fate, Arrival.reason, Opinion.receipt_number)
        .outerjoin(Opinion, Opinion.id == Arrival.opinion_id)
        .where(Arrival.id.in_(arrival_ids))
    )
    return {
        key: Settled(fate=fate, reason=reason, receipt_number=number)
        for key, fate, reason, number in rows
    }


async def content_digests(session: AsyncSession) -> AsyncIterator[str]:
    """Yield the digest of each letter that was ever kept, whatever became of it."""
    wanted = select(Arrival.content_digest).where(Arrival.channel == Channel.EMAIL)
    async for row in every(session, wanted, Arrival.id, at_once=_DIGESTS_AT_ONCE):
        yield row.content_digest


async def count_fates(session: AsyncSession) -> Counter[str]:
    """Return how many arrivals met each fate; ``waiting`` are those not read yet.

    The sum is the number of arrivals: none is lost on the way.
    """
    rows = await session.execute(
        select(Arrival.fate, func.count()).group_by(Arrival.fate)
    )
    return Counter({fate or "waiting": count for fate, count in rows})


def _envelope(seal: Seal, sealed: bytes | None) -> Envelope:
    if sealed is None:
        return Envelope(sender=None)
    kept = json.loads(seal.open(sealed, purpose="envelope"))
    imported_at = kept.get("imported_at")
    return Envelope(
        **kept
        | {
            "recipients": tuple(kept["recipients"]),
            "imported_at": datetime.fromisoformat(imported_at) if imported_at else None,
        }
    )
