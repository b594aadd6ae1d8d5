import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways.receiving import (
    PIECE,
    EndlessData,
    Quota,
    QuotaExceeded,
    Receiver,
    TooMuchData,
)

MOST = 100_000
LINES = st.lists(
    st.text(alphabet=".\r\nab", max_size=8).map(str.encode), max_size=20
).map(b"\r\n".join)


async def receive(
    *pieces: bytes, most: int = MOST, quota: Quota | None = None
) -> tuple[bytes, bytes]:
    """Return the letter in ``pieces``, and what follows it."""
    reader = asyncio.StreamReader(limit=PIECE)

    async def feed() -> None:
        for piece in pieces:
            reader.feed_data(piece)
            await asyncio.sleep(0)
        reader.feed_eof()

    feeding = asyncio.create_task(feed())
    try:
        receiver = Receiver(reader, most=most, quota=quota or Quota(10 * MOST))
        letter = await receiver.receive()
    finally:
        await feeding
    return letter, await reader.read()


def stuffed(letter: bytes) -> bytes:
    """Return ``letter`` as a client sends it: dots doubled, and the end."""
    whole = letter if letter.endswith(b"\r\n") or not letter else letter + b"\r\n"
    doubled = (b"\r\n" + whole).replace(b"\r\n.", b"\r\n..")[2:]
    return doubled + b".\r\n"


def cut(content: bytes, places: Sequence[int]) -> list[bytes]:
    """Return ``content`` in pieces."""
    ends = sorted({place % (len(content) + 1) for place in places})
    return [content[a:b] for a, b in zip([0, *ends], [*ends, None], strict=True)]


@given(LINES, st.lists(st.integers(0, 200), max_size=6))
def test_a_letter_comes_out_as_it_was_written(letter: bytes, places: list[int]) -> None:
    sent = stuffed(letter) + b"QUIT\r\n"

    received, rest = asyncio.run(receive(*cut(sent, places)))

    assert received.removesuffix(b"\r\n") == letter.removesuffix(b"\r\n")
    assert rest == b"QUIT\r\n"


async def test_a_letter_may_be_larger_than_a_piece() -> None:
    letter = b"a.\r\n" * 20_000

    assert await receive(stuffed(letter)) == (letter, b"")


async def test_a_large_letter_is_read_to_its_end_and_dropped() -> None:
    with pytest.raises(TooMuchData):
        await receive(stuffed(b"a" * (MOST + 1)))


async def test_one_that_does_not_end_is_not_waited_for() -> None:
    with pytest.raises(EndlessData):
        await receive(*[b"a" * PIECE] * 8)


async def test_letters_share_a_quota_and_give_it_back() -> None:
    quota = Quota(1_000)
    with pytest.raises(QuotaExceeded):
        await receive(stuffed(b"a" * 1_200), quota=quota)

    assert quota.take(1_000)


async def test_a_connection_that_ends_ends_the_letter() -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        await receive(b"Subject: x\r\n")
