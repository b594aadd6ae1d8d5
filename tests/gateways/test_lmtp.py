from collections.abc import Callable

import pytest

from app.premises import Premises
from tests.gateways import post
from tests.gateways.conftest import SMALL
from tests.gateways.post import INTAKE


async def test_each_recipient_has_a_reply_of_its_own(local_premises: Premises) -> None:
    async with post.intake(local_premises) as port, post.talk(port) as talk:
        await talk.begin(INTAKE, "opinions+lamp@localhost", greeting="LHLO")
        first = await talk.say(post.letter(), b".")
        second = await talk.hear()
        after = await talk.say("NOOP")

    assert (first.code, second.code, after.code) == (250, 250, 250)
    assert len(await post.kept(local_premises)) == 1


async def test_each_of_many_has_a_reply_whatever_it_is(
    furnished: Callable[..., Premises],
) -> None:
    settings = {
        "mail_protocol": "lmtp", "mail_trusted_peers": "", "max_letter_bytes": SMALL,
    }  # fmt: skip
    async with (
        furnished(**settings) as premises,
        post.intake(premises) as port,
        post.talk(port) as talk,
    ):
        await talk.begin(*[INTAKE] * 30, greeting="LHLO")
        await talk.send(b"x" * (SMALL + 1), b".")
        codes = {(await talk.hear()).code for _ in range(30)}
        after = await talk.say("NOOP")

    assert (codes, after.code) == ({552}, 250)


async def test_a_refused_recipient_has_none(local_premises: Premises) -> None:
    async with post.intake(local_premises) as port, post.talk(port) as talk:
        await talk.begin(INTAKE, "somebody@example.net", greeting="LHLO")
        first = await talk.say(post.letter(), b".")
        after = await talk.say("QUIT")

    assert (first.code, after.code) == (250, 221)


@pytest.mark.parametrize("greeting", ["HELO", "EHLO"])
async def test_greetings_of_smtp_are_refused(
    local_premises: Premises, greeting: str
) -> None:
    async with post.intake(local_premises) as port, post.talk(port) as talk:
        await talk.hear()
        refused = await talk.say(f"{greeting} there.example")
        early = await talk.say("MAIL FROM:<a@example.org>")
        told = await talk.say("LHLO there.example")

    assert (refused.code, early.code, told.code) == (500, 503, 250)
    assert {"PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME"} <= set(told.lines)


async def test_premises_that_are_closed_take_nothing(local_premises: Premises) -> None:
    async with post.intake(local_premises) as port, post.talk(port) as talk:
        await talk.begin(INTAKE, INTAKE, greeting="LHLO")
        await local_premises.close()
        replies = [(await talk.say(post.letter(), b".")).code, (await talk.hear()).code]

    assert replies == [421, 0]
