"""The outbox (待发邮件): claimed with a lease, retried, parked in the end.

Letters to addresses that take none (`bounces`) are withheld when they are due.
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
from app.domain.correspondence import WithholdGround
from app.domain.record import Action
from app.domain.vocabulary import MailPurpose, MailState
from app.errors import NotFound
from app.mail.machinery.status import UNKNOWN, is_dead, status_in
from app.mail.outgoing import OutgoingLetter
from app.models import Opinion, OutboxMessage
from app.sealing import BrokenSealError
from app.services import audit, bounces, cases, letters, returns
from app.services.enclosing import email_digest
from app.services.house import House
from app.services.offices import liaison_letters
from app.services.staff import Person

LEASE: Final = timedelta(minutes=5)
"""How long a worker may take over what it has claimed."""

_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=6)
_MOST_ERROR: Final = 500
_BY_PEOPLE: Final = {MailPurpose.ANSWER, MailPurpose.QUESTION, MailPurpose.CLOSING}
"""Letters that somebody of the staff wrote, or asked for."""

_REPLIES: Final = {
    MailPurpose.ACKNOWLEDGEMENT, MailPurpose.RECEIPTS, MailPurpose.SUBSCRIPTION,
}  # fmt: skip
"""Letters that the service writes by itself, to what somebody sent in."""


class NoSuchLetter(NotFound):
    """There is no parked letter of that key."""

    code = "no_such_letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLetter:
    """A letter that was claimed and is to be sent now."""

    id: int
    letter: OutgoingLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedLetter:
    """A letter that was tried too often, without what it says or to whom."""

    id: int
    number: str | None
    """The receipt number of the opinion it is about; None: it is about an item."""

    purpose: MailPurpose
    attempts: int
    last_error: str | None
    created_at: datetime


async def claim_due(
    session: AsyncSession, house: House, *, now: datetime, most: int = 20
) -> list[DueLetter]:
    """Return letters whose time has come, for nobody else until the lease is over."""
    await liaison_letters.write_due(session, house, now=now)
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
    due = []
    for row in rows:
        row.next_attempt_at = now + LEASE
        row.attempts += 1
        try:
            due.append(DueLetter(id=row.id, letter=_letter(house, row)))
        except BrokenSealError as error:
            # One that nobody can open must not keep the others from going.
            _park(session, row, error=error.code, now=now)
    withheld = await _withhold(session, house, rows, due, now=now)
    await session.flush()
    return [letter for letter in due if letter.id not in withheld]


async def give_back(
    session: AsyncSession, keys: Sequence[int], *, now: datetime
) -> None:
    """Let others have what was claimed and not tried."""
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(keys), OutboxMessage.state == MailState.WAITING)
        .values(next_attempt_at=now, attempts=OutboxMessage.attempts - 1)
        .execution_options(synchronize_session=False)
    )


async def mark_sent(session: AsyncSession, key: int, *, now: datetime) -> None:
    """Note that the other side took the letter; what it said is gone.

    Word that it did not arrive may have been faster, and stands.
    """
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == key, OutboxMessage.state == MailState.WAITING)
        .values(state=MailState.SENT, sent_at=now, sealed=None, last_error=None)
    )


async def mark_failed(
    session: AsyncSession,
    house: House,
    key: int,
    *,
    error: str,
    final: bool,
    receiver_refused: bool = False,
    now: datetime,
) -> None:
    """Plan the next attempt, or park the letter where it was tried often enough.

    ``final`` says that the other side will never take it (an SMTP 5xx reply). Where it
    says so of the receiver's address, the letter counts as one that came back.
    """
    row = await session.get_one(OutboxMessage, key, with_for_update=True)
    if row.state is not MailState.WAITING:
        # Another worker, to whom the lease fell, was luckier.
        return
    status = status_in(error) if final and receiver_refused else UNKNOWN
    if is_dead(status):
        await returns.record(
            session, row, status=status, receivers=_readers(house, row), now=now
        )
        return
    if final or row.attempts >= house.settings.outbox_attempts:
        _park(session, row, error=error, now=now)
        return
    row.last_error = error[:_MOST_ERROR]
    row.next_attempt_at = now + pause_after(row.attempts)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, to a limit."""
    doublings = max(0, min(attempts - 1, 20))
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


async def parked(
    session: AsyncSession, person: Person, *, most: int = 100
) -> Sequence[ParkedLetter]:
    """Return parked letters, oldest first, but for reports kept from ``person``."""
    rows = await session.execute(
        select(
            OutboxMessage.id,
            Opinion.receipt_number.label("number"),
            OutboxMessage.purpose,
            OutboxMessage.attempts,
            OutboxMessage.last_error,
            OutboxMessage.created_at,
        )
        .outerjoin(Opinion, Opinion.id == OutboxMessage.opinion_id)
        .where(
            OutboxMessage.state == MailState.PARKED,
            cases.about_visible(person, OutboxMessage.opinion_id.expression),
        )
        .order_by(OutboxMessage.id)
        .limit(most)
    )
    return [ParkedLetter(**row) for row in rows.mappings()]


async def retry(
    session: AsyncSession, keys: Sequence[int], *, staff_id: int, now: datetime
) -> None:
    """Give parked letters all their attempts again; others are passed over.

    Raises:
        NoSuchLetter: None of them is parked.
    """
    for row in await _parked(session, keys):
        row.state, row.attempts, row.next_attempt_at = MailState.WAITING, 0, now
        audit.record(
            session, Action.MAIL_RETRIED, at=now, staff_id=staff_id, case_id=row.case_id
        )


async def give_up(
    session: AsyncSession, key: int, *, staff_id: int, now: datetime
) -> None:
    """Let a parked letter be: it is tried no more, and what it says is gone.

    Raises:
        NoSuchLetter: It is not parked.
    """
    for row in await _parked(session, [key]):
        row.state, row.sealed = MailState.WITHHELD, None
        audit.record(
            session, Action.MAIL_WITHHELD, at=now, staff_id=staff_id,
            case_id=row.case_id, purpose=row.purpose, ground=WithholdGround.GIVEN_UP,
        )  # fmt: skip


async def _parked(
    session: AsyncSession, keys: Sequence[int]
) -> Sequence[OutboxMessage]:
    rows = await session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.id.in_(keys), OutboxMessage.state == MailState.PARKED)
        .with_for_update()
    )
    found = rows.all()
    if not found:
        raise NoSuchLetter("none of these letters is parked")
    return found


def _park(
    session: AsyncSession, row: OutboxMessage, *, error: str, now: datetime
) -> None:
    row.state, row.last_error = MailState.PARKED, error[:_MOST_ERROR]
    audit.record(session, Action.MAIL_PARKED, at=now, case_id=row.case_id)


async def _withhold(
    session: AsyncSession,
    house: House,
    rows: Sequence[OutboxMessage],
    due: Sequence[DueLetter],
    *,
    now: datetime,
) -> frozenset[int]:
    """Hold back the letters that go to addresses which take none; return their keys."""
    addresses = {each.id: email_digest(house.seal, each.letter.to) for each in due}
    shunned = await bounces.shunned(session, set(addresses.values()))
    withheld = {key for key, address in addresses.items() if address in shunned}
    for row in rows:
        if row.id not in withheld:
            continue
        row.state, row.attempts = MailState.WITHHELD, row.attempts - 1
        audit.record(
            session, Action.MAIL_WITHHELD, at=now, case_id=row.case_id,
            purpose=row.purpose, ground=WithholdGround.UNREACHABLE,
        )  # fmt: skip
        if row.purpose in _BY_PEOPLE and row.case_id is not None:
            # Somebody wrote it, and does not know yet that nobody will read it.
            await cases.bring_up(session, row.case_id)
    return frozenset(withheld)


def _readers(house: House, row: OutboxMessage) -> frozenset[bytes]:
    """Return to whom a letter went that is about no opinion; it alone says so."""
    if row.opinion_id is not None or row.sealed is None:
        return frozenset()
    return frozenset(
        {email_digest(house.seal, letters.unseal(house.seal, row.sealed).to)}
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
        automatic=row.purpose in _REPLIES,
        generated=row.purpose is MailPurpose.REMINDER,
        unsubscribe_url=content.unsubscribe_url,
        return_path=letters.return_path(house, row.id)
        if house.settings.return_path == "token"
        else None,
    )
