"""Reception: whose letters the mail intake takes, and what it says when it cannot."""

import asyncio
import errno
import logging
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.domain.intake_address import IntakeAddress
from app.errors import AppError
from app.gateways.addresses import NULL_SENDER, storable
from app.gateways.encryption import Certificate
from app.gateways.peers import Peers
from app.gateways.receiving import Quota
from app.gateways.replies import (
    BROKEN,
    CLOSING,
    CROWDED,
    FULL,
    NOBODY,
    TAKEN,
    TOO_MANY,
    TOO_MANY_RECIPIENTS,
    TOO_OFTEN,
    TROUBLE,
)
from app.gathering import ShuttingDown
from app.premises import Premises
from app.services import arrivals

_log = logging.getLogger(__name__)

MOST_CONVERSATIONS: Final = 200
KEPT_FREE: Final = 40
"""Connections of these that are kept for peers who are trusted."""

SILENCE: Final = 300.0
"""Seconds to wait for a command (RFC 5321, section 4.5.3.2.7)."""

SILENCE_WHEN_CROWDED: Final = 20.0
"""Seconds to wait for a stranger's command while more than half of all connections
are taken."""

MOST_RECIPIENTS: Final = 100
LETTERS_AT_ONCE: Final = 4
"""How many letters of the largest size may be under way together."""


class Reception:
    """What all conversations of one mail intake share: aiosmtpd's "handler"."""

    def __init__(self, premises: Premises) -> None:
        """Take letters for the intake address into ``premises``."""
        settings = premises.settings
        self.own = IntakeAddress.of(settings.intake_address)
        self.most = settings.max_letter_bytes
        self.quota = Quota(LETTERS_AT_ONCE * self.most)
        self.certificate = Certificate.of(settings)
        self.tls_required = settings.mail_tls_required
        self.peers = Peers(settings)
        self.open: dict[SMTP, str] = {}
        """Those who are talking, each with its address."""

        self.closing = False
        self._premises = premises
        self._empty = asyncio.Event()
        self._empty.set()

    def turned_away(self, host: str) -> str | None:
        """Return what a new connection from ``host`` is told; None: it may talk."""
        if self.closing:
            return CLOSING
        kept_free = 0 if self.peers.trusts(host) else KEPT_FREE
        if len(self.open) >= MOST_CONVERSATIONS - kept_free:
            return CROWDED
        return None if self.peers.may_talk(host) else TOO_MANY

    def patience(self, host: str) -> float:
        """Return the seconds in which ``host`` has to give its next command."""
        crowded = len(self.open) > MOST_CONVERSATIONS // 2
        return (
            SILENCE_WHEN_CROWDED if crowded and not self.peers.trusts(host) else SILENCE
        )

    def enter(self, conversation: SMTP, host: str) -> None:
        """Note that a conversation has begun."""
        self.open[conversation] = host
        self.peers.begin(host)
        self._empty.clear()

    def leave(self, conversation: SMTP) -> None:
        """Note that a conversation has ended."""
        self.peers.end(self.open.pop(conversation))
        if not self.open:
            self._empty.set()

    async def all_gone(self) -> None:
        """Return once nobody is talking."""
        await self._empty.wait()

    async def keep(self, content: bytes, envelope: Envelope) -> str:
        """Have a letter kept; return the reply that says whether it was."""
        sender = envelope.mail_from or ""
        letter = arrivals.RawLetter(
            content=content,
            envelope=arrivals.Envelope(
                sender="" if sender == NULL_SENDER else storable(sender),
                recipients=tuple(envelope.rcpt_tos),
            ),
            received_at=self._premises.clock(),
        )
        try:
            await self._premises.keep(letter)
        except ShuttingDown:
            return CLOSING
        except (AppError, SQLAlchemyError, OSError) as error:
            _log.exception("a letter was not kept")
            return FULL if is_full(error) else TROUBLE
        return TAKEN

    async def handle_MAIL(  # noqa: N802 - aiosmtpd asks for this name
        self,
        server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take any sender, the null sender too (RFC 5321, section 4.5.5).

        So also one with signs beyond ASCII who did not ask for SMTPUTF8: a letter is
        worth more than the rule that it breaks.
        """
        if not self.peers.may_send(self.open.get(server, ""), self._premises.clock()):
            return TOO_OFTEN
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 go on"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd asks for this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take the intake address with any extension, and nobody else's letters.

        And the postmaster's, with our host or without one (RFC 5321, section 4.5.1):
        they are held for the staff to look at.
        """
        address = storable(address)
        if not self.own.takes(address) and not self.own.is_postmaster(address):
            return NOBODY
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY_RECIPIENTS
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 go on"

    async def handle_exception(self, error: Exception) -> str:
        """Answer for a fault of ours: the other side keeps the letter."""
        if not isinstance(error, ConnectionError):
            _log.error("a mail conversation failed", exc_info=error)
        return BROKEN


def is_full(error: Exception) -> bool:
    """Return whether ``error`` says that the disk is full."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    if not isinstance(error, DBAPIError):
        return False
    code: Any = getattr(error.orig, "sqlstate", None)
    return code in {"53000", "53100"} or "is full" in str(error.orig)
