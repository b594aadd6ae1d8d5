"""A server that speaks like a model's endpoint, and badly when told to."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from app.settings import Settings

KEY = "sk-a-key"
MODEL = "small"


@dataclass(frozen=True)
class Said:
    """One answer of the server."""

    body: bytes
    status: int = 200
    headers: tuple[str, ...] = ()
    after: float = 0.0
    """Seconds that pass before."""


def words(content: object, **changes: Any) -> Said:
    """Return the answer in which the model says ``content``."""
    whole = {"choices": [{"message": {"role": "assistant", "content": content}}]}
    return Said(json.dumps(whole).encode(), **changes)


def vote(section: str | None, confidence: float = 0.8, **changes: Any) -> Said:
    """Return the answer that names a section."""
    said = {"section": section, "confidence": confidence}
    return words(json.dumps(said), **changes)


@dataclass
class ModelServer:
    """What the server answers, and what it was asked."""

    port: int = 0
    answers: list[Said] = field(default_factory=list)
    """In turn; the last one is given again."""

    heads: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    talks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def shown(self) -> list[dict[str, Any]]:
        """What each call showed of an opinion."""
        return [
            json.loads(each["messages"][1]["content"])["opinion"] for each in self.asked
        ]

    def settings(self, settings: Settings, **changes: Any) -> Settings:
        """Return settings by which this server is asked."""
        facts = {
            "endpoint_url": self.url,
            "endpoint_key": SecretStr(KEY),
            "endpoint_model": MODEL,
        }
        return settings.model_copy(update=facts | changes)

    async def converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request, unless the server closes before."""
        talk = asyncio.current_task()
        assert talk is not None
        self.talks.append(talk)
        try:
            await self._answer(reader, writer)
        except (asyncio.CancelledError, ConnectionError):
            writer.transport.abort()
        writer.close()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = int(head.lower().partition("content-length:")[2].split()[0])
        self.asked.append(json.loads(await reader.readexactly(size)))
        self.heads.append(head)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        said = self.answers[min(len(self.asked), len(self.answers)) - 1]
        await asyncio.sleep(said.after)
        self.at_once -= 1
        lines = [
            f"HTTP/1.1 {said.status} X",
            f"Content-Length: {len(said.body)}",
            "Connection: close",
            *said.headers,
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode() + said.body)
        await writer.drain()


@asynccontextmanager
async def model_server(*answers: Said) -> AsyncIterator[ModelServer]:
    """Run a server on loopback that gives ``answers``."""
    server = ModelServer(answers=list(answers))
    running = await asyncio.start_server(server.converse, "127.0.0.1", 0)
    server.port = running.sockets[0].getsockname()[1]
    async with running:
        yield server
        for talk in server.talks:
            talk.cancel()
        await asyncio.gather(*server.talks, return_exceptions=True)
