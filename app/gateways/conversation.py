"""Conversations: one connection over which letters come in.

They are aiosmtpd's, with what that gets wrong done again: a line without end fills its
memory, a line of 1,001 bytes is refused for good, LMTP gets one reply for all
recipients (`local`), every command is logged with its addresses, a client that never
reads keeps its connection, and what was sent in advance of STARTTLS can be taken for
the first commands after it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from typing import AnyStr, Final, cast

from aiosmtpd.smtp import SMTP, Envelope

from app.gateways.addresses import parse_path
from app.gateways.receiving import (
    GRACE,
    LONGEST,
    PIECE,
    EndlessData,
    QuotaExceeded,
    Receiver,
    TooMuchData,
)
from app.gateways.reception import SILENCE, Reception
from app.gateways.replies import (
    CLOSING,
    FULL,
    HASTY,
    SLOW,
    TIRED,
    TOO_LARGE,
    UNENCRYPTED,
    enhanced,
)

DATA_WITHIN: Final = LONGEST + 60.0
"""Seconds in which a whole letter has to come, and to be stored."""

HANDSHAKE_WITHIN: Final = 30.0
"""Seconds in which TLS has to be agreed on."""

LINGERS: Final = 10.0
"""Seconds that the other side has to read our last words."""

MOST_FAULTS: Final = 20
"""Commands of one stranger that may be refused before the conversation ends."""

MOST_COMMAND: Final = 2_048
"""Bytes of a command with all its parameters."""


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
        self._host = ""
        self._trusted = False
        self._encrypted = False
        self._faults = 0
        self._letter_under_way = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, unless too many are talking already."""
        peer = transport.get_extra_info("peername")
        self._host = str(peer[0]) if peer else ""
        reply = self._reception.turned_away(self._host)
        if reply is not None:
            self.transport = transport
            self.close(reply)
            return
        self._trusted = self._reception.peers.trusts(self._host)
        self._reception.enter(self, self._host)
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
            if transport.get_write_buffer_size():
                self.loop.call_later(LINGERS, transport.abort)

    def close_unless_busy(self) -> None:
        """Hang up, unless a letter is on its way: that is waited for."""
        if not self._letter_under_way:
            self.close()

    async def push(self, status: AnyStr) -> None:
        """Send a reply, with an enhanced status code; hang up after a 421.

        Whoever is refused too often probes for addresses, or is broken.
        """
        reply = enhanced(status if isinstance(status, str) else status.decode())
        self._faults += reply.startswith("5")
        if self._faults > MOST_FAULTS and not self._trusted:
            reply = TIRED
        await self.say(reply)

    async def say(self, reply: str) -> None:
        """Send ``reply`` as it is; hang up after a 421."""
        if reply.startswith("421"):
            self.close(reply)
            return
        await super().push(reply.encode("ascii", "replace"))

    async def check_helo_needed(self, helo: str = "HELO") -> bool:
        """Refuse to go on before the other side has said who it is, and safely."""
        del helo
        if await super().check_helo_needed(self.greeting_command):
            return True
        if self._reception.tls_required and not self._encrypted:
            await self.push(UNENCRYPTED)
            return True
        return False

    async def smtp_HELO(self, hostname: str | None) -> None:  # noqa: N802 - aiosmtpd asks for this name
        """Greet a system that knows no extensions."""
        await self.greet(hostname, extended=False)

    async def smtp_EHLO(self, hostname: str | None) -> None:  # noqa: N802 - aiosmtpd asks for this name
        """Greet, and tell what this side can do."""
        await self.greet(hostname, extended=True)

    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd asks for this name
        """Go on in TLS, as if the conversation had just begun (RFC 3207)."""
        certificate = self._reception.certificate
        if certificate is None or self._encrypted:
            await self.push("503 5.5.1 there is no TLS to begin")
            return
        if arg:
            await self.push("501 5.5.4 STARTTLS takes no argument")
            return
        if await self._sent_in_advance():
            self.close(HASTY)
            raise asyncio.CancelledError
        cast("asyncio.Transport", self.transport).pause_reading()
        await self.say("220 2.0.0 go ahead")
        self._reset_timeout(2 * HANDSHAKE_WITHIN)
        try:
            await self._writer.start_tls(
                certificate.context(), ssl_handshake_timeout=HANDSHAKE_WITHIN
            )
        except OSError:
            self.connection_lost(None)
            raise asyncio.CancelledError from None
        self._encrypted = True
        self.transport = self._writer.transport
        self.envelope = self._create_envelope()
        if self.session is not None:
            self.session.host_name = None
            self.session.ssl = {"encrypted": True}
        self._reset_timeout()

    async def smtp_AUTH(self, _arg: str | None) -> None:  # noqa: N802 - aiosmtpd asks for this name
        """Refuse: letters may be brought by anybody."""
        await self.push("502 5.5.1 nobody has to sign in here")

    async def smtp_VRFY(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd asks for this name
        """Tell nobody who is here (RFC 5321, section 7.3)."""
        if arg:
            await self.push("252 2.0.0 send the letter, and see")
        else:
            await self.push("501 5.5.4 say whom")

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd asks for this name
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
        await self.answer(reply, envelope)
        if self._reception.closing:
            self.close()

    async def _take(self, envelope: Envelope) -> str:
        """Receive a letter and have it kept; return what is to be said about it."""
        most, quota = self._reception.most, self._reception.quota
        try:
            content = await Receiver(
                self._reader, most=most, quota=quota, grace=GRACE
            ).receive()
        except TooMuchData:
            return TOO_LARGE.format(most=most)
        except QuotaExceeded:
            return FULL
        except (EndlessData, TimeoutError) as error:
            slow = isinstance(error, TimeoutError)
            self.close(SLOW if slow else TOO_LARGE.format(most=most))
            raise asyncio.CancelledError from None
        return await self._reception.keep(content, envelope)

    async def answer(self, reply: str, envelope: Envelope) -> None:
        """Say what became of the letter in ``envelope``."""
        del envelope
        await self.push(reply)

    async def greet(self, host_name: str | None, *, extended: bool) -> None:
        """Answer a greeting; one who is ``extended`` hears what this side can do."""
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
            if self._reception.certificate is not None and not self._encrypted:
                lines.append("STARTTLS")
        said = [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]
        # Not through our own `push`, which would give these lines a status code.
        await super().push("\r\n".join(said))

    async def _sent_in_advance(self) -> bool:
        """Return whether something was sent without waiting for an answer to it.

        In the clear, that is: anybody between the two could have put it there.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(0):
                return bool(await self._reader.read(1))
        return False

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Read an address; aiosmtpd leaves it to a parser that some addresses break."""
        return parse_path(arg) or (None, None)

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        """Read parameters; aiosmtpd takes any script's digits for a number."""
        if not all(map(str.isascii, params)):
            return None
        return super()._getparams(params)

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Wait for the next command, for less long when many wait."""
        super()._reset_timeout(duration or self._reception.patience(self._host))

    def _timeout_cb(self) -> None:
        self.close(SLOW)


def _look_at(task: "asyncio.Task[None]") -> None:
    """Take note of how a conversation ended: a lost connection is no news."""
    if not task.cancelled():
        task.exception()
