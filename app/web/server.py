"""The web server: uvicorn, with a deadline for what it does not limit by itself.

uvicorn waits for ever for a request's headers (Kludex/uvicorn#157): a few hundred
connections that send one sign a minute would keep everybody else out.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.settings import Settings

HEADERS_WITHIN: Final = 10.0
"""Seconds in which the headers of a request have to come."""

KEPT_ALIVE: Final = 15
"""Seconds that a connection may be silent between two requests."""

CLOSES_WITHIN: Final = 15
"""Seconds that requests under way are waited for when the service closes."""

MOST_CONNECTIONS: Final = 1_000


class PunctualProtocol(HttpToolsProtocol):
    """Hangs up on those who do not finish their headers in time."""

    headers_within = HEADERS_WITHIN
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Begin, and expect headers."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._rest()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Expect the headers of a further request."""
        self._expect()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Be content."""
        self._rest()
        super().on_headers_complete()

    def _expect(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.headers_within, self._give_up)

    def _rest(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.abort()


class WebServer(uvicorn.Server):
    """uvicorn's server; signals are the business of whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    def close(self) -> None:
        """Take no more requests, and end once those under way are answered."""
        self.should_exit = True


def web_server(app: FastAPI, settings: Settings, **changes: Any) -> WebServer:
    """Return a server for ``app``; ``changes`` are settings of uvicorn's."""
    facts: dict[str, Any] = {
        "http": PunctualProtocol,
        "ws": "none",
        "loop": "none",
        "lifespan": "on",
        "log_config": None,
        "server_header": False,
        "proxy_headers": True,
        "forwarded_allow_ips": settings.trusted_proxies,
        "limit_concurrency": MOST_CONNECTIONS,
        "timeout_keep_alive": KEPT_ALIVE,
        "timeout_graceful_shutdown": CLOSES_WITHIN,
    }
    return WebServer(uvicorn.Config(app, **(facts | changes)))
