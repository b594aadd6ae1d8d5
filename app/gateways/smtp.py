"""The mail intake: letters come in over SMTP (RFC 5321) or LMTP (RFC 2033).

"250" is said only once a letter is committed; a system that hears nothing keeps its
letter and tries again.
"""

import asyncio
import logging
import socket
from contextlib import suppress
from typing import Final

from app.gateways.conversation import Conversation
from app.gateways.local import LocalConversation
from app.gateways.reception import Reception
from app.premises import Premises

CLOSES_WITHIN: Final = 10.0
"""Seconds that letters on their way are waited for when the service closes."""


class MailIntake:
    """The listener, from its opening to its closing."""

    def __init__(self, premises: Premises) -> None:
        """Prepare; `start` listens.

        Raises:
            SettingsError: The certificate for TLS is of no use.
        """
        # aiosmtpd writes down every command, with the addresses in it.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self._reception = Reception(premises)
        local = premises.settings.mail_protocol == "lmtp"
        self._speaks = LocalConversation if local else Conversation
        self._server: asyncio.Server | None = None

    async def start(self, listener: socket.socket) -> None:
        """Take connections on ``listener``, which is bound already."""

        def conversation() -> Conversation:
            return self._speaks(self._reception, host_name=self._reception.own.host)

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(conversation, sock=listener)

    async def close(self, *, within: float = CLOSES_WITHIN) -> None:
        """Take nothing more; letters that are on their way may come in, for a while."""
        self._reception.closing = True
        for conversation in self.conversations:
            conversation.close_unless_busy()
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._reception.all_gone()
        # Only now: whoever came meanwhile was told to try again later.
        if self._server is not None:
            self._server.close()
        for conversation in self.conversations:
            conversation.close()

    @property
    def conversations(self) -> list[Conversation]:
        """Those who are talking."""
        return [one for one in self._reception.open if isinstance(one, Conversation)]
