"""Changes of mailboxes in the browser: set up, changed, forgotten.

A secret goes in and never comes out. Whoever lets a mailbox be looked for elsewhere has
to give it anew: otherwise a host of one's own would be told the password of another.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.correspondence import MailboxSignIn
from app.domain.mailbox import BadMailbox, MailboxTerms, Password, Secret, check
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict
from app.models import Mailbox
from app.sealing import BrokenSealError
from app.services import audit, mailboxes
from app.services.house import House
from app.services.mailboxes import MailboxNameTaken, NoSuchMailbox
from app.services.staff import Person


class StaleMailbox(Conflict):
    """Somebody changed the mailbox since the page was opened."""

    code = "stale_mailbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMailbox:
    """A mailbox as it can be changed."""

    id: int
    terms: MailboxTerms
    """Its terms; the secret is blank."""

    sign_in: MailboxSignIn
    version: str
    """A name for its state, which changes with it."""


async def read(
    session: AsyncSession, person: Person, house: House, mailbox_id: int
) -> KnownMailbox:
    """Return a mailbox without its secret.

    Raises:
        NotAllowed: The role does not set up mailboxes.
        NoSuchMailbox: There is none of that key.
    """
    row = await _held(session, person, mailbox_id, lock=False)
    return KnownMailbox(
        id=row.id,
        terms=replace(_terms(house, row), secret=Password(password="")),
        sign_in=row.sign_in,
        version=_version(row),
    )


async def add(
    session: AsyncSession,
    person: Person,
    house: House,
    terms: MailboxTerms,
    *,
    now: datetime,
) -> int:
    """Set up a mailbox, to be read from now on; return its key.

    Raises:
        NotAllowed: The role does not set up mailboxes.
        BadMailbox: It cannot be reached so, or there is no secret.
        MailboxNameTaken: Another has that name.
    """
    permission.check(person.role, Duty.MAILBOXES)
    check(terms)
    _check_secret(terms.secret)
    return await mailboxes.add(session, house, terms, now=now, staff_id=person.staff_id)


async def change(
    session: AsyncSession,
    person: Person,
    house: House,
    mailbox_id: int,
    terms: MailboxTerms,
    *,
    keep_secret: bool,
    seen: str,
    now: datetime,
) -> None:
    """Let a mailbox be another, or be opened in another way; it is looked through soon.

    ``seen`` is the version that stood there; with ``keep_secret`` that in ``terms`` is
    none. What was kept of it is not fetched again from the same folder.

    Raises:
        NoSuchMailbox: There is none of that key.
        StaleMailbox: It was changed meanwhile.
        BadMailbox: It cannot be reached so; or the secret has to be given anew.
        MailboxNameTaken: Another has that name.
    """
    row = await _held(session, person, mailbox_id)
    if _version(row) != seen:
        raise StaleMailbox("somebody else changed the mailbox")
    if keep_secret:
        if _way(terms) != _way(_terms(house, row)):
            raise _no_secret()
        terms = replace(terms, secret=_kept_secret(house, row))
    else:
        _check_secret(terms.secret)
    # The command may have allowed a server without TLS: what it allowed stays allowed.
    check(terms, unprotected=row.security is terms.security and row.host == terms.host)
    _put(row, terms, sealed=mailboxes.sealed(house.seal, terms))
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError:
        raise MailboxNameTaken(f"there is a mailbox {terms.name} already") from None
    audit.record(
        session, Action.MAILBOX_CHANGED, at=now, staff_id=person.staff_id,
        name=terms.name,
    )  # fmt: skip


async def remove(
    session: AsyncSession, person: Person, mailbox_id: int, *, now: datetime
) -> None:
    """Forget a mailbox and its secret; the letters that came from it remain.

    Raises:
        NoSuchMailbox: There is none of that key.
    """
    permission.check(person.role, Duty.MAILBOXES)
    await mailboxes.remove(session, mailbox_id, now=now, staff_id=person.staff_id)


def _put(row: Mailbox, terms: MailboxTerms, *, sealed: bytes) -> None:
    where = (row.host, row.user_name, row.folder)
    if where != (terms.host, terms.user_name, terms.folder):
        # UIDs name other letters there. What was kept before is known by itself.
        row.uid_validity, row.last_uid = None, 0
    row.name, row.host, row.port = terms.name, terms.host, terms.port
    row.security, row.user_name = terms.security, terms.user_name
    row.folder, row.sign_in = terms.folder, terms.sign_in
    row.sealed_secret = sealed
    row.checked_at = row.last_error = row.failing_since = None


def _way(terms: MailboxTerms) -> tuple[object, ...]:
    """Return whom the secret is shown to, and how."""
    return terms.host, terms.port, terms.security, terms.user_name


def _check_secret(secret: Secret) -> None:
    given = secret.password if isinstance(secret, Password) else secret.refresh_token
    if not given:
        raise _no_secret()


def _no_secret() -> BadMailbox:
    return BadMailbox("there is no secret", field="secret", code="mailbox_no_secret")


def _terms(house: House, row: Mailbox) -> MailboxTerms:
    """Return the terms of a mailbox, also where another installation sealed some."""
    try:
        return mailboxes.terms_of(house.seal, row)
    except BrokenSealError:
        return MailboxTerms(
            name=row.name, host=row.host, port=row.port, security=row.security,
            user_name=row.user_name, folder=row.folder, secret=Password(password=""),
        )  # fmt: skip


def _kept_secret(house: House, row: Mailbox) -> Secret:
    try:
        return mailboxes.terms_of(house.seal, row).secret
    except BrokenSealError:
        raise _no_secret() from None


def _version(row: Mailbox) -> str:
    said = (row.name, row.host, row.port, row.security, row.user_name, row.folder)
    plain = "\0".join(map(str, said)).encode() + row.sealed_secret
    return hashlib.sha256(plain).hexdigest()


async def _held(
    session: AsyncSession, person: Person, mailbox_id: int, *, lock: bool = True
) -> Mailbox:
    permission.check(person.role, Duty.MAILBOXES)
    row = await session.get(Mailbox, mailbox_id, with_for_update=lock)
    if row is None:
        raise NoSuchMailbox("there is no such mailbox")
    return row
