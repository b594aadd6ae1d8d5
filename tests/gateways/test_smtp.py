import asyncio
import logging
import tracemalloc

import pytest
from sqlalchemy import text

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


async def test_nobody_elses_letters_are_taken(port: int) -> None:
    async with post.talk(port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        await talk.say(f"MAIL FROM:<{EMAIL}>")
        reply = await talk.say("RCPT TO:<somebody@example.net>")
        data = await talk.say("DATA")

    assert (reply.code, reply.text[:5]) == (550, "5.1.1")
    assert data.code == 503


@pytest.mark.parametrize(
    "address",
    ["OPINIONS@LocalHost", "opinions+lamp@localhost", '"opinions"@localhost'],
)
async def test_the_intake_address_is_taken_in_every_form(
    port: int, address: str
) -> None:
    async with post.talk(port) as talk:
        assert (await talk.begin(address)).code == 354


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


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r\n.\n", b"\r\n\0.\r\n", b"\r\n.\r"]
)
async def test_no_letter_is_smuggled_in_within_another(
    small_premises: Premises, port: int, end: bytes
) -> None:
    inner = b"MAIL FROM:<x@example.net>\r\nRCPT TO:<opinions@localhost>\r\nDATA\r\n"
    async with post.talk(port) as talk:
        await talk.begin()
        reply = await talk.say(post.letter() + end + inner + b"smuggled", b".")
        after = await talk.say("NOOP")

    assert (reply.code, after.code) == (250, 250)
    (kept,) = await post.kept(small_premises)
    assert b"smuggled" in kept.content


async def test_commands_may_be_sent_in_advance(
    small_premises: Premises, port: int
) -> None:
    one = [f"MAIL FROM:<{EMAIL}>", f"RCPT TO:<{INTAKE}>", "DATA", "a", ".."]
    async with post.talk(port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        await talk.send(*one, ".", *one, ".", "QUIT")
        codes = [(await talk.hear()).code for _ in range(9)]

    assert codes == [250, 250, 354, 250, 250, 250, 354, 250, 221]
    assert [one.content for one in await post.kept(small_premises)] == [
        b"a\r\n.\r\n"
    ] * 2


async def test_an_empty_letter_is_a_letter(small_premises: Premises, port: int) -> None:
    async with post.talk(port) as talk:
        await talk.begin()
        reply = await talk.say(".")

    assert reply.code == 250
    assert [one.content for one in await post.kept(small_premises)] == [b""]


async def test_the_null_sender_is_welcome(small_premises: Premises, port: int) -> None:
    await post.send(port, post.letter(), sender="")

    (kept,) = await post.kept(small_premises)
    assert kept.envelope.sender == ""


async def test_addresses_may_be_international(
    small_premises: Premises, port: int
) -> None:
    async with post.talk(port) as talk:
        await talk.hear()
        told = await talk.say("EHLO there.example")
        sender = await talk.say("MAIL FROM:<张三@例子.中国> SMTPUTF8 BODY=8BITMIME")
        await talk.say(f"RCPT TO:<{INTAKE}>")
        await talk.say("DATA")
        await talk.say(post.letter(), b".")

    assert "SMTPUTF8" in told.lines
    assert sender.code == 250
    assert [one.envelope.sender for one in await post.kept(small_premises)] == [
        "张三@例子.中国"
    ]


async def test_an_address_that_is_no_text_can_be_kept(
    small_premises: Premises, port: int
) -> None:
    async with post.talk(port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        await talk.say(b"MAIL FROM:<\xd5\xc5@example.org>")
        await talk.say(f"RCPT TO:<{INTAKE}>")
        await talk.say("DATA")
        reply = await talk.say(post.letter(), b".")

    assert reply.code == 250
    assert [one.envelope.sender for one in await post.kept(small_premises)] == [
        "\ufffd\ufffd@example.org"
    ]


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


async def test_nobodys_address_stands_in_the_log(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await post.send(port, post.letter())
        async with post.talk(port) as talk:
            await talk.hear()
            await talk.say("EHLO there.example")
            await talk.say(f"MAIL FROM:<{EMAIL}>")
            await talk.say(f"RCPT TO:<{EMAIL}>")

    assert EMAIL not in caplog.text
    assert "127.0.0.1" not in caplog.text


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("MAIL FROM:<a@b> BODY=BINARYMIME", 501),
        ("MAIL FROM:<a@b> NOTHING=1", 555),
        ("MAIL FROM:<a@b", 553),
        ("MAIL TO:<a@b>", 501),
        ("VRFY <a@b>", 252),
        ("HELP", 250),
        ("BDAT 1", 500),
        ("RSET", 250),
    ],
)
async def test_every_reply_has_its_enhanced_code(
    port: int, command: str, code: int
) -> None:
    async with post.talk(port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        reply = await talk.say(command)

    assert reply.code == code
    assert reply.text.startswith(f"{code // 100}.")
