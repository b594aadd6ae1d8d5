"""Keeping: an opinion that looks suspicious is held, and its writer has a receipt.

It is an arrival like a letter that is held, so the same pen shows it and the same steps
release or discard it. Exactly once is the database's doing (`uq_arrival_kept`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.submission import Submission
from app.domain.vocabulary import Fate, HoldReason
from app.mail.formed import letter_of
from app.models import Arrival, HeldOpinion
from app.services.drafting import Draft, draw_up
from app.services.enclosing import query_digest
from app.services.held_opinions.filled_form import sealed
from app.services.house import House
from app.services.intake import KeyReused

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A submission ready to be held, and the receipt that its writer gets."""

    draft: Draft
    """What it would be if it were registered."""

    rows: Mapping[type[Arrival | HeldOpinion], Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldReceipt:
    """What the writer of a held opinion gets."""

    receipt_number: str
    query_code: str
    received_at: datetime
    repeated: bool = False
    """Whether the same had been received before."""


def hold_up(house: House, submission: Submission, reason: HoldReason) -> Holding:
    """Return what holding ``submission`` will store; no transaction need be open.

    Raises:
        AppError: See `drafting.draw_up`: what could not be registered is not held.
    """
    draft = draw_up(house, submission)
    (arrival,) = draft.rows[Arrival]
    letter = letter_of(
        subject=submission.subject,
        text=submission.text,
        files=submission.files,
        sent_at=submission.received_at,
    )
    kept = arrival | {
        "sealed": house.seal.close(letter, purpose="arrival"),
        "size": len(letter),
        "fate": Fate.HELD,
        "reason": reason,
        "opinion_id": None,
    }
    receipt = {
        "arrival_id": kept["id"],
        "receipt_number": draft.receipt_number,
        "query_digest": query_digest(house.seal, draft.query_code),
        "notice_id": house.shelf.notice(submission.notice).id,
        "sealed": sealed(house.seal, submission),
    }
    return Holding(draft=draft, rows={Arrival: kept, HeldOpinion: receipt})


async def hold(session: AsyncSession, holding: Holding) -> HeldReceipt | None:
    """Store it, once; None: the same is registered already, to be answered as such.

    Raises:
        KeyReused: Its key came before, with other content.
    """
    try:
        async with session.begin_nested():
            for table, row in holding.rows.items():
                await session.execute(insert(table), row)
    except IntegrityError:
        return await came_before(session, holding.draft)
    return _receipt(holding.draft, holding.draft.receipt_number)


async def came_before(session: AsyncSession, draft: Draft) -> HeldReceipt | None:
    """Return the receipt of the held opinion that ``draft`` repeats; None: of none.

    Raises:
        KeyReused: Its key came before, with other content.
    """
    before = (
        await session.execute(
            select(
                Arrival.content_digest, Arrival.received_at, HeldOpinion.receipt_number
            )
            .join(HeldOpinion, HeldOpinion.arrival_id == Arrival.id)
            .where(
                Arrival.channel == draft.submission.channel,
                Arrival.arrival_key == draft.arrival_key,
                Arrival.fate != Fate.OPENED,
            )
            .limit(1)
        )
    ).first()
    if before is None:
        return None
    if before.content_digest != draft.content_digest:
        raise KeyReused(before.receipt_number)
    return HeldReceipt(
        receipt_number=before.receipt_number,
        query_code=draft.query_code,
        received_at=before.received_at,
        repeated=True,
    )


def _receipt(draft: Draft, number: str) -> HeldReceipt:
    return HeldReceipt(
        receipt_number=number,
        query_code=draft.query_code,
        received_at=draft.submission.received_at,
    )
