"""A relay for tests: a mail server that says what it was told to say."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final

from app.mail.outgoing import OutgoingLetter

HANG_UP: Final = ""
"""A reply that is none: the connection is closed."""

_REPLIES: Final = {
    "HELLO": "220 relay.example",
    "EHLO": "250-relay.example\r\n250 8BITMIME",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    ".": "250 2.0.0 queued",
    "RSET": "250 2.0.0 ok",
    "QUIT": "221 2.0.0 bye",
}


@dataclass
class Relay:
    """What a mail server was told, and what it says to that."""

    replies: Mapping[str, str] = field(default_factory=dict)
    """By command: HELLO for the greeting, ``.`` for the end of a letter."""

    only_from: str = ""
    """The only sender whose letters it takes; empty: anybody's."""

    port: int = 0
    connections: int = 0
    said: list[str] = field(default_factory=list)
    """Every command, in its order."""

    letters: list[EmailMessage] = field(default_factory=list)
    raws: list[bytes] = field(default_factory=list)
    """The letters as they came."""

    @property
    def url(self) -> str:
        """The address of the relay."""
        return f"smtp://127.0.0.1:{self.port}?starttls=never"

    async def converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Talk with one client."""
        self.connections += 1
        try:
            command = "HELLO"
            while reply := await self._answer(command, writer):
                if reply.startswith("354"):
                    await self._letter(reader)
                    command = "."
                    continue
                line = (await reader.readline()).decode().strip()
                self.said.append(line)
                command = line[:4].upper()
        finally:
            writer.close()

    async def _answer(self, command: str, writer: asyncio.StreamWriter) -> str:
        reply = (_REPLIES | dict(self.replies)).get(command, HANG_UP)
        if command == "MAIL" and self.only_from not in self.said[-1]:
            reply = "553 mail from must be the account that signed in"
        writer.write(f"{reply}\r\n".encode() if reply else b"")
        await writer.drain()
        return reply if command != "QUIT" else HANG_UP

    async def _letter(self, reader: asyncio.StreamReader) -> None:
        raw = await reader.readuntil(b"\r\n.\r\n")
        self.raws.append(raw[:-3].replace(b"\r\n..", b"\r\n."))
        self.letters.append(
            message_from_bytes(raw[:-3], _class=EmailMessage, policy=policy.default)
        )


@asynccontextmanager
async def relay(**replies: str) -> AsyncIterator[Relay]:
    """Run a relay; ``END`` is its reply to the end of a letter."""
    told = {"." if name == "END" else name: reply for name, reply in replies.items()}
    running = Relay(replies=told)
    server = await asyncio.start_server(running.converse, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    async with server:
        yield running


def outgoing(**changes: Any) -> OutgoingLetter:
    """Return a letter that is ready to be sent."""
    facts: dict[str, Any] = {
        "message_id": "<1.2@localhost>",
        "sender_name": "回音",
        "sender_address": "opinions@localhost",
        "reply_to": "opinions+r1.2@localhost",
        "to": "zhang@example.org",
        "subject": "来件已登记",
        "body": "您好",
        "in_reply_to": None,
        "references": (),
        "date": datetime(2026, 11, 2, tzinfo=UTC),
        "automatic": True,
    }
    return OutgoingLetter(**(facts | changes))
