"""Bounces (退信): addresses that take no letters, and letters that came back from them.

How they came to be known as such is in `returns`.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    delete,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import MailPurpose, MailState
from app.models import (
    Contact,
    Opinion,
    OutboxMessage,
    UnreachableAddress,
)
from app.services import audit, cases
from app.services.staff import Person

"""What comes to a case from outside and lets staff look at it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Why no letter goes to an address, and since when."""

    status: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentLetter:
    """A letter that came back or was not sent, without what it says or to whom."""

    number: str
    """The receipt number of the opinion it is about."""

    purpose: MailPurpose
    state: MailState
    status: str
    since: datetime


async def shunned(
    session: AsyncSession, addresses: Collection[bytes]
) -> frozenset[bytes]:
    """Return those of ``addresses``, given as digests, that no letter goes to."""
    if not addresses:
        return frozenset()
    return frozenset(
        await session.scalars(
            select(UnreachableAddress.email_digest).where(
                UnreachableAddress.email_digest.in_(addresses)
            )
        )
    )


async def readmit(
    session: AsyncSession,
    addresses: Collection[bytes],
    *,
    now: datetime,
    staff_id: int | None = None,
) -> int:
    """Send to ``addresses`` again; return how many letters go out that had waited."""
    known = await shunned(session, addresses)
    if not known:
        return 0
    await session.execute(
        delete(UnreachableAddress).where(UnreachableAddress.email_digest.in_(known))
    )
    rows = await session.scalars(
        select(OutboxMessage)
        .join(Contact, Contact.opinion_id == OutboxMessage.opinion_id)
        .where(
            Contact.email_digest.in_(known),
            OutboxMessage.state.in_((MailState.WITHHELD, MailState.BOUNCED)),
            OutboxMessage.purpose != MailPurpose.LIAISON,
            OutboxMessage.sealed.is_not(None),
        )
    )
    count = 0
    for row in rows:
        row.state, row.attempts, row.next_attempt_at = MailState.WAITING, 0, now
        row.bounced_at = row.last_error = None
        audit.record(
            session, Action.MAIL_RETRIED, at=now, staff_id=staff_id, case_id=row.case_id
        )
        count += 1
    await session.flush()
    return count


async def try_again(
    session: AsyncSession, person: Person, number: str, *, now: datetime
) -> int:
    """Send to the citizen of a case again, as `readmit`.

    Raises:
        NotAllowed: The role does not look after letters.
        NoSuchCase: There is none, or it is another office's.
    """
    permission.check(person.role, Duty.OUTBOX)
    case = await cases.find(session, person, number)
    address: bytes | None = await session.scalar(
        select(Contact.email_digest).where(Contact.opinion_id == case.opinion_id)
    )
    known = () if address is None else (address,)
    return await readmit(session, known, now=now, staff_id=person.staff_id)


async def standing(session: AsyncSession, opinion_id: int) -> Standing | None:
    """Return why no letter goes to whoever sent in the opinion; None: one may."""
    row = (
        await session.execute(
            select(UnreachableAddress.status, UnreachableAddress.since)
            .join(Contact, Contact.email_digest == UnreachableAddress.email_digest)
            .where(Contact.opinion_id == opinion_id)
        )
    ).first()
    return None if row is None else Standing(status=row.status, since=row.since)


async def unsent(
    session: AsyncSession, person: Person, *, most: int = 100
) -> Sequence[UnsentLetter]:
    """Return letters to addresses that take none, those that came back last first.

    But for those about reports that are kept from ``person``.
    """
    rows = await session.execute(
        select(
            Opinion.receipt_number.label("number"),
            OutboxMessage.purpose,
            OutboxMessage.state,
            UnreachableAddress.status,
            UnreachableAddress.since,
        )
        .join(Contact, Contact.email_digest == UnreachableAddress.email_digest)
        .join(Opinion, Opinion.id == Contact.opinion_id)
        .join(OutboxMessage, OutboxMessage.opinion_id == Opinion.id)
        .where(
            OutboxMessage.state.in_((MailState.WITHHELD, MailState.BOUNCED)),
            OutboxMessage.purpose != MailPurpose.LIAISON,
            cases.about_visible(person, Opinion.id.expression),
        )
        .order_by(UnreachableAddress.since.desc(), OutboxMessage.id.desc())
        .limit(most)
    )
    return [UnsentLetter(**row) for row in rows.mappings()]


async def shun(
    session: AsyncSession, address: bytes, *, status: str, now: datetime
) -> None:
    """Send nothing more to an address, given as its digest."""
    row = {"email_digest": address, "status": status, "since": now}
    with suppress(IntegrityError):  # it is shunned already
        async with session.begin_nested():
            await session.execute(insert(UnreachableAddress), [row])
