"""The outbox (待发邮件): claimed with a lease, retried, parked in the end.

A letter is claimed by moving its next attempt past a lease: a worker that dies gives
its letters back by doing nothing. So a letter is sent at least once, and after a crash
at most repeated, with the same Message-ID.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import locked
from app.domain.vocabulary import Action, MailPurpose, MailState
from app.errors import NotFound
from app.mail.outgoing import OutgoingLetter
from app.models import OutboxMessage
from app.services import audit, letters
from app.services.house import House

LEASE: Final = timedelta(minutes=5)
"""How long a worker may take over what it has claimed."""

_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=6)


class NoSuchLetter(NotFound):
    """There is no parked letter of that key."""

    code = "no_such_letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLetter:
    """A letter that was claimed and is to be sent now."""

    id: int
    letter: OutgoingLetter


async def claim_due(
    session: AsyncSession, house: House, *, now: datetime, most: int = 20
) -> list[DueLetter]:
    """Return letters whose time has come, for nobody else until the lease is over."""
    rows = list(
        await session.scalars(
            locked(
                select(OutboxMessage)
                .where(
                    OutboxMessage.state == MailState.WAITING,
                    OutboxMessage.next_attempt_at <= now,
                )
                .order_by(OutboxMessage.next_attempt_at)
                .limit(most)
            )
        )
    )
    for row in rows:
        row.next_attempt_at = now + LEASE
        row.attempts += 1
    await session.flush()
    return [DueLetter(id=row.id, letter=_letter(house, row)) for row in rows]


async def mark_sent(session: AsyncSession, key: int, *, now: datetime) -> None:
    """Note that the other side took the letter; what it said is gone."""
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == key)
        .values(state=MailState.SENT, sent_at=now, sealed=None, last_error=None)
    )


async def mark_failed(
    session: AsyncSession,
    house: House,
    key: int,
    *,
    error: str,
    final: bool,
    now: datetime,
) -> None:
    """Plan the next attempt, or park the letter where it was tried often enough.

    ``final`` says that the other side will never take it (an SMTP 5xx reply).
    """
    row = await session.get_one(OutboxMessage, key)
    row.last_error = error[:500]
    if final or row.attempts >= house.settings.outbox_attempts:
        row.state = MailState.PARKED
        audit.record(session, Action.MAIL_PARKED, at=now, case_id=row.case_id)
        return
    row.next_attempt_at = now + pause_after(row.attempts)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, to a limit."""
    doublings = max(0, min(attempts - 1, 20))
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


async def parked(session: AsyncSession, *, most: int = 100) -> Sequence[OutboxMessage]:
    """Return parked letters, oldest first."""
    rows = await session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == MailState.PARKED)
        .order_by(OutboxMessage.id)
        .limit(most)
    )
    return rows.all()


async def retry(
    session: AsyncSession, key: int, *, staff_id: int, now: datetime
) -> None:
    """Give a parked letter all its attempts again.

    Raises:
        NoSuchLetter: It is not parked.
    """
    row = await session.get(OutboxMessage, key)
    if row is None or row.state is not MailState.PARKED:
        raise NoSuchLetter("this letter is not parked")
    row.state, row.attempts, row.next_attempt_at = MailState.WAITING, 0, now
    audit.record(
        session, Action.MAIL_RETRIED, at=now, staff_id=staff_id, case_id=row.case_id
    )


def _letter(house: House, row: OutboxMessage) -> OutgoingLetter:
    content = letters.unseal(house.seal, row.sealed or b"")
    return OutgoingLetter(
        message_id=row.message_id,
        sender_name=house.settings.sender_name,
        sender_address=house.sender_address,
        reply_to=content.reply_to,
        to=content.to,
        subject=content.subject,
        body=content.body,
        in_reply_to=content.in_reply_to,
        references=(),
        date=row.created_at,
        automatic=row.purpose is MailPurpose.ACKNOWLEDGEMENT,
    )
