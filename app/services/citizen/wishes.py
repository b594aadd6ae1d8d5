"""Wishes: somebody names an address and wants a letter there; it is seen to later.

Whoever asks gets one and the same answer, after one insert, whatever we know of the
address; the looking up is done apart from the request, where nobody can time it. What
is sent goes to the address alone, so many letters a day and no more.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import locked
from app.domain.following import MailWish
from app.domain.submission import ContactDetails, clean, problems
from app.domain.vocabulary import Language
from app.errors import InvalidInput
from app.keys import new_key
from app.models import MailGrant, MailRequest, OutboxMessage, Subscription
from app.sealing import BrokenSealError
from app.services.citizen import receipts, subscriptions
from app.services.citizen.renewing import today
from app.services.enclosing import email_digest
from app.services.house import House

MOST_A_DAY: Final = {MailWish.RECEIPTS: 3, MailWish.SUBSCRIPTION: 6}
"""Letters that an address gets on a day for having been named."""

_MOST_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants sent, and where."""

    wish: MailWish
    email: str
    language: Language
    section_id: int | None = None
    """The item that is to be followed; None: the receipts are wanted."""


def checked(email: str) -> str:
    """Return the address that was typed.

    Raises:
        InvalidInput: It is none.
    """
    email = clean(email, lines=False)
    if not email:
        raise InvalidInput("no address", field="email", code="email_missing")
    contact = ContactDetails(email=email)
    for problem in problems(subject="", text="-" * 20, contact=contact):
        raise problem
    return email


async def ask(
    session: AsyncSession, house: House, wish: Wish, *, now: datetime
) -> None:
    """Note what is wanted; nothing is looked up."""
    plain = wish.email.encode()
    row = {
        "id": new_key(), "wish": wish.wish, "section_id": wish.section_id,
        "sealed": house.seal.close(plain, purpose="mail request"),
        "language": wish.language, "asked_at": now,
    }  # fmt: skip
    await session.execute(insert(MailRequest), [row])


async def settle(session: AsyncSession, house: House, *, now: datetime) -> int:
    """Promise the letters that were asked for; return how many wishes were seen to."""
    waiting = (
        await session.scalars(
            locked(select(MailRequest).order_by(MailRequest.id).limit(_MOST_AT_ONCE))
        )
    ).all()
    for row in waiting:
        letter = await _letter(session, house, row, now=now)
        if letter is not None:
            session.add(OutboxMessage(**letter))
        await session.delete(row)
        await session.flush()
    return len(waiting)


async def tidy(session: AsyncSession, house: House, *, now: datetime) -> None:
    """Forget who was written to on days that are over, and who never said yes."""
    yesterday = today(house, now) - timedelta(days=1)
    await session.execute(delete(MailGrant).where(MailGrant.day < yesterday))
    await session.execute(
        delete(Subscription).where(
            Subscription.confirmed_at.is_(None),
            Subscription.asked_at < now - subscriptions.UNCONFIRMED_FOR,
        )
    )


async def _letter(
    session: AsyncSession, house: House, row: MailRequest, *, now: datetime
) -> subscriptions.Row | None:
    """Return the letter that is due for a wish; None: none is."""
    try:
        email = house.seal.open(row.sealed, purpose="mail request").decode()
    except BrokenSealError:
        return None
    address = email_digest(house.seal, email)
    if house.is_ours(email) or not await _granted(
        session, address, row.wish, on=today(house, now)
    ):
        return None
    if row.section_id is None:
        return await receipts.letter(
            session, house, email, language=row.language, now=now
        )
    return await subscriptions.invite(
        session, house, email, section_id=row.section_id, language=row.language, now=now
    )


async def _granted(
    session: AsyncSession, address: bytes, wish: MailWish, *, on: date
) -> bool:
    """Count a letter to an address; return whether it may have one more today.

    Counted before anything is known of the address: nobody floods it by naming it.
    """
    key = (address, wish, on)
    known = await session.get(MailGrant, key, with_for_update=True)
    if known is None:
        session.add(MailGrant(email_digest=address, wish=wish, day=on, number=1))
        return True
    known.number += 1
    return known.number <= MOST_A_DAY[wish]
