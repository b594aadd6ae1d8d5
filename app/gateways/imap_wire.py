"""The wire to an IMAP server: commands out, responses in, nothing awaited for ever.

Every step has its deadline, whatever the server does or leaves undone: answers drop by
drop, announces more than it may send, or says nothing at all. Cancelling a step is
always safe; the wire is then of no further use.
"""

import asyncio
import ssl
from asyncio import StreamReader, StreamReaderProtocol, Transport
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from typing import Final, Self

from app.domain.correspondence import MailboxSecurity, MailboxTrouble
from app.gateways.imap_faults import (
    CommandRefused,
    MailboxFault,
    Patience,
    deadline,
    reason,
)
from app.gateways.imap_grammar import (
    GO_ON,
    UNTAGGED,
    OddAnswer,
    Response,
    announced,
    read_response,
)
from app.gateways.keepalive import keep_alive

LONGEST_LINE: Final = 2**20
MOST_SAID: Final = 20_000
"""Responses to one command; what is asked for is cut to far fewer."""

_MOST_LITERALS: Final = 64


class Wire:
    """A connection to a server, on which one thing is asked at a time."""

    def __init__(
        self,
        transport: Transport,
        reader: StreamReader,
        *,
        patience: Patience,
        largest: int,
    ) -> None:
        """Talk over ``transport``; no literal may have more than ``largest`` bytes."""
        self.patience = patience
        self.exists = 0
        """How many letters the opened folder has, as far as was heard."""

        self._transport = transport
        self._reader = reader
        self._largest = largest
        self._tags = count(1)
        self._sound = True

    @classmethod
    async def open(
        cls,
        host: str,
        port: int,
        *,
        security: MailboxSecurity,
        patience: Patience,
        largest: int,
    ) -> Self:
        """Connect, with TLS where it is to be from the start, and hear the greeting.

        Raises:
            MailboxFault: No connection comes about.
        """
        context = None
        if security is MailboxSecurity.TLS:
            context = ssl.create_default_context()
        loop = asyncio.get_running_loop()
        reader = StreamReader(limit=LONGEST_LINE)
        try:
            async with asyncio.timeout(patience.connect):
                transport, _ = await loop.create_connection(
                    lambda: StreamReaderProtocol(reader), host, port, ssl=context
                )
        except TimeoutError:
            raise MailboxFault(MailboxTrouble.SILENT) from None
        except ssl.SSLError as error:
            raise MailboxFault(MailboxTrouble.INSECURE, reason(error)) from None
        except (OSError, UnicodeError, EOFError) as error:
            raise MailboxFault(MailboxTrouble.UNREACHABLE, reason(error)) from None
        keep_alive(transport.get_extra_info("socket"))
        wire = cls(transport, reader, patience=patience, largest=largest)
        try:
            await wire._greet()
        except BaseException:
            wire.cut()
            raise
        return wire

    async def secure(self, host: str) -> None:
        """Go on in TLS, with nothing left of what was heard before (STARTTLS).

        Raises:
            MailboxFault: The server does not, or cannot show who it is.
        """
        await self.ask("STARTTLS")
        loop = asyncio.get_running_loop()
        # A reader of its own: what somebody on the way put in behind the answer, in
        # the clear, is never taken for something that was said in TLS.
        reader = StreamReader(limit=LONGEST_LINE)
        protocol = StreamReaderProtocol(reader)
        try:
            async with deadline(self.patience.connect):
                transport = await loop.start_tls(
                    self._transport,
                    protocol,
                    ssl.create_default_context(),
                    server_hostname=host,
                )
        except MailboxFault as fault:
            raise MailboxFault(MailboxTrouble.INSECURE, fault.said) from None
        if transport is None:
            raise MailboxFault(MailboxTrouble.CUT)
        protocol.connection_made(transport)
        self._transport, self._reader = transport, reader

    async def ask(self, command: str, *, more: Sequence[str] = ()) -> list[Response]:
        """Give ``command`` and return what is said to it, the status last.

        ``more`` is said in turn whenever the server asks to go on; nothing, when it
        asks once more.

        Raises:
            CommandRefused: The server says NO or BAD.
            MailboxFault: It says nothing in time, nonsense, or goodbye.
        """
        tag = self._begin(command)
        lines = list(more)
        said: list[Response] = []
        async with deadline(self.patience.answer):
            while True:
                response = await self.hear()
                if response.tag == GO_ON:
                    self.say(lines.pop(0) if lines else "")
                    continue
                said.append(response)
                if response.tag == tag:
                    break
                if len(said) > MOST_SAID:
                    raise OddAnswer("an answer without an end")
        self._sound = True
        if said[-1].name != b"OK":
            raise CommandRefused(MailboxTrouble.REFUSED, _words(said[-1]))
        return said

    async def idle(self, wake: asyncio.Event, *, seconds: float) -> None:
        """Wait for news at most ``seconds``, or until ``wake`` is set (RFC 2177).

        Raises:
            MailboxFault: The server says nothing when it has to, or goodbye.
        """
        tag = self._begin("IDLE")
        news = False
        async with deadline(self.patience.answer):
            while (response := await self.hear()).tag != GO_ON:
                if response.tag == tag:
                    raise CommandRefused(MailboxTrouble.REFUSED, _words(response))
                news = news or _is_news(response)
        if not news:
            async with deadline(seconds + self.patience.answer):
                await self._first_news(wake, seconds=seconds)
        self.say("DONE")
        async with deadline(self.patience.answer):
            while (await self.hear()).tag != tag:
                pass
        self._sound = True

    async def hear(self) -> Response:
        """Return the next response; the caller sets the deadline.

        Raises:
            MailboxFault: It is goodbye, or a literal larger than allowed.
        """
        pieces = [await self._line()]
        while (size := announced(pieces[-1])) is not None:
            if size > self._largest or len(pieces) > _MOST_LITERALS:
                raise OddAnswer("more is announced than was asked for")
            pieces.append(await self._reader.readexactly(size))
            pieces.append(await self._line())
        response = read_response(pieces)
        if response.tag == UNTAGGED and response.name == b"BYE":
            raise MailboxFault(MailboxTrouble.CUT, _words(response))
        if response.number is not None:
            self._count(response)
        return response

    def say(self, line: str) -> None:
        """Say one line."""
        self._transport.write(line.encode() + b"\r\n")

    async def close(self) -> None:
        """Take leave, if there is anybody to take leave of, and hang up."""
        if self._sound and not self._transport.is_closing():
            self._begin("LOGOUT")
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(self.patience.farewell):
                    await self._reader.read()
        self.cut()

    def cut(self) -> None:
        """Hang up at once."""
        self._transport.abort()

    def _begin(self, command: str) -> bytes:
        tag = f"h{next(self._tags)}"
        # Until the answer is there in full, nobody knows where the next begins.
        self._sound = False
        self.say(f"{tag} {command}")
        return tag.encode()

    def _count(self, response: Response) -> None:
        if response.name == b"EXISTS":
            self.exists = response.number or 0
        elif response.name == b"EXPUNGE":
            self.exists -= 1

    async def _greet(self) -> None:
        async with deadline(self.patience.connect):
            greeting = await self.hear()
        if greeting.name != b"OK":
            # PREAUTH, too: it would be a way round STARTTLS.
            raise MailboxFault(MailboxTrouble.ODD, _words(greeting))

    async def _first_news(self, wake: asyncio.Event, *, seconds: float) -> None:
        """Return when there is news, ``wake`` is set, or time is up."""
        hearing = asyncio.create_task(self._news())
        waking = asyncio.create_task(wake.wait())
        try:
            await asyncio.wait(
                {hearing, waking},
                timeout=seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if hearing.done():
                hearing.result()
        finally:
            # Nothing is consumed of a line that has not come in full.
            for task in (hearing, waking):
                task.cancel()
            await asyncio.gather(hearing, waking, return_exceptions=True)

    async def _news(self) -> None:
        while not _is_news(await self.hear()):
            pass

    async def _line(self) -> bytes:
        line = await self._reader.readuntil(b"\n")
        return line.rstrip(b"\r\n")


def _is_news(response: Response) -> bool:
    return response.name in {b"EXISTS", b"RECENT"}


def _words(response: Response) -> str:
    return response.text.decode("utf-8", "replace")
