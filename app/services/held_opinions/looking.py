"""Looking: what the writer of a held opinion sees with number and code."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import receipt
from app.domain.vocabulary import Fate
from app.errors import Conflict
from app.models import Arrival, HeldOpinion, Notice
from app.services.enclosing import query_digest
from app.services.held_opinions.filled_form import FilledForm
from app.services.house import House
from app.services.tracking import NoSuchOpinion

_NOBODYS: Final = bytes(32)


class OpinionHeld(Conflict):
    """The opinion was received and nobody has looked at it yet, or it was set aside."""

    code = "opinion_held"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSeen:
    """A held opinion as its writer sees it."""

    receipt_number: str
    received_at: datetime
    notice_slug: str
    notice_title: str
    subject: str
    text: str

    discarded: bool
    """Whether somebody looked at it and set it aside; else it is being looked at."""


async def look(session: AsyncSession, house: House, number: str, code: str) -> HeldSeen:
    """Return the held opinion that ``number`` and ``code`` open together.

    One that was released is an opinion like any other, and `tracking` knows it.

    Raises:
        InvalidInput: One of them is mistyped.
        NoSuchOpinion: They do not belong together, or not to one that is held.
    """
    number = receipt.parse_receipt_number(number)
    digest = query_digest(house.seal, receipt.parse_query_code(code))
    row = (
        await session.execute(
            select(HeldOpinion, Arrival.received_at, Arrival.fate, Notice)
            .join(Arrival, Arrival.id == HeldOpinion.arrival_id)
            .join(Notice, Notice.id == HeldOpinion.notice_id)
            .where(
                HeldOpinion.receipt_number == number,
                Arrival.fate.in_((Fate.HELD, Fate.REFUSED)),
            )
        )
    ).first()
    kept = row.HeldOpinion.query_digest if row else _NOBODYS
    if not hmac.compare_digest(kept, digest) or row is None:
        raise NoSuchOpinion("no opinion has this number and this code")
    form = FilledForm.opened(
        house.seal, row.HeldOpinion.sealed,
        receipt_number=number, received_at=row.received_at,
    )  # fmt: skip
    return HeldSeen(
        receipt_number=number,
        received_at=row.received_at,
        notice_slug=row.Notice.slug,
        notice_title=row.Notice.title,
        subject=form.said.subject,
        text=form.said.text,
        discarded=row.fate is Fate.REFUSED,
    )
