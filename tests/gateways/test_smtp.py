import asyncio
import logging
import shutil
from collections.abc import Callable

import pytest

from app.premises import Premises
from app.services.arrivals import RawLetter
from tests.gateways import post
from tests.gateways.post import INTAKE
from tests.make import EMAIL
from tests.needs import lacking


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


@pytest.mark.parametrize("address", ["postmaster", "PostMaster@LOCALHOST"])
async def test_the_postmaster_gets_his_letters(port: int, address: str) -> None:
    async with post.talk(port) as talk:
        assert (await talk.begin(address)).code == 354


async def test_the_postmaster_of_another_host_is_not_ours(port: int) -> None:
    async with post.talk(port) as talk:
        assert (await talk.begin("postmaster@example.net")).code == 503


async def test_signs_beyond_ascii_are_answered_in_ascii(port: int) -> None:
    async with post.talk(port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        codes = [
            (await talk.say(line)).code
            for line in (
                "VRFY 张三".encode("gbk"),
                b"MAIL FROM:<a@b> SIZE=\xc2\xb2",
                f"MAIL FROM:<{EMAIL}>",
                "RCPT TO:<张三@localhost>".encode("gbk"),
                "RCPT TO:<张三@localhost>",
                b"\xff\xfe",
            )
        ]

    assert codes == [252, 501, 250, 550, 550, 500]


async def test_nobody_can_sign_in_or_send_in_chunks(port: int) -> None:
    async with post.talk(port) as talk:
        await talk.hear()
        told = await talk.say("EHLO there.example")
        replies = [await talk.say(line) for line in ("AUTH PLAIN AGEAYg==", "BDAT 1")]

    assert not {"AUTH", "CHUNKING", "BINARYMIME"} & {
        line.split()[0] for line in told.lines
    }
    assert [reply.code for reply in replies] == [502, 500]


async def test_a_reset_forgets_the_letter_and_not_the_greeting(port: int) -> None:
    async with post.talk(port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        await talk.say(f"MAIL FROM:<{EMAIL}>")
        await talk.say("RSET")
        recipient = await talk.say(f"RCPT TO:<{INTAKE}>")
        sender = await talk.say(f"MAIL FROM:<{EMAIL}>")

    assert (recipient.code, sender.code) == (503, 250)


def test_swaks_gets_its_letter_through(furnished: Callable[..., Premises]) -> None:
    swaks = shutil.which("swaks") or lacking("swaks")

    async def sending() -> tuple[bytes, list[RawLetter]]:
        async with furnished() as premises, post.intake(premises) as port:
            process = await asyncio.create_subprocess_exec(
                swaks, "--server", "127.0.0.1", "--port", str(port), "--pipeline",
                "--from", EMAIL, "--to", INTAKE, "--body", "路灯不亮。",
                stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            said, _ = await process.communicate()
            return said, await post.kept(premises)

    said, kept = asyncio.run(sending())

    assert b"250 2.0.0 the letter was taken" in said
    assert "路灯不亮。".encode() in kept[0].content
