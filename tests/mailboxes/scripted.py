"""A mail server that speaks just enough IMAP, and misbehaves when told to."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from tests.dovecot import PASSWORD

USER: Final = "opinions@example.org"
_STRETCH: Final = re.compile(r"UID FETCH (\d+) .*BODY\.PEEK\[(HEADER)?\]<(\d+)\.(\d+)>")
_RANGE: Final = re.compile(r"UID FETCH (\d+):(\d+|\*) ")
_ONE: Final = re.compile(r"UID (?:FETCH|STORE) (\d+) ")


class Cut(Exception):
    """The connection is to end here."""


@dataclass
class Scripted:
    """What the server holds, how it misbehaves, and what it was told."""

    letters: dict[int, bytes] = field(default_factory=dict)
    uid_validity: int = 7
    capabilities: str = "IMAP4rev1 IDLE AUTH=PLAIN AUTH=XOAUTH2 ID"
    at: str = "24-Nov-2026 10:00:00 +0800"

    silent_at: str = ""
    """The command that is never answered; GREETING is one."""

    cut_at: str = ""
    """The command at which the connection ends."""

    greeting: str = "* OK [CAPABILITY IMAP4rev1] hello {3}"
    behind_starttls: str = ""
    """What somebody on the way puts in behind the answer to STARTTLS."""

    refused: str = ""
    """What commands hold that are answered with NO."""

    understated: int = 0
    """Bytes by which each letter is larger than is said."""

    poison: dict[int, str] = field(default_factory=dict)
    """By UID, what happens when its content is asked for: cut, refuse, or nonsense."""

    tokens: set[str] = field(default_factory=set)
    """Access tokens that open the mailbox."""

    port: int = 0
    connections: int = 0
    said: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def count(self, start: str) -> int:
        """Return how many commands began with ``start``."""
        return sum(line.startswith(start) for line in self.said)

    async def converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Talk with one client."""
        self.connections += 1
        try:
            with suppress(Cut, OSError, EOFError, UnicodeError):
                await self._misbehave("GREETING")
                writer.write(f"{self.greeting}\r\n".encode())
                while line := (await reader.readline()).decode().rstrip():
                    tag, _, command = line.partition(" ")
                    self.said.append(command)
                    await self._answer(tag, command, reader, writer)
                    await writer.drain()
        finally:
            writer.close()

    async def _answer(
        self,
        tag: str,
        command: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        name = command.removeprefix("UID ").split(" ")[0]
        await self._misbehave(name)
        status = "OK done"
        if self.refused and self.refused in command:
            status = "NO not today"
        elif name == "CAPABILITY":
            writer.write(f"* CAPABILITY {self.capabilities}\r\n".encode())
        elif name == "AUTHENTICATE":
            status = await self._sign_in(command, reader, writer)
        elif name == "SELECT":
            writer.write(self._selected().encode())
        elif name == "FETCH":
            status = self._fetch(command, writer)
        elif name == "STORE":
            self.seen.add(_uid_in(command))
        elif name == "IDLE":
            writer.write(b"+ idling\r\n")
            await reader.readline()
            await self._misbehave("DONE")
        elif name == "STARTTLS":
            status += self.behind_starttls
        elif name == "LOGOUT":
            raise Cut
        writer.write(f"{tag} {status}\r\n".encode())

    async def _misbehave(self, name: str) -> None:
        if name == self.silent_at:
            await asyncio.Event().wait()
        if name == self.cut_at:
            raise Cut

    async def _sign_in(
        self, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str:
        writer.write(b"+ \r\n")
        proof = base64.b64decode(await reader.readline()).decode()
        if command.endswith("PLAIN"):
            right = proof == f"\0{USER}\0{PASSWORD}"
        else:
            right = proof in {
                f"user={USER}\x01auth=Bearer {token}\x01\x01" for token in self.tokens
            }
            if not right:
                writer.write(b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")
                await reader.readline()
        return "OK welcome" if right else "NO [AUTHENTICATIONFAILED] wrong"

    def _selected(self) -> str:
        return (
            f"* {len(self.letters)} EXISTS\r\n"
            f"* OK [UIDVALIDITY {self.uid_validity}] fine\r\n"
            f"* OK [UIDNEXT {max(self.letters, default=0) + 1}] soon\r\n"
        )

    def _fetch(self, command: str, writer: asyncio.StreamWriter) -> str:
        if stretch := _STRETCH.match(command):
            return self._stretch(
                int(stretch[1]), stretch[2], int(stretch[3]), int(stretch[4]), writer
            )
        if within := _RANGE.match(command):
            first, last = int(within[1]), within[2]
            most = max(self.letters, default=0) if last == "*" else int(last)
            wanted = [uid for uid in self.letters if first <= uid <= most]
        else:
            wanted = [_uid_in(command)]
        for uid in wanted:
            if uid in self.letters:
                flags = r"\Seen" if uid in self.seen else ""
                size = len(self.letters[uid]) - self.understated
                writer.write(
                    f"* 1 FETCH (UID {uid} FLAGS ({flags}) RFC822.SIZE"
                    f' {size} INTERNALDATE "{self.at}")\r\n'.encode()
                )
        return "OK done"

    def _stretch(
        self, uid: int, header: str, start: int, size: int, writer: asyncio.StreamWriter
    ) -> str:
        content = self.letters[uid]
        match self.poison.get(uid):
            case "vanish":
                del self.letters[uid]
                return "OK done"
            case "refuse":
                return "NO [SERVERBUG] internal error"
            case "nonsense":
                writer.write(f"* 1 FETCH (UID {uid} BODY[] {{99999999}}\r\n".encode())
            case "cut":
                writer.write(f"* 1 FETCH (UID {uid} BODY[] {{900}}\r\nhalf".encode())
                raise Cut
        part = content[start : start + size]
        if header:
            part = content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        writer.write(
            f"* 1 FETCH (UID {uid} BODY[]<{start}> {{{len(part)}}}\r\n".encode()
        )
        writer.write(part + b")\r\n")
        return "OK done"


@asynccontextmanager
async def scripted(server: Scripted) -> AsyncIterator[Scripted]:
    """Run ``server`` on loopback."""
    talks: set[asyncio.Task[None]] = set()

    def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.ensure_future(server.converse(reader, writer))
        talks.add(talk)

    running = await asyncio.start_server(meet, "127.0.0.1", 0)
    server.port = running.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        running.close()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def _uid_in(command: str) -> int:
    """Return which letter a command is about that names one."""
    found = _ONE.match(command)
    assert found is not None, command
    return int(found[1])
