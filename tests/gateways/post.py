"""Post: letters as citizens send them, and the other side of an SMTP conversation."""

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.gateways.smtp import MailIntake
from app.models import Arrival
from app.premises import Premises
from app.services.arrivals import Envelope, RawLetter, WaitingLetter
from tests.make import EMAIL, TEXT

INTAKE = "opinions@localhost"
PATIENCE = 10.0


def letter(text: str = TEXT, *, to: str = INTAKE, **fields: str) -> bytes:
    """Return a letter in UTF-8; ``fields`` are further headers, or other values.

    An underscore in a name stands for a dash; an empty value leaves the field out.
    """
    headers = {
        "From": f"Zhang San <{EMAIL}>",
        "To": to,
        "Subject": "The street lamp",
        "Date": "Mon, 02 Nov 2026 09:00:00 +0800",
        "Message-ID": "<one@example.org>",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    headers |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"{name}: {value}" for name, value in headers.items() if value]
    return "\r\n".join([*lines, "", text, ""]).encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a mail server said."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Everything after the code."""
        return "\n".join(self.lines)


class Talk:
    """One side of a conversation, byte by byte."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, *lines: str | bytes) -> Reply:
        """Send ``lines`` and return the next reply."""
        await self.send(*lines)
        return await self.hear()

    async def send(self, *lines: str | bytes) -> None:
        """Send ``lines``, each with its end."""
        for line in lines:
            raw = line.encode() if isinstance(line, str) else line
            self._writer.write(raw + b"\r\n")
        await self._writer.drain()

    async def send_raw(self, content: bytes) -> None:
        """Send ``content`` as it is."""
        self._writer.write(content)
        await self._writer.drain()

    async def hear(self, *, within: float = PATIENCE) -> Reply:
        """Return the next reply; its code is 0 where the other side hung up."""
        lines: list[str] = []
        async with asyncio.timeout(within):
            while line := (await self._reader.readline()).decode():
                lines.append(line[4:].rstrip())
                if line[3:4] != "-":
                    return Reply(int(line[:3]), tuple(lines))
        return Reply(0, ())

    async def rest(self, *, within: float = PATIENCE) -> bytes:
        """Return all that is said until the other side hangs up."""
        async with asyncio.timeout(within):
            return await self._reader.read()

    async def begin(self, *recipients: str, greeting: str = "EHLO") -> Reply:
        """Come as far as DATA; return what was said to that."""
        await self.hear()
        await self.say(f"{greeting} there.example")
        await self.say(f"MAIL FROM:<{EMAIL}>")
        for recipient in recipients or (INTAKE,):
            await self.say(f"RCPT TO:<{recipient}>")
        return await self.say("DATA")

    def hang_up(self) -> None:
        """End without a word."""
        self._writer.close()


@asynccontextmanager
async def intake(premises: Premises) -> AsyncIterator[int]:
    """Run the mail intake of ``premises``; yield its port."""
    async with open_intake(premises) as (_, port):
        yield port


@asynccontextmanager
async def open_intake(premises: Premises) -> AsyncIterator[tuple[MailIntake, int]]:
    """Run the mail intake of ``premises``; yield it and its port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = MailIntake(premises)
    await server.start(listener)
    port: int = listener.getsockname()[1]
    try:
        yield server, port
    finally:
        await server.close(within=0.1)


@asynccontextmanager
async def talk(port: int) -> AsyncIterator[Talk]:
    """Connect to ``port``."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Talk(reader, writer)
    finally:
        writer.close()


async def send(port: int, content: bytes, *to: str, sender: str = EMAIL) -> None:
    """Send a letter as most programs do, with the standard library."""

    def sending() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as client:
            client.sendmail(sender, list(to) or [INTAKE], content)

    await asyncio.to_thread(sending)


async def keep(
    premises: Premises,
    content: bytes,
    *to: str,
    sender: str | None = EMAIL,
    acknowledge: bool = True,
) -> int:
    """Have a letter kept without a conversation; return its arrival."""
    envelope = Envelope(sender=sender, recipients=to, acknowledge=acknowledge)
    return await premises.keep(
        RawLetter(content=content, envelope=envelope, received_at=premises.clock())
    )


async def kept(premises: Premises) -> list[RawLetter]:
    """Return every letter that was kept, as it came."""
    async with premises.database.reading() as session:
        rows = await _arrivals(session)
    return [
        WaitingLetter(
            arrival_id=row.id,
            sealed=row.sealed,
            sealed_envelope=row.sealed_envelope,
            received_at=row.received_at,
        ).opened(premises.house.seal)
        for row in rows
    ]


async def fates(premises: Premises) -> list[str]:
    """Return the fate of every arrival, with its reason, in their order."""
    async with premises.database.reading() as session:
        rows = await _arrivals(session)
    return [f"{row.fate} {row.reason}" if row.reason else str(row.fate) for row in rows]


async def _arrivals(session: AsyncSession) -> list[Arrival]:
    return list(await session.scalars(select(Arrival).order_by(Arrival.id)))
