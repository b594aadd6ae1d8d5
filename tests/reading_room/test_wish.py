"""Wishes cross the pipe to the reader, and views come back."""

from collections.abc import AsyncIterator

import pytest

from app.mail.reading import Reading
from app.mail.view import View, Wish
from app.reading_room.conditions import Broken
from app.reading_room.room import ReadingRoom
from tests.reading_room import poison

HTML = b"Content-Type: text/html; charset=gb2312\n\n<p>" + "路燈".encode("big5")


@pytest.fixture
async def room() -> AsyncIterator[ReadingRoom]:
    """A reading room whose readers know what a wish is."""
    room = poison.room()
    yield room
    await room.close()


def view_of(found: Reading | Broken) -> View | None:
    """Return what was shown of a letter that could be read."""
    assert isinstance(found, Reading)
    return found.view


async def test_a_wish_is_for_its_letters_alone(room: ReadingRoom) -> None:
    wish = Wish(view=True, page=True, as_charset="big5-hkscs")

    wished = await room.read([HTML, HTML], wish=wish)
    plain = await room.read([HTML])

    views = [view_of(found) for found in wished]
    assert [view.page for view in views if view] == ["<p>路燈</p>"] * 2
    assert view_of(plain[0]) is None


async def test_a_large_letter_takes_its_wish_along(room: ReadingRoom) -> None:
    found = await room.read_one(HTML + b" " * 2**18, wish=Wish(view=True))

    view = view_of(found)
    assert view is not None
    assert view.has_page
