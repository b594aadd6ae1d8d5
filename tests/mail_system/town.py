"""A town: citizens with mailboxes, the mail system they share, and our service."""

import asyncio
import pwd
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import uuid4

from app.settings import Settings
from tests.dovecot import Dovecot
from tests.gateways import post
from tests.mail_system.serving import PATIENCE, Service
from tests.postfix import Postfix, postfix

INTAKE = "opinions@office.example"
MAYOR = "mayor@town.example"
"""An alias, which the mail system forwards to the intake address."""

HOTLINE = "hotline@citizens.example"
"""A mailbox that the service reads."""

ZHANG = "zhang@citizens.example"
LI = "li@citizens.example"
WANG = "wang@citizens.example"

GONE = "chen@citizens.example"
"""The address of somebody who has no mailbox any more."""


@dataclass(frozen=True, slots=True)
class Town:
    """What runs there."""

    mail: Postfix
    mailboxes: Dovecot
    service: Service

    def write(self, sender: str, *, to: str, text: str, **fields: str) -> str:
        """Hand a citizen's letter to the mail system; return its Message-ID."""
        message_id = f"<{uuid4().hex}@citizens.example>"
        letter = post.letter(
            text, to=to, From=f"Citizen <{sender}>", Message_ID=message_id, **fields
        )
        self.mail.take(letter, sender=sender, to=to)
        return message_id

    async def until(self, true: Callable[[], Awaitable[bool]]) -> None:
        """Return as soon as something is so; fail with what all have to say."""
        deadline = time.monotonic() + PATIENCE
        while not await true():
            over = time.monotonic() > deadline or self.service.has_ended
            assert not over, f"{self.service.said}\n{self.mail.log}"
            await asyncio.sleep(0.05)

    async def received(self, user: str, *, number: int = 1) -> list[EmailMessage]:
        """Wait until ``number`` letters are in a mailbox; return all that are there."""

        async def enough() -> bool:
            return len(self.letters(user)) >= number

        await self.until(enough)
        return self.letters(user)

    def letters(self, user: str) -> list[EmailMessage]:
        """Return what is in a citizen's mailbox, in the order in which it came."""
        client = self.mailboxes.signed_in(user)
        client.select(readonly=True)
        _, found = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
        client.logout()
        return [
            message_from_bytes(each[1], _class=EmailMessage, policy=policy.default)
            for each in found
            if isinstance(each, tuple)
        ]


@contextmanager
def mail_system(mailboxes: Dovecot, settings: Settings) -> Iterator[Postfix]:
    """Run a mail system that delivers to ``mailboxes`` and to a service."""
    owner = pwd.getpwnam("nobody")
    users = ", ".join(f"{user}={user}/" for user in (ZHANG, LI, WANG, HOTLINE))
    with postfix(
        **one_address(settings),
        virtual_alias_domains=MAYOR.partition("@")[2],
        virtual_alias_maps=f"inline:{{{{{MAYOR}={INTAKE}}}}}",
        virtual_mailbox_domains=HOTLINE.partition("@")[2],
        virtual_mailbox_maps=f"inline:{{{users}}}",
        virtual_mailbox_base=str(mailboxes.folder / "mail"),
        virtual_uid_maps=f"static:{owner.pw_uid}",
        virtual_gid_maps=f"static:{owner.pw_gid}",
        # It finds out late, so that a letter comes back instead of being refused.
        smtpd_reject_unlisted_recipient="no",
    ) as mail:
        yield mail


def whole_domain(settings: Settings) -> dict[str, str]:
    """Return what docs/deployment.md has where the domain is the service's alone."""
    return {
        "virtual_mailbox_domains": INTAKE.partition("@")[2],
        "virtual_mailbox_maps": f"inline:{{{INTAKE}=opinions}}",
        "virtual_transport": door(settings),
        "message_size_limit": str(settings.max_letter_bytes),
    }


def one_address(settings: Settings) -> dict[str, str]:
    """Return what docs/deployment.md has where the domain has other mailboxes."""
    return {"transport_maps": f"inline:{{{{{INTAKE}={door(settings)}}}}}"}


def door(settings: Settings) -> str:
    """Return how the mail system reaches the service."""
    return f"lmtp:inet:127.0.0.1:{settings.mail_port}"
