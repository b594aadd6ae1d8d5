import asyncio

import pytest

from app.premises import Premises
from app.workers import likeness
from tests import make
from tests.services.campaigning import TEXT


async def write(premises: Premises) -> None:
    """Register an opinion that nobody has compared."""
    await premises.register(make.submission(text=TEXT, received_at=premises.clock()))


async def test_opinions_are_compared_when_the_letters_are_settled(
    premises: Premises,
) -> None:
    await write(premises)

    with premises.letters_first.taken():
        comparing = asyncio.create_task(likeness.compare_new(premises))
        done, _ = await asyncio.wait([comparing], timeout=0.2)

    assert done == set()
    assert await comparing == 1


async def test_letters_that_never_end_keep_nothing_from_being_compared_for_long(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness, "GIVES_WAY", 0.01)
    await write(premises)

    with premises.letters_first.taken():
        assert await likeness.compare_new(premises) == 1
