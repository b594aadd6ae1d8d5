"""A server of the tests' own: an application behind a real port of this machine."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

App = Callable[..., Any]


@asynccontextmanager
async def served(app: App, listening: socket.socket) -> AsyncIterator[str]:
    """Serve ``app`` on ``listening`` while the block runs; the address is given.

    The log stays as the tests have it: uvicorn's own settings would hold for the
    whole process.
    """
    config = uvicorn.Config(app, log_config=None, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    host, port = listening.getsockname()
    serving = asyncio.create_task(server.serve([listening]))
    yield f"http://{host}:{port}"
    server.should_exit = True
    await serving


def a_port() -> socket.socket:
    """Return a socket that listens where nothing else does."""
    return socket.create_server(("127.0.0.1", 0))
