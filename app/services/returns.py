"""Returns: word that a letter of ours came back, recorded and judged.

What shuns an address is word that only the mail system which had the letter could
give: it came to the letter's own return path, or names its Message-ID, and both bear
a token of ours.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.domain.vocabulary import MailPurpose, MailState
from app.mail.machinery.report import DeliveryAction, Report
from app.mail.machinery.status import is_dead
from app.models import (
    AuditEvent,
    Contact,
    Liaison,
    LiaisonLetter,
    OutboxMessage,
    Subscription,
)
from app.sealing import Seal
from app.services import audit, cases
from app.services.bounces import shun
from app.services.enclosing import email_digest

MEMORY: Final = timedelta(days=90)
"""How long a letter that came back counts against its address when the next does."""

MOST_NOTED: Final = 10
"""How often it is noted on a case that a letter came back."""

_UNKNOWN: Final = "5.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What a mail system reports on a letter of ours."""

    letter_id: int
    opinion_id: int
    action: DeliveryAction

    status: str
    """By RFC 3463; empty where nothing tells."""

    receivers: frozenset[bytes]
    """Digests of the addresses that it names."""


def returned(seal: Seal, report: Report, *, letter_id: int, opinion_id: int) -> Return:
    """Return what ``report`` says of the letter."""
    boxes = {box for one in report.receivers for box in one.addresses}
    return Return(
        letter_id=letter_id,
        opinion_id=opinion_id,
        action=report.action,
        status=report.status,
        receivers=frozenset(email_digest(seal, box) for box in boxes),
    )


async def take_back(session: AsyncSession, returned: Return, *, now: datetime) -> None:
    """Record what is reported; only a letter that failed changes anything.

    A letter may come back more than once: from the citizen's mail system and from
    those that the citizen passes letters on to.
    """
    if returned.action is not DeliveryAction.FAILED:
        return
    row = await session.get(OutboxMessage, returned.letter_id, with_for_update=True)
    if row is None:
        return
    if row.bounced_at is not None:
        await _record_another(session, row, returned, now=now)
        return
    await record(
        session, row, status=returned.status, receivers=returned.receivers, now=now
    )


async def record(
    session: AsyncSession,
    row: OutboxMessage,
    *,
    status: str,
    receivers: Collection[bytes] = (),
    now: datetime,
) -> None:
    """Note on its case that a letter came back, and shun its address where that is due.

    At once if there is no such mailbox; at the second letter otherwise (full, too
    large, a policy), and where it is another address that failed: the citizen's may
    pass letters on.
    """
    status = status or _UNKNOWN
    row.state, row.bounced_at, row.last_error = MailState.BOUNCED, now, status
    if row.case_id is None:
        await _leave_alone(session, receivers, status=status, now=now)
        return
    _note(session, row, status, now=now)
    await cases.bring_up(session, row.case_id)
    await _judge(session, row, status=status, receivers=receivers, now=now)


async def _record_another(
    session: AsyncSession, row: OutboxMessage, returned: Return, *, now: datetime
) -> None:
    """Note that a letter came back once more, and shun its address where that is due.

    Whoever gets a letter can send back as many reports as they like: beyond some they
    are kept as arrivals only.
    """
    status = returned.status or _UNKNOWN
    if row.case_id is None:
        return
    noted = (
        await session.scalars(
            select(AuditEvent.facts).where(
                AuditEvent.case_id == row.case_id,
                AuditEvent.action == Action.MAIL_BOUNCED,
            )
        )
    ).all()
    if len(noted) < MOST_NOTED:
        _note(session, row, status, now=now)
        if all(facts["status"] != status for facts in noted):
            await cases.bring_up(session, row.case_id)
    receivers = returned.receivers
    if await _judge(session, row, status=status, receivers=receivers, now=now):
        row.last_error = status


async def _leave_alone(
    session: AsyncSession, receivers: Collection[bytes], *, status: str, now: datetime
) -> None:
    """Write no more about items to addresses that do not exist.

    A letter about an item has no case that anybody would look at. Whom it went to is
    known by who follows an item, so nobody else's address can be shunned by it.
    """
    if not receivers or not is_dead(status):
        return
    gone = await session.scalars(
        delete(Subscription)
        .where(Subscription.email_digest.in_(receivers))
        .returning(Subscription.email_digest)
    )
    for address in set(gone.all()):
        await shun(session, address, status=status, now=now)


def _note(
    session: AsyncSession, row: OutboxMessage, status: str, *, now: datetime
) -> None:
    audit.record(
        session, Action.MAIL_BOUNCED, at=now, case_id=row.case_id,
        purpose=row.purpose, status=status,
    )  # fmt: skip


async def _judge(
    session: AsyncSession,
    row: OutboxMessage,
    *,
    status: str,
    receivers: Collection[bytes],
    now: datetime,
) -> bool:
    """Shun the address of a letter where that is due; return whether it was."""
    address = await _addressee(session, row)
    if address is None:
        return False
    meant = not receivers or address in receivers
    due = is_dead(status) and meant
    if not due and not await _has_bounced(session, row, address, now):
        return False
    await shun(session, address, status=status, now=now)
    return True


async def _addressee(session: AsyncSession, row: OutboxMessage) -> bytes | None:
    """Return the digest of the address that a letter went to, where it is known."""
    if row.purpose is MailPurpose.LIAISON:
        found: bytes | None = await session.scalar(
            select(Liaison.email_digest)
            .join(LiaisonLetter, LiaisonLetter.liaison_id == Liaison.id)
            .where(LiaisonLetter.id == row.id)
        )
        return found
    citizen: bytes | None = await session.scalar(
        select(Contact.email_digest).where(Contact.opinion_id == row.opinion_id)
    )
    return citizen


async def _has_bounced(
    session: AsyncSession, row: OutboxMessage, address: bytes, now: datetime
) -> bool:
    """Whether another letter to the address came back of late."""
    found = await session.scalar(
        select(
            exists().where(
                Contact.email_digest == address,
                OutboxMessage.opinion_id == Contact.opinion_id,
                OutboxMessage.id != row.id,
                OutboxMessage.purpose != MailPurpose.LIAISON,
                OutboxMessage.bounced_at > now - MEMORY,
            )
        )
    )
    return bool(found)
