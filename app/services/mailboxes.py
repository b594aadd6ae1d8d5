"""Mailboxes (邮箱): what is set up about them, and what staff are told of each."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.correspondence import (
    MailboxSecurity,
    MailboxSignIn,
    MailboxTrouble,
)
from app.domain.mailbox import (
    MailboxTerms,
    Password,
    Secret,
    TokenGrant,
    check,
)
from app.domain.record import Action
from app.errors import Conflict, NotFound
from app.keys import new_key
from app.models import Mailbox
from app.sealing import Seal
from app.services import audit
from app.services.house import House

_PURPOSE: Final = "mailbox"


class NoSuchMailbox(NotFound):
    """There is no mailbox of that name or key."""

    code = "no_such_mailbox"


class MailboxNameTaken(Conflict):
    """Another mailbox has that name."""

    code = "mailbox_name_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxEntry:
    """A mailbox as staff see it."""

    id: int
    name: str
    host: str
    port: int
    security: MailboxSecurity
    sign_in: MailboxSignIn
    user_name: str
    folder: str
    enabled: bool
    checked_at: datetime | None

    trouble: MailboxTrouble | None
    """What is in the way now; None: nothing."""

    said: str
    """What the other side had to say to it."""

    failing_since: datetime | None

    @property
    def awaited(self) -> bool:
        """Whether it is to be looked through as soon as can be."""
        return self.enabled and self.checked_at is None and self.trouble is None


async def add(
    session: AsyncSession,
    house: House,
    terms: MailboxTerms,
    *,
    now: datetime,
    unprotected: bool = False,
    staff_id: int | None = None,
) -> int:
    """Set up a mailbox, to be read from now on; return its key.

    Raises:
        BadMailbox: It cannot be reached so; see `domain.mailbox.check`.
        MailboxNameTaken: Another has that name.
    """
    check(terms, unprotected=unprotected)
    row = Mailbox(
        id=new_key(),
        name=terms.name.strip(),
        host=terms.host,
        port=terms.port,
        security=terms.security,
        user_name=terms.user_name,
        sign_in=terms.sign_in,
        sealed_secret=sealed(house.seal, terms),
        folder=terms.folder,
        enabled=True,
        last_uid=0,
        created_at=now,
    )
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise MailboxNameTaken(f"there is a mailbox {terms.name} already") from None
    audit.record(
        session, Action.MAILBOX_ADDED, at=now, staff_id=staff_id, name=row.name
    )
    return row.id


async def give_secret(
    session: AsyncSession, house: House, name: str, secret: Secret, *, now: datetime
) -> None:
    """Replace what a mailbox is opened with, and have it looked through.

    Raises:
        NoSuchMailbox: There is none of that name.
        BadMailbox: Tokens cannot be asked for so.
        BrokenSealError: The present one was sealed by another installation.
    """
    row = await _named(session, name)
    terms = terms_of(house.seal, row)
    changed = MailboxTerms(**_plain(terms) | {"secret": secret})
    check(changed, unprotected=True)
    row.sign_in, row.sealed_secret = changed.sign_in, sealed(house.seal, changed)
    row.checked_at = row.last_error = None
    audit.record(session, Action.MAILBOX_CHANGED, at=now, name=row.name)


async def enable(
    session: AsyncSession,
    mailbox_id: int,
    *,
    enabled: bool,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Have a mailbox read, or not any more.

    Raises:
        NoSuchMailbox: There is none of that key.
    """
    row = await _of_key(session, mailbox_id)
    row.enabled = enabled
    row.checked_at = row.checked_at if not enabled else None
    row.last_error = row.failing_since = None
    audit.record(
        session, Action.MAILBOX_CHANGED, at=now, staff_id=staff_id,
        name=row.name, enabled=enabled,
    )  # fmt: skip


async def ask_for(session: AsyncSession, mailbox_id: int) -> None:
    """Have a mailbox looked through as soon as can be; nothing else is changed.

    Raises:
        NoSuchMailbox: There is none of that key.
    """
    row = await _of_key(session, mailbox_id)
    row.checked_at = row.last_error = None


async def remove(
    session: AsyncSession,
    mailbox_id: int,
    *,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Forget a mailbox; the letters that came from it remain.

    Raises:
        NoSuchMailbox: There is none of that key.
    """
    row = await _of_key(session, mailbox_id)
    await session.execute(delete(Mailbox).where(Mailbox.id == mailbox_id))
    audit.record(
        session, Action.MAILBOX_REMOVED, at=now, staff_id=staff_id, name=row.name
    )


async def key_of(session: AsyncSession, name: str) -> int:
    """Return the key of the mailbox ``name``.

    Raises:
        NoSuchMailbox: There is none.
    """
    return (await _named(session, name)).id


async def entries(session: AsyncSession) -> Sequence[MailboxEntry]:
    """Return all mailboxes, by name."""
    rows = await session.scalars(select(Mailbox).order_by(Mailbox.name))
    return [_entry(row) for row in rows]


async def entry(session: AsyncSession, mailbox_id: int) -> MailboxEntry:
    """Return one mailbox.

    Raises:
        NoSuchMailbox: There is none of that key.
    """
    return _entry(await _of_key(session, mailbox_id, lock=False))


def terms_of(seal: Seal, row: Mailbox) -> MailboxTerms:
    """Return everything that was set up about a mailbox, with its secret.

    Raises:
        BrokenSealError: It was sealed by another installation.
    """
    kept = json.loads(seal.open(row.sealed_secret, purpose=_PURPOSE))
    secret = kept.pop("secret")
    grant = "token_url" in secret
    return MailboxTerms(
        name=row.name,
        host=row.host,
        port=row.port,
        security=row.security,
        user_name=row.user_name,
        secret=TokenGrant(**secret) if grant else Password(**secret),
        folder=row.folder,
        **kept,
    )


def keep_refresh_token(seal: Seal, row: Mailbox, token: str) -> None:
    """Put a refresh token in the place of the one that was used up."""
    terms = terms_of(seal, row)
    secret = asdict(terms.secret) | {"refresh_token": token}
    changed = _plain(terms) | {"secret": TokenGrant(**secret)}
    row.sealed_secret = sealed(seal, MailboxTerms(**changed))


def _plain(terms: MailboxTerms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in MailboxTerms.__slots__}


def sealed(seal: Seal, terms: MailboxTerms) -> bytes:
    """Return what is kept sealed of a mailbox."""
    kept = {
        "secret": asdict(terms.secret),
        "filed_in": terms.filed_in,
        "old_letters": terms.old_letters,
    }
    return seal.close(json.dumps(kept).encode(), purpose=_PURPOSE)


def _entry(row: Mailbox) -> MailboxEntry:
    trouble, _, said = (row.last_error or "").partition(": ")
    known = trouble in set(MailboxTrouble)
    return MailboxEntry(
        id=row.id,
        name=row.name,
        host=row.host,
        port=row.port,
        security=row.security,
        sign_in=row.sign_in,
        user_name=row.user_name,
        folder=row.folder,
        enabled=row.enabled,
        checked_at=row.checked_at,
        trouble=MailboxTrouble(trouble) if known else None,
        said=said,
        failing_since=row.failing_since,
    )


async def _of_key(
    session: AsyncSession, mailbox_id: int, *, lock: bool = True
) -> Mailbox:
    row = await session.get(Mailbox, mailbox_id, with_for_update=lock)
    if row is None:
        raise NoSuchMailbox("there is no such mailbox")
    return row


async def _named(session: AsyncSession, name: str) -> Mailbox:
    row = await session.scalar(select(Mailbox).where(Mailbox.name == name))
    if row is None:
        raise NoSuchMailbox(f"there is no mailbox {name}")
    return row
