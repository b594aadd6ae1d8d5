"""Held arrivals at the desk: looked through, released once, or discarded."""

import asyncio

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Channel, Fate, HoldReason, Role
from app.models import Opinion, OutboxMessage
from app.premises import Premises
from app.reading_room.conditions import Conditions
from app.reading_room.room import ReadingRoom
from app.services import held
from app.services.staff import Person
from tests import at_desk, make
from tests.gateways import post
from tests.holding import LETTER, case_of, deeds, hold, kept
from tests.reading_room import poison


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


pytestmark = pytest.mark.usefixtures("clerk")


async def test_the_list_says_who_wrote_what_and_why_it_is_held(
    client: AsyncClient, premises: Premises
) -> None:
    await hold(premises)

    page = await client.get("/desk/held")

    for words in ("李四 &lt;li@example.org&gt;", "路灯", "没有对应的通报"):
        assert words in page.text


async def test_a_large_letter_is_not_read_for_the_list(
    client: AsyncClient, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "LARGEST_LISTED", 10)
    key = await hold(premises)

    assert "未读取" in (await client.get("/desk/held")).text
    assert "巷口的路灯" in (await client.get(f"/desk/held/{key}")).text


async def test_pages_of_the_list_follow_each_other(
    client: AsyncClient, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "PAGE", 1)
    keys = [await hold(premises) for _ in range(3)]

    seen, address = [], "/desk/held"
    while address:
        page = await client.get(address)
        seen += [key for key in keys if f"/desk/held/{key}" in page.text]
        _, _, rest = page.text.partition('rel="next" href="')
        address = rest.partition('"')[0]

    assert seen == keys


async def test_the_list_shows_one_reason_and_its_pages_keep_to_it(
    client: AsyncClient, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "PAGE", 1)
    wanted = [await hold(premises, reason=HoldReason.EMPTY) for _ in range(2)]
    other = await hold(premises)

    first = await client.get("/desk/held?reason=empty")
    address = first.text.partition('rel="next" href="')[2].partition('"')[0]
    second = await client.get(address.replace("&amp;", "&"))

    assert f"/desk/held/{wanted[0]}" in first.text
    assert f"/desk/held/{wanted[1]}" in second.text
    assert f"/desk/held/{other}" not in first.text + second.text
    assert 'rel="next"' not in second.text


async def test_the_list_begins_with_the_writers_own_words(
    client: AsyncClient, premises: Premises
) -> None:
    await hold(premises, LETTER + "\n-- \n李四\n电话 123\n".encode())

    page = await client.get("/desk/held")

    assert "巷口的路灯" in page.text
    assert "电话" not in page.text


async def test_released_it_is_a_case_and_its_writer_is_told(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises)
    path = next(iter(premises.house.shelf.notices[0].section_ids))

    sent = await client.post(
        f"/desk/held/{key}/release", data={"about": f"{make.SLUG}/{path}", "kind": ""}
    )

    page = await client.get(case_of(sent))
    assert "巷口的路灯也坏了。" in page.text
    found = await kept(premises, key)
    assert (found.fate, found.reason) == (Fate.OPENED, None)
    async with premises.database.reading() as session:
        opinion = await session.get_one(Opinion, found.opinion_id)
        assert opinion.channel is Channel.EMAIL
        assert await session.scalar(select(OutboxMessage.purpose)) == "acknowledgement"
    assert await deeds(premises) == [Action.HELD_RELEASED, Action.REGISTERED]
    assert "巷口" not in (await client.get("/desk/held")).text


async def test_a_machine_that_wrote_gets_no_answer_even_when_released(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(
        premises, b"Auto-Submitted: auto-replied\n" + LETTER,
        reason=HoldReason.AUTOMATIC, sender="",
    )  # fmt: skip

    await client.post(f"/desk/held/{key}/release", data={"about": make.SLUG})

    async with premises.database.reading() as session:
        assert await session.scalar(select(OutboxMessage.id)) is None
    assert (await kept(premises, key)).fate is Fate.OPENED


async def test_what_nobody_can_read_becomes_a_case_with_the_original_beside_it(
    client: AsyncClient, premises: Premises
) -> None:
    letter = b"X: y\n" * 6000 + b"\nhello"
    key = await hold(premises, letter, reason=HoldReason.UNREADABLE)
    assert "无法读取" in (await client.get(f"/desk/held/{key}")).text

    sent = await client.post(f"/desk/held/{key}/release", data={"about": make.SLUG})

    page = await client.get(case_of(sent))
    assert "original.eml" in page.text


async def test_a_letter_that_breaks_its_reader_breaks_no_page(
    client: AsyncClient, premises: Premises
) -> None:
    premises.reading_room = poison.room()
    key = await hold(premises, post.letter("abort"), reason=HoldReason.BROKE_READER)
    await hold(premises)

    pages = [await client.get(f"/desk/held{which}") for which in (f"/{key}", "")]

    assert "无法读取" in pages[0].text
    assert "路灯" in pages[1].text


async def test_without_a_reader_the_list_is_there_and_a_page_has_to_wait(
    client: AsyncClient, premises: Premises
) -> None:
    premises.reading_room = ReadingRoom(Conditions(read="nowhere:read"))
    key = await hold(premises)

    assert "未读取" in (await client.get("/desk/held")).text
    page = await client.get(f"/desk/held/{key}")
    assert (page.status_code, "暂时无法读取" in page.text) == (503, True)


async def test_of_two_who_release_it_one_opens_a_case(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises)

    pages = await asyncio.gather(
        *(
            client.post(f"/desk/held/{key}/release", data={"about": make.SLUG})
            for _ in range(3)
        )
    )

    assert sorted(page.status_code for page in pages) == [303, 409, 409]
    async with premises.database.reading() as session:
        assert len((await session.scalars(select(Opinion.id))).all()) == 1


async def test_discarded_it_is_refused_and_its_bytes_stay(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises)

    await client.post(f"/desk/held/{key}/discard", data={"ground": "spam"})

    found = await kept(premises, key)
    assert (found.fate, found.reason) == (Fate.REFUSED, "discarded")
    assert premises.house.seal.open(found.sealed, purpose="arrival") == LETTER
    assert (await deeds(premises))[0] is Action.HELD_DISCARDED
    again = await client.post(f"/desk/held/{key}/discard", data={"ground": "spam"})
    assert again.status_code == 409


async def test_the_original_is_handed_out_and_that_is_noted(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises)

    sent = await client.get(f"/desk/held/{key}/original")

    assert sent.content == LETTER
    assert sent.headers["content-disposition"].startswith("attachment;")
    assert (await deeds(premises))[0] is Action.ORIGINAL_SEEN


async def test_an_arrival_that_is_none_is_not_shown(client: AsyncClient) -> None:
    assert (await client.get("/desk/held/1")).status_code == 404


async def test_held_letters_are_counted_beside_the_queue(
    client: AsyncClient, premises: Premises
) -> None:
    for _ in range(3):
        await hold(premises)

    assert '待甄别 <span class="count">3</span>' in (await client.get("/desk")).text
