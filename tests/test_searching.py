"""Searching: the newest that say something, and how far back was searched."""

import pytest

from app import searching
from app.domain.search import phrases
from app.premises import Premises
from app.searching import Found
from tests import at_desk


@pytest.fixture
async def keys(premises: Premises) -> list[int]:
    """The keys of nine opinions on lamps; one of them says something more."""
    return [
        (
            await at_desk.open_case(
                premises, text="路灯坏了" + ("，卯榫也坏了" if place == 1 else "")
            )
        ).opinion_id
        for place in range(9)
    ]


async def found(
    premises: Premises, words: str, *, most: int = 4, before: int | None = None
) -> Found:
    async with premises.database.reading() as session:
        return await searching.newest(session, phrases(words), most=most, before=before)


async def test_the_newest_come_and_the_next_ones_after_them(
    premises: Premises, keys: list[int]
) -> None:
    first = await found(premises, "路灯")
    second = await found(premises, "路灯", before=first.reached)

    assert list(first.keys) == keys[:-5:-1]
    assert list(second.keys) == keys[4:0:-1]


async def test_what_is_rare_is_found_however_old_it_is(
    premises: Premises, keys: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_WINDOW", 4)
    monkeypatch.setattr(searching, "_FREQUENT", 2)

    rare = await found(premises, "卯榫")

    assert list(rare.keys) == [keys[1]]
    assert rare.reached is None


async def test_what_is_frequent_is_never_said_to_be_all_there_is(
    premises: Premises, keys: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_WINDOW", 4)
    monkeypatch.setattr(searching, "_FREQUENT", 2)

    frequent = await found(premises, "坏了", most=4)

    assert list(frequent.keys) == keys[:-5:-1]
    assert frequent.reached is not None


async def test_keys_are_given_back_as_they_were(
    premises: Premises, keys: list[int]
) -> None:
    async with premises.database.reading() as session:
        name = session.get_bind().dialect.name
        there = await session.scalars(searching.among(name, keys))
        none = await session.scalars(searching.among(name, []))

    assert sorted(there) == keys
    assert list(none) == []
