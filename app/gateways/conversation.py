"""Conversations: one connection over which letters come in, in SMTP or in LMTP.

They are aiosmtpd's, with what that gets wrong done again: a line without end fills its
memory, a line of 1,001 bytes is refused for good, LMTP gets one reply for all
recipients, and every command is logged with its addresses.
"""

import asyncio
from collections import defaultdict
from typing import AnyStr, Final, cast

from aiosmtpd.smtp import SMTP, Envelope

from app.gateways.addresses import parse_path
from app.gateways.receiving import (
    PIECE,
    EndlessData,
    QuotaExceeded,
    Receiver,
    TooMuchData,
)
from app.gateways.reception import CLOSING, FULL, TOO_LARGE, Reception

SILENCE: Final = 300.0
"""Seconds to wait for a command (RFC 5321, section 4.5.3.2.7)."""

DATA_WITHIN: Final = 600.0
"""Seconds in which a whole letter has to come, and to be stored."""

MOST_COMMAND: Final = 2_048
"""Bytes of a command with all its parameters."""

_ENHANCED: Final = {
    "221": "2.0.0",
    "250": "2.0.0",
    "252": "2.0.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "538": "5.7.11",
    "552": "5.3.4",
    "553": "5.1.3",
    "555": "5.5.4",
}
"""Enhanced status codes (RFC 3463) for replies that aiosmtpd gives without."""


class Conversation(SMTP):
    """One connection, in SMTP (RFC 5321)."""

    line_length_limit = PIECE
    command_size_limit = MOST_COMMAND
    greeting_command = "HELO"

    def __init__(self, reception: Reception, *, host_name: str) -> None:
        """Speak for ``reception``, under ``host_name``."""
        super().__init__(
            reception,
            data_size_limit=reception.most,
            enable_SMTPUTF8=True,
            hostname=host_name,
            ident="Huiyin",
            timeout=SILENCE,
            loop=asyncio.get_running_loop(),
        )
        # aiosmtpd shares this one between all connections.
        self.command_size_limits = defaultdict(lambda: MOST_COMMAND)
        self._reception = reception
        self._letter_under_way = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, unless too many are talking already."""
        reply = self._reception.turned_away()
        if reply is not None:
            self.transport = transport
            self.close(reply)
            return
        self._reception.enter(self)
        super().connection_made(transport)
        if self._handler_coroutine is not None:
            self._handler_coroutine.add_done_callback(_look_at)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        if self in self._reception.open:
            self._reception.leave(self)
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """End when the other side has hung up."""
        return super().eof_received() if self in self._reception.open else False

    def close(self, reply: str = CLOSING) -> None:
        """Say ``reply`` and hang up."""
        transport = cast("asyncio.Transport | None", self.transport)
        if transport is not None and not transport.is_closing():
            transport.write(f"{reply}\r\n".encode())
            transport.close()

    def close_unless_busy(self) -> None:
        """Hang up, unless a letter is on its way: that is waited for."""
        if not self._letter_under_way:
            self.close()

    async def push(self, status: AnyStr) -> None:
        """Send a reply, with an enhanced status code; hang up after a 421."""
        reply = status if isinstance(status, str) else status.decode()
        enhanced = _ENHANCED.get(reply[:3])
        if enhanced and reply[3:4] == " " and reply[5:6] != ".":
            reply = f"{reply[:4]}{enhanced} {reply[4:]}"
        if reply.startswith("421"):
            self.close(reply)
            return
        await super().push(reply)

    async def check_helo_needed(self, helo: str = "HELO") -> bool:
        """Refuse to go on before the other side has said who it is."""
        del helo
        return bool(await super().check_helo_needed(self.greeting_command))

    async def smtp_HELO(self, hostname: str | None) -> None:  # noqa: N802 - their names
        """Greet a system that knows no extensions."""
        await self._greet(hostname, extended=False)

    async def smtp_EHLO(self, hostname: str | None) -> None:  # noqa: N802 - the same
        """Greet, and tell what this side can do."""
        await self._greet(hostname, extended=True)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - the same
        """Take one letter, and answer once it is committed."""
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        if envelope is None or not envelope.rcpt_tos:
            await self.push("503 5.5.1 say RCPT TO first")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes no argument")
            return
        await self.push("354 go ahead; end with a dot on a line of its own")
        self._reset_timeout(DATA_WITHIN)
        self._letter_under_way = True
        try:
            reply = await self._take(envelope)
        finally:
            self._letter_under_way = False
            self.envelope = self._create_envelope()
        self._reset_timeout()
        await self._answer(reply, envelope)
        if self._reception.closing:
            self.close()

    async def _take(self, envelope: Envelope) -> str:
        """Receive a letter and have it kept; return what is to be said about it."""
        most, quota = self._reception.most, self._reception.quota
        try:
            content = await Receiver(self._reader, most=most, quota=quota).receive()
        except TooMuchData:
            return TOO_LARGE.format(most=most)
        except QuotaExceeded:
            return FULL
        except EndlessData:
            self.close(TOO_LARGE.format(most=most))
            raise asyncio.CancelledError from None
        return await self._reception.keep(content, envelope)

    async def _answer(self, reply: str, _envelope: Envelope) -> None:
        await self.push(reply)

    async def _greet(self, host_name: str | None, *, extended: bool) -> None:
        if not host_name or self.session is None:
            await self.push("501 5.5.4 say who you are")
            return
        self.envelope = self._create_envelope()
        self.session.extended_smtp = extended
        self.session.host_name = host_name
        lines = [self.hostname]
        if extended:
            lines += [
                f"SIZE {self.data_size_limit}",
                "8BITMIME",
                "SMTPUTF8",
                "PIPELINING",
                "ENHANCEDSTATUSCODES",
                "HELP",
            ]
        said = [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]
        # Not through our own `push`, which would give these lines a status code.
        await super().push("\r\n".join(said))

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Read an address; aiosmtpd leaves it to a parser that some addresses break."""
        return parse_path(arg) or (None, None)

    def _timeout_cb(self) -> None:
        self.close("421 4.4.2 nothing came for too long")


class LocalConversation(Conversation):
    """The same in LMTP (RFC 2033): for the mail server beside us."""

    greeting_command = "LHLO"

    async def smtp_LHLO(self, hostname: str | None) -> None:  # noqa: N802 - their names
        """Greet, and tell what this side can do."""
        await self._greet(hostname, extended=True)

    async def smtp_HELO(self, hostname: str | None) -> None:  # noqa: N802 - the same
        """Refuse: this is another protocol (section 4.1)."""
        del hostname
        await self.push("500 5.5.1 this is LMTP: say LHLO")

    async def smtp_EHLO(self, hostname: str | None) -> None:  # noqa: N802 - the same
        """Refuse, likewise."""
        await self.smtp_HELO(hostname)

    async def _answer(self, reply: str, envelope: Envelope) -> None:
        """Answer for each recipient, though they share one arrival (section 4.2)."""
        for _ in envelope.rcpt_tos:
            await self.push(reply)


def _look_at(task: "asyncio.Task[None]") -> None:
    """Take note of how a conversation ended: a lost connection is no news."""
    if not task.cancelled():
        task.exception()
