"""A server that gives out access tokens, and refuses them when told to."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from app.domain.mailbox import TokenGrant


@dataclass
class TokenServer:
    """What the server answers, and what it was asked."""

    port: int = 0
    answers: list[tuple[int, Any]] = field(default_factory=list)
    """Status and JSON of each answer in turn; the last one is given again."""

    asked: list[dict[str, str]] = field(default_factory=list)

    def grant(self, **changes: Any) -> TokenGrant:
        """Return what tokens are asked for with here."""
        facts: dict[str, Any] = {
            "token_url": f"http://127.0.0.1:{self.port}/token?tenant=1",
            "client_id": "huiyin",
            "refresh_token": "r1",
        }
        return TokenGrant(**facts | changes)

    async def converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        size = int(head.partition("content-length:")[2].split()[0])
        form = parse_qs((await reader.readexactly(size)).decode())
        self.asked.append({name: values[0] for name, values in form.items()})
        status, said = self.answers[min(len(self.asked), len(self.answers)) - 1]
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\nTransfer-Encoding: chunked\r\n\r\n"
            f"{len(body):x}\r\n".encode()
            + body
            + b"\r\n0\r\n\r\n"
        )
        await writer.drain()
        writer.close()


@asynccontextmanager
async def token_server(*answers: tuple[int, Any]) -> AsyncIterator[TokenServer]:
    """Run a server on loopback that gives ``answers``."""
    server = TokenServer(answers=list(answers))
    running = await asyncio.start_server(server.converse, "127.0.0.1", 0)
    server.port = running.sockets[0].getsockname()[1]
    async with running:
        yield server


def token(value: str, **changes: object) -> tuple[int, Any]:
    """Return the answer that gives out an access token."""
    return 200, {"access_token": value, "expires_in": 3600} | changes


def refusal(code: str) -> tuple[int, Any]:
    """Return the answer that gives out none."""
    return 400, {"error": code, "error_description": "long and personal"}
