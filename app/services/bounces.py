"""Bounces (退信): letters of ours that came back, and addresses that take none.

What shuns an address is word that only the mail system which had the letter could
give: it came to the letter's own return path, or names its Message-ID, and both bear
a token of ours.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    ColumnElement,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import MailPurpose, MailState
from app.mail.machinery.report import DeliveryAction, Report
from app.mail.machinery.status import is_dead
from app.models import (
    AuditEvent,
    Case,
    Contact,
    Opinion,
    OutboxMessage,
    UnreachableAddress,
)
from app.sealing import Seal
from app.services import audit, cases
from app.services.enclosing import email_digest
from app.services.staff import Person

MEMORY: Final = timedelta(days=90)
"""How long a letter that came back counts against its address when the next does."""

BRINGING_UP: Final = (Action.ADDED, Action.DISOWNED, Action.MAIL_BOUNCED)
"""What comes to a case from outside and lets staff look at it again."""

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
    """Record what is reported, once; only a letter that failed changes anything."""
    if returned.action is not DeliveryAction.FAILED:
        return
    row = await session.get(OutboxMessage, returned.letter_id, with_for_update=True)
    if row is None or row.bounced_at is not None:
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
    audit.record(
        session, Action.MAIL_BOUNCED, at=now, case_id=row.case_id,
        purpose=row.purpose, status=status,
    )  # fmt: skip
    await cases.bring_up(session, row.case_id)
    address: bytes | None = await session.scalar(
        select(Contact.email_digest).where(Contact.opinion_id == row.opinion_id)
    )
    if address is None:
        return
    meant = not receivers or address in receivers
    if (is_dead(status) and meant) or await _has_bounced(session, row, address, now):
        await _shun(session, address, status=status, now=now)


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


async def unsent(session: AsyncSession, *, most: int = 100) -> Sequence[UnsentLetter]:
    """Return letters to addresses that take none, those that came back last first."""
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
        .where(OutboxMessage.state.in_((MailState.WITHHELD, MailState.BOUNCED)))
        .order_by(UnreachableAddress.since.desc(), OutboxMessage.id.desc())
        .limit(most)
    )
    return [UnsentLetter(**row) for row in rows.mappings()]


def came_back() -> ColumnElement[bool]:
    """Return whether what last came to each case of a statement is a letter of ours.

    It is looked up only for a case that shows it: one with something unread.
    """
    last = (
        select(AuditEvent.action)
        .where(AuditEvent.case_id == Case.id, AuditEvent.action.in_(BRINGING_UP))
        .order_by(AuditEvent.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    shown = case((Case.unread, last == Action.MAIL_BOUNCED), else_=false())
    return func.coalesce(shown, false())


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
                OutboxMessage.bounced_at > now - MEMORY,
            )
        )
    )
    return bool(found)


async def _shun(
    session: AsyncSession, address: bytes, *, status: str, now: datetime
) -> None:
    row = {"email_digest": address, "status": status, "since": now}
    with suppress(IntegrityError):  # it is shunned already
        async with session.begin_nested():
            await session.execute(insert(UnreachableAddress), [row])
