"""Lately: the beginning of a word is found in the newest opinions as in the index."""

from typing import Any

import pytest

from app.domain.search import phrases
from app.premises import Premises
from app.searching import Found, newest
from app.services.queue import lately
from tests import at_desk

SAID = (
    "路灯坏了，没人来修。", "公交 bus 不来", "要修路", "ＢＵＳ 站牌旧了",
    "omnibus 停了", "修修补补", "停车难",
)  # fmt: skip


@pytest.fixture
async def keys(premises: Premises) -> list[int]:
    """The keys of opinions that say something each, the newest first."""
    opened = [await at_desk.open_case(premises, text=text) for text in SAID]
    return [each.opinion_id for each in reversed(opened)]


async def both(premises: Premises, words: str, **facts: Any) -> tuple[Found, Found]:
    """Return what is found in the opinions themselves, and in the index."""
    async with premises.database.reading() as session:
        read = await lately.newest(session, words, **facts)
        asked = await newest(session, phrases(words), **facts)
    assert read is not None
    return read, asked


@pytest.fixture
def _frequent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "_FREQUENT", 0)


@pytest.mark.usefixtures("keys", "_frequent")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", ["修", "bus", "BUS", "b", "修 路灯", "停 bus", "无"])
async def test_opinions_are_found_that_the_index_finds(
    premises: Premises, words: str
) -> None:
    read, asked = await both(premises, words, most=20)

    assert read == asked


@pytest.mark.usefixtures("_frequent")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_it_says_how_far_back_it_read(
    premises: Premises, keys: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lately, "_AT_ONCE", 2)
    monkeypatch.setattr(lately, "_MOST_READ", 4)

    first, _ = await both(premises, "修", most=20)
    second, _ = await both(premises, "修", most=20, before=first.reached)

    assert (list(first.keys), first.reached) == ([keys[1]], keys[3])
    assert (list(second.keys), second.reached) == ([keys[4], keys[6]], None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_few_say_is_left_to_the_index(
    premises: Premises, keys: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lately, "_AT_ONCE", len(keys))

    async with premises.database.reading() as session:
        rare = await lately.newest(session, "修", most=20)
        whole_words = await lately.newest(session, "路灯", most=20)

    assert rare is None
    assert whole_words is None
