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
from app.gateways.receiving import Quota
from app.gathering import ShuttingDown
from app.premises import Premises
from app.services import arrivals

_log = logging.getLogger(__name__)

MOST_CONVERSATIONS: Final = 200
MOST_RECIPIENTS: Final = 100
LETTERS_AT_ONCE: Final = 4
"""How many letters of the largest size may be under way together."""

TAKEN: Final = "250 2.0.0 the letter was taken"
CLOSING: Final = "421 4.3.2 the service is closing; nothing was taken"
CROWDED: Final = "421 4.3.2 too many connections; try again later"
BROKEN: Final = "421 4.3.0 a fault of ours; nothing was taken"
TROUBLE: Final = "451 4.3.0 the letter could not be stored; try again later"
FULL: Final = "452 4.3.1 there is no room for the letter; try again later"
TOO_LARGE: Final = "552 5.3.4 the letter is larger than {most} bytes"


class Reception:
    """What all conversations of one mail intake share: aiosmtpd's "handler"."""

    def __init__(self, premises: Premises) -> None:
        """Take letters for the intake address into ``premises``."""
        settings = premises.settings
        self.own = IntakeAddress.of(settings.intake_address)
        self.most = settings.max_letter_bytes
        self.quota = Quota(LETTERS_AT_ONCE * self.most)
        self.open: set[SMTP] = set()
        self.closing = False
        self._premises = premises
        self._empty = asyncio.Event()
        self._empty.set()

    def turned_away(self) -> str | None:
        """Return what a new connection is told; None: it may talk."""
        if self.closing:
            return CLOSING
        return CROWDED if len(self.open) >= MOST_CONVERSATIONS else None

    def enter(self, conversation: SMTP) -> None:
        """Note that a conversation has begun."""
        self.open.add(conversation)
        self._empty.clear()

    def leave(self, conversation: SMTP) -> None:
        """Note that a conversation has ended."""
        self.open.discard(conversation)
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
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take any sender, the null sender too (RFC 5321, section 4.5.5)."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 go on"

    async def handle_RCPT(  # noqa: N802 - the same
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take the intake address with any extension, and nobody else's letters."""
        address = storable(address)
        if not self.own.takes(address):
            return "550 5.1.1 nobody of that name is here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients for one letter"
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
