import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI

from app.settings import Settings
from app.web import server

HELLO = b"GET /hello HTTP/1.1\r\nHost: a\r\n"


@asynccontextmanager
async def serving(app: FastAPI, **changes: object) -> AsyncIterator[int]:
    """Serve ``app``; yield the port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]
    web = server.web_server(app, Settings(), **changes)
    running = asyncio.create_task(web.serve(sockets=[listener]))
    async with asyncio.timeout(5):
        while not web.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        web.close()
        await asyncio.wait_for(running, 10)


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server that gives headers a fifth of a second."""
    app = FastAPI()

    @app.get("/hello")
    async def hello() -> str:
        return "hello"

    monkeypatch.setattr(server.PunctualProtocol, "headers_within", 0.2)
    async with serving(app) as port:
        yield port


async def answer(reader: asyncio.StreamReader) -> bytes:
    """Return the next answer's head, empty where the server hung up."""
    try:
        async with asyncio.timeout(2):
            return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


async def test_a_connection_that_sends_nothing_is_ended(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    assert await answer(reader) == b""
    writer.close()


async def test_headers_that_do_not_end_are_not_waited_for(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HELLO + b"X-Slow: ")

    async def drip() -> None:
        while True:
            writer.write(b"a")
            await asyncio.sleep(0.02)

    dripping = asyncio.create_task(drip())
    assert await answer(reader) == b""
    dripping.cancel()
    writer.close()


async def test_every_request_of_a_connection_has_its_time(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(HELLO + b"\r\n")
        head = await answer(reader)
        assert b" 200 " in head
        await reader.readexactly(len('"hello"'))
        await asyncio.sleep(0.15)
    writer.write(HELLO)

    assert await answer(reader) == b""
    writer.close()


async def test_the_server_does_not_say_what_it_is(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HELLO + b"\r\n")
    head = await answer(reader)
    writer.close()

    assert b"server:" not in head.lower()


async def test_a_request_under_way_is_answered_when_the_server_closes() -> None:
    app, asked = FastAPI(), asyncio.Event()

    @app.get("/hello")
    async def slow() -> str:
        asked.set()
        await asyncio.sleep(0.2)
        return "done"

    async with serving(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HELLO + b"\r\n")
        await asked.wait()

    assert b" 200 " in await answer(reader)
    writer.close()
