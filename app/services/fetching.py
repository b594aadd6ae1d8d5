"""Fetching: how far each mailbox has been read, noted with the letter itself.

A letter and the progress past it are one transaction, and progress moves forward only:
broken off anywhere, a letter is kept once or not at all, and of two workers that fetch
the same one only the first keeps it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import CursorResult, func, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.mailbox import MailboxTerms
from app.domain.vocabulary import Fate, HoldReason
from app.models import Mailbox
from app.sealing import Seal
from app.services import arrivals, mailboxes
from app.services.arrivals import RawLetter, Row

_MOST_ERROR: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMailbox:
    """What a worker has to know to read a mailbox on from where it stands."""

    terms: MailboxTerms
    uid_validity: int | None
    last_uid: int
    set_up_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A letter's place in a mailbox."""

    mailbox_id: int
    uid_validity: int
    uid: int


async def attended(session: AsyncSession) -> Mapping[int, bool]:
    """Return the mailboxes to be read, and whether one is to be looked through now."""
    rows = await session.execute(
        select(
            Mailbox.id,
            Mailbox.checked_at.is_(None) & Mailbox.last_error.is_(None),
        ).where(Mailbox.enabled)
    )
    return {key: bool(awaited) for key, awaited in rows}


async def open_mailbox(
    session: AsyncSession, seal: Seal, mailbox_id: int
) -> OpenMailbox | None:
    """Return a mailbox with its secret; None: it is not to be read any more.

    Raises:
        BrokenSealError: It was sealed by another installation.
    """
    row = await session.get(Mailbox, mailbox_id)
    if row is None or not row.enabled:
        return None
    return OpenMailbox(
        terms=mailboxes.terms_of(seal, row),
        uid_validity=row.uid_validity,
        last_uid=row.last_uid,
        set_up_at=row.created_at,
    )


async def start_over(
    session: AsyncSession, mailbox_id: int, *, uid_validity: int
) -> None:
    """Note that UIDs name other letters now (RFC 3501, 2.3.1.1)."""
    await session.execute(
        update(Mailbox)
        .where(
            Mailbox.id == mailbox_id,
            Mailbox.uid_validity.is_distinct_from(uid_validity),
        )
        .values(uid_validity=uid_validity, last_uid=0)
    )


async def keep(session: AsyncSession, place: Place, row: Row) -> bool:
    """Keep a letter, made ready by `arrivals.sealed_row` or `held_row`, and go past it.

    Returns whether it was kept: not where somebody went past it before.
    """
    if not await go_past(session, place):
        return False
    try:
        async with session.begin_nested():
            await arrivals.keep_all(session, [row])
    except IntegrityError:
        # The same one is held already, from before the mailbox was started over.
        repeated = {"fate": Fate.DUPLICATE, "reason": None}
        await arrivals.keep_all(session, [row | repeated])
    return True


async def go_past(session: AsyncSession, place: Place) -> bool:
    """Note that a letter need not be fetched; return whether that is news."""
    result = await session.execute(
        update(Mailbox)
        .where(
            Mailbox.id == place.mailbox_id,
            Mailbox.uid_validity == place.uid_validity,
            Mailbox.last_uid < place.uid,
        )
        .values(last_uid=place.uid)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def held_row(
    seal: Seal, letter: RawLetter, *, reason: HoldReason, size: int, now: datetime
) -> Row:
    """Return the row of a letter of which only the beginning is kept, if anything.

    It is held for a person, who can look at the whole of it in the mailbox.
    """
    came_at = letter.received_at.isoformat()
    key = seal.digest(
        letter.content.hex(), came_at, str(size), purpose="letter not fetched"
    )
    return arrivals.sealed_row(seal, letter) | {
        "arrival_key": key.hex(),
        "size": size,
        "fate": Fate.HELD,
        "reason": reason,
        "fated_at": now,
    }


async def note_checked(
    session: AsyncSession, mailbox_id: int, *, error: str | None = None, now: datetime
) -> None:
    """Note that a mailbox was looked through, without trouble but for ``error``."""
    if error is not None:
        await note_trouble(session, mailbox_id, error, now=now)
    well = {} if error else {"last_error": None, "failing_since": None}
    await session.execute(
        update(Mailbox).where(Mailbox.id == mailbox_id).values(checked_at=now, **well)
    )


async def note_trouble(
    session: AsyncSession, mailbox_id: int, error: str, *, now: datetime
) -> None:
    """Note what is in the way, and since when without a break."""
    await session.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id)
        .values(
            last_error=error[:_MOST_ERROR],
            failing_since=func.coalesce(
                Mailbox.failing_since, literal(now, Mailbox.failing_since.type)
            ),
        )
    )


async def keep_refresh_token(
    session: AsyncSession, seal: Seal, mailbox_id: int, token: str
) -> None:
    """Keep the refresh token that the last one was exchanged for, sealed."""
    row = await session.get(Mailbox, mailbox_id, with_for_update=True)
    if row is not None:
        mailboxes.keep_refresh_token(seal, row, token)
