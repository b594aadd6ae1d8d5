"""Wishes cross the pipe to the reader, and views come back."""

from collections.abc import AsyncIterator

import pytest

from app.mail.view import Wish
from app.reading_room.room import ReadingRoom
from tests.reading_room import poison

HTML = b"Content-Type: text/html; charset=gb2312\n\n<p>" + "路燈".encode("big5")


@pytest.fixture
async def room() -> AsyncIterator[ReadingRoom]:
    """A reading room whose readers know what a wish is."""
    room = poison.room()
    yield room
    await room.close()


async def test_a_wish_is_for_its_letters_alone(room: ReadingRoom) -> None:
    wish = Wish(view=True, page=True, as_charset="big5-hkscs")

    wished = await room.read([HTML, HTML], wish=wish)
    plain = await room.read([HTML])

    assert [found.view.page for found in wished] == ["<p>路燈</p>"] * 2  # type: ignore[union-attr]  # else it fails
    assert plain[0].view is None  # type: ignore[union-attr]  # else it fails


async def test_a_large_letter_takes_its_wish_along(room: ReadingRoom) -> None:
    found = await room.read_one(HTML + b" " * 2**18, wish=Wish(view=True))

    assert found.view is not None  # type: ignore[union-attr]  # else it fails
    assert found.view.has_page  # type: ignore[union-attr]  # else it fails
