"""Limits on bodies: how large, and how slowly they may come."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest
from httpx import AsyncClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from app.settings import Settings
from app.web.limits import MOST_FIELD, MOST_JSON, BodyLimits
from tests.web.citizen import KEY, WRITE

SMALL = Settings(max_files=1, max_file_bytes=1024)
MOST_FORM = 1024 + MOST_FIELD + 2**20


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the size of the body."""
    size = len(await Request(scope, receive).body())
    await PlainTextResponse(str(size))(scope, receive, send)


def chunks(*sizes: int) -> Iterator[Message]:
    for place, size in enumerate(sizes, 1):
        more = place < len(sizes)
        yield {"type": "http.request", "body": b"x" * size, "more_body": more}


async def post(
    messages: Sequence[Message],
    *,
    path: str = "/notices/sample/write",
    announced: int | None = None,
    grace: float = 20.0,
) -> tuple[str, int]:
    """Send ``messages`` and nothing after; return the answer and how many were left."""
    waiting = list(messages)
    sent: list[Message] = []

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    headers = (
        [] if announced is None else [(b"content-length", str(announced).encode())]
    )
    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": path, "root_path": "",
        "query_string": b"", "headers": headers,
    }  # fmt: skip
    try:
        await BodyLimits(echo, SMALL, grace=grace)(scope, receive, send)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        return str(getattr(error, "status_code", error)), len(waiting)
    return sent[1]["body"].decode(), len(waiting)


async def test_a_body_within_the_limit_passes() -> None:
    assert await post([*chunks(1000, MOST_FORM - 1000)]) == (str(MOST_FORM), 0)


async def test_a_body_that_is_counted_too_large_is_refused() -> None:
    answer, _ = await post([*chunks(MOST_FORM, 1)])

    assert answer == "413"


async def test_a_small_announcement_does_not_help() -> None:
    answer, _ = await post([*chunks(MOST_FORM, 1)], announced=10)

    assert answer == "413"


async def test_a_little_too_much_is_read_to_the_end() -> None:
    """So that a browser gets to see why."""
    assert await post([*chunks(MOST_FORM, 5, 5, 5)], announced=MOST_FORM + 15) == (
        "413", 0,
    )  # fmt: skip


async def test_far_too_much_is_not_read_at_all() -> None:
    messages = [*chunks(*[2**22] * 8)]

    assert await post(messages, announced=8 * 2**22) == ("413", 8)


async def test_reading_on_has_an_end() -> None:
    _, left = await post([*chunks(*[2**22] * 100)])

    assert left > 90


async def test_programs_have_less_room() -> None:
    assert (await post([*chunks(MOST_JSON + 1)], path="/api/v1/opinions"))[0] == "413"


async def test_a_body_that_does_not_come_is_waited_for_no_longer() -> None:
    messages = [{"type": "http.request", "body": b"x", "more_body": True}]

    assert (await post(messages, grace=0.05))[0] == "408"


async def test_what_comes_buys_time() -> None:
    """At 1,024 bytes a second, 200 bytes are worth a fifth of a second."""
    messages = [{"type": "http.request", "body": b"x" * 200, "more_body": True}]
    loop = asyncio.get_running_loop()
    start = loop.time()

    await post(messages, grace=0.05)

    assert loop.time() - start >= 0.24


async def parts(size: int) -> AsyncIterator[bytes]:
    """Yield ``size`` bytes, little by little."""
    for _ in range(size // 2**16):
        yield b"x" * 2**16


async def upload(size: int) -> AsyncIterator[bytes]:
    """Yield a form with one file of ``size`` bytes."""
    yield b"--x\r\nContent-Disposition: form-data; "
    yield b'name="files"; filename="a.png"\r\n\r\n'
    async for part in parts(size):
        yield part
    yield b"\r\n--x--\r\n"


async def test_a_page_says_that_a_form_is_too_large(client: AsyncClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    page = await client.post(WRITE, content=upload(60 * 2**20), headers=headers)

    assert page.status_code == 413
    assert 'data-code="content_too_large"' in page.text
    assert page.headers["connection"] == "close"


@pytest.mark.parametrize("how", ["announced", "streamed"])
async def test_a_problem_says_that_a_body_is_too_large(
    client: AsyncClient, how: str
) -> None:
    content = b"x" * (MOST_JSON + 1) if how == "announced" else parts(2 * MOST_JSON)
    headers = {"Content-Type": "application/json", "Idempotency-Key": KEY}
    answer = await client.post("/api/v1/opinions", content=content, headers=headers)

    assert answer.status_code == 413
    assert answer.json()["code"] == "content_too_large"
