"""Attending: mailboxes set up for a test, and read while it lasts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from app.domain.correspondence import MailboxSecurity
from app.domain.mailbox import MailboxTerms, Password
from app.gateways.imap_faults import Patience
from app.premises import Premises
from app.services import mailboxes
from app.services.mailboxes import MailboxEntry
from app.workers.attendant import Pace
from app.workers.mailboxes import MailboxWatch
from tests.dovecot import PASSWORD, Account
from tests.gateways import post
from tests.mailboxes.scripted import USER, Scripted

BRISK = Pace(
    idle=5, poll=0.05, first_pause=0.05, longest_pause=0.2, tiresome_pause=0.05
)
IMPATIENT = Patience(connect=0.5, answer=0.5, farewell=0.2)


def terms(account: Account | Scripted, **changes: Any) -> MailboxTerms:
    """Return how a mailbox of a test server is opened."""
    if isinstance(account, Account):
        user, port = account.user, account.server.port
    else:
        user, port = USER, account.port
    facts: dict[str, Any] = {
        "name": user,
        "host": "127.0.0.1",
        "port": port,
        "security": MailboxSecurity.NONE,
        "user_name": user,
        "secret": Password(password=PASSWORD),
    }
    return MailboxTerms(**facts | changes)


async def set_up(premises: Premises, terms: MailboxTerms) -> int:
    """Set up a mailbox; return its key."""
    async with premises.database.writing() as session:
        return await mailboxes.add(session, premises.house, terms, now=premises.clock())


@asynccontextmanager
async def attended(
    premises: Premises, *, pace: Pace = BRISK, patience: Patience = IMPATIENT
) -> AsyncIterator[MailboxWatch]:
    """Have all mailboxes read."""
    watch = MailboxWatch(premises, pace=pace, patience=patience)
    await watch.look_around()
    try:
        yield watch
    finally:
        await watch.close()


async def state(premises: Premises, mailbox_id: int) -> MailboxEntry:
    """Return what staff see of a mailbox."""
    async with premises.database.reading() as session:
        return await mailboxes.entry(session, mailbox_id)


async def until(true: Callable[[], Awaitable[bool]], *, within: float = 10.0) -> None:
    """Return as soon as something is so; fail if it takes longer than ``within``."""
    async with asyncio.timeout(within):
        while not await true():  # noqa: ASYNC110 - nobody knows of an event
            await asyncio.sleep(0.01)


async def kept(premises: Premises, number: int) -> list[bytes]:
    """Wait until ``number`` letters are kept; return them as they came."""

    async def enough() -> bool:
        return len(await post.kept(premises)) >= number

    await until(enough)
    return [letter.content for letter in await post.kept(premises)]


async def checked(premises: Premises, mailbox_id: int) -> MailboxEntry:
    """Wait until a mailbox was looked through."""

    async def looked() -> bool:
        return (await state(premises, mailbox_id)).checked_at is not None

    await until(looked)
    return await state(premises, mailbox_id)


async def failed(premises: Premises, mailbox_id: int) -> MailboxEntry:
    """Wait until something is in the way of a mailbox."""

    async def failing() -> bool:
        return (await state(premises, mailbox_id)).trouble is not None

    await until(failing)
    return await state(premises, mailbox_id)
