"""Renewing: whoever lost the query code proves the address and sets a new one.

A letter brings a one-time code for each receipt. It is made of what the database has
anyway: the opinion, the day, the digest of the query code that is in force, and that of
the address it goes to. So it dies with its use, with the day after next, and as soon as
the address is corrected or erased: whoever still has the old mailbox sets nothing.
Nothing is stored for it, and the old query code opens the case until a new one is set:
asking alone changes nothing.
"""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import receipt
from app.domain.record import Action
from app.models import Case, Contact, Opinion
from app.sealing import Seal
from app.services import audit
from app.services.enclosing import query_digest
from app.services.house import House
from app.services.tracking import NoSuchOpinion

GOOD_FOR: Final = timedelta(days=2)
"""How long after its day a one-time code is good."""

_ENTROPY: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewable:
    """An opinion whose query code can be renewed from an address."""

    opinion_id: int
    query_digest: bytes
    """Of the query code that is in force."""

    email_digest: bytes
    """Of the address that the one-time code goes to."""


_NOBODYS: Final = Renewable(
    opinion_id=0, query_digest=bytes(32), email_digest=bytes(32)
)


def one_time_code(seal: Seal, of: Renewable, *, on: date) -> str:
    """Return the code, of the day ``on``, that renews an opinion's query code."""
    facts = (of.query_digest.hex(), of.email_digest.hex(), on.isoformat())
    entropy = seal.digest(str(of.opinion_id), *facts, purpose="one-time code")
    return receipt.query_code(entropy[:_ENTROPY])


async def renew(
    session: AsyncSession, house: House, number: str, code: str, *, now: datetime
) -> tuple[str, str]:
    """Set a new query code; return the receipt number as printed, and that code.

    Raises:
        InvalidInput: Number or one-time code is mistyped; its check says so.
        NoSuchOpinion: They do not belong together, or the code was used or is old.
    """
    number = receipt.parse_receipt_number(number)
    code = receipt.parse_query_code(code)
    found = await _renewable(session, number)
    of = found or _NOBODYS
    if not _is_good(house, of, code, now=now) or found is None:
        raise NoSuchOpinion("the one-time code does not renew this opinion's")
    fresh = receipt.new_query_code()
    renewed = await session.scalars(
        update(Opinion)
        # Of two who use it at once one gets through.
        .where(Opinion.id == of.opinion_id, Opinion.query_digest == of.query_digest)
        .values(query_digest=query_digest(house.seal, fresh))
        .returning(Opinion.id)
        .execution_options(synchronize_session=False)
    )
    if renewed.first() is None:
        raise NoSuchOpinion("the one-time code was used a moment ago")
    own = select(Case.id).where(
        Case.opinion_id == of.opinion_id, Case.merged_at.is_(None)
    )
    for case_id in await session.scalars(own):
        audit.record(session, Action.CODE_RENEWED, at=now, case_id=case_id)
    return number, fresh


def today(house: House, now: datetime) -> date:
    """Return the day, in the office's zone, that codes are made for ``now``."""
    return now.astimezone(house.settings.zone).date()


async def _renewable(session: AsyncSession, number: str) -> Renewable | None:
    """Return the opinion, if there is an address that its code may have gone to."""
    found = await session.execute(
        select(
            Opinion.id.label("opinion_id"), Opinion.query_digest, Contact.email_digest
        )
        .join(Contact, Contact.opinion_id == Opinion.id)
        .where(Opinion.receipt_number == number, Contact.email_digest.is_not(None))
    )
    row = found.mappings().first()
    return Renewable(**row) if row else None


def _is_good(house: House, of: Renewable, code: str, *, now: datetime) -> bool:
    day = today(house, now)
    good = False
    for back in range(GOOD_FOR.days + 1):
        ours = one_time_code(house.seal, of, on=day - timedelta(days=back))
        # All are compared, so that it takes as long whichever it is.
        good |= hmac.compare_digest(ours, code)
    return good
