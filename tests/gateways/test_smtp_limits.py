import asyncio
import tracemalloc

import pytest
from sqlalchemy import text

from app.gateways import conversation
from app.premises import Premises
from tests.gateways import post
from tests.gateways.conftest import SMALL
from tests.gateways.post import INTAKE
from tests.make import EMAIL


async def test_a_full_disk_is_said_to_be_full(small_premises: Premises) -> None:
    async with small_premises.database.reading() as session:
        pages = await session.scalar(text("PRAGMA page_count"))
    async with small_premises.database.writing() as session:
        await session.execute(text(f"PRAGMA max_page_count = {pages}"))
    async with post.intake(small_premises) as port, post.talk(port) as talk:
        await talk.begin()
        reply = await talk.say(post.letter("x" * (SMALL // 2)), b".")

    assert (reply.code, reply.text[:5]) == (452, "4.3.1")


async def test_sizes_are_told_and_held(small_premises: Premises) -> None:
    async with post.intake(small_premises) as port, post.talk(port) as talk:
        await talk.hear()
        told = await talk.say("EHLO there.example")
        announced = await talk.say(f"MAIL FROM:<{EMAIL}> SIZE={SMALL + 1}")
        await talk.say(f"MAIL FROM:<{EMAIL}> SIZE=100")
        await talk.say(f"RCPT TO:<{INTAKE}>")
        await talk.say("DATA")
        sent = await talk.say(b"x" * (SMALL + 1), b".")
        after = await talk.say("NOOP")

    assert f"SIZE {SMALL}" in told.lines
    assert (announced.code, sent.code, after.code) == (552, 552, 250)
    assert sent.text.startswith("5.3.4")


async def test_a_letter_of_the_largest_size_is_taken(small_premises: Premises) -> None:
    async with post.intake(small_premises) as port, post.talk(port) as talk:
        await talk.begin()
        reply = await talk.say(b"x" * (SMALL - 2), b".")

    assert reply.code == 250
    assert [len(one.content) for one in await post.kept(small_premises)] == [SMALL]


async def test_a_line_without_end_does_not_fill_the_memory(
    small_premises: Premises,
) -> None:
    async with post.intake(small_premises) as port, post.talk(port) as talk:
        await talk.begin()
        tracemalloc.start()
        with pytest.raises(ConnectionError):  # noqa: PT012 - at which one is open
            for _ in range(400):
                await talk.send_raw(b"A" * SMALL)
                await asyncio.sleep(0)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert peak < 5 * 2**20


@pytest.mark.parametrize("length", [1_001, 60_000])
async def test_a_long_line_is_taken(
    small_premises: Premises, port: int, length: int
) -> None:
    await post.send(port, post.letter("x" * length))

    (kept,) = await post.kept(small_premises)
    assert b"x" * length in kept.content


async def test_a_conversation_broken_off_leaves_nothing(
    small_premises: Premises, port: int
) -> None:
    async with post.talk(port) as talk:
        await talk.begin()
        await talk.send(post.letter())
        talk.hang_up()
    await post.send(port, post.letter("the next"))

    (kept,) = await post.kept(small_premises)
    assert b"the next" in kept.content


async def test_who_comes_while_the_service_closes_is_told_to_come_again(
    small_premises: Premises,
) -> None:
    async with (
        post.open_intake(small_premises) as (server, port),
        post.talk(port) as idle,
        post.talk(port) as busy,
    ):
        await idle.hear()
        await busy.begin()
        closing = asyncio.create_task(server.close())
        told = await idle.hear()
        taken = await busy.say(post.letter(), b".")
        after = await busy.hear()
        await closing

    assert (told.code, taken.code, after.code) == (421, 250, 421)
    assert len(await post.kept(small_premises)) == 1


async def test_premises_that_are_closed_take_nothing(
    small_premises: Premises, port: int
) -> None:
    async with post.talk(port) as talk:
        await talk.begin()
        await small_premises.close()
        reply = await talk.say(post.letter(), b".")

    assert reply.code == 421


async def test_a_fault_of_ours_leaves_the_letter_with_its_sender(
    small_premises: Premises, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(small_premises, "keep", broken)
    async with post.talk(port) as talk:
        await talk.begin()
        reply = await talk.say(post.letter(), b".")
        after = await talk.hear()

    assert (reply.code, after.code) == (421, 0)


async def test_a_letter_that_comes_too_slowly_is_not_waited_for(
    small_premises: Premises, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "GRACE", 0.2)
    async with post.talk(port) as talk:
        await talk.begin()
        for _ in range(5):
            await talk.send_raw(b"x")
            await asyncio.sleep(0.02)
        reply, after = await talk.hear(), await talk.hear()

    assert (reply.code, reply.text[:5], after.code) == (421, "4.4.2", 0)
    assert await post.kept(small_premises) == []


async def test_who_comes_anew_while_a_letter_is_waited_for_is_told_so(
    small_premises: Premises,
) -> None:
    async with (
        post.open_intake(small_premises) as (server, port),
        post.talk(port) as busy,
    ):
        await busy.begin()
        closing = asyncio.create_task(server.close())
        await asyncio.sleep(0)
        async with post.talk(port) as late:
            told = await late.hear()
        taken = await busy.say(post.letter(), b".")
        await closing

    assert (told.code, told.text[:5], taken.code) == (421, "4.3.2", 250)


async def test_a_command_that_is_too_long_is_refused_and_the_next_is_not(
    port: int,
) -> None:
    async with post.talk(port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        long = await talk.say("MAIL FROM:<" + "a" * 100_000 + "@b>")
        after = await talk.say("NOOP")

    assert (long.code, long.text[:5], after.code) == (500, "5.5.2", 250)
