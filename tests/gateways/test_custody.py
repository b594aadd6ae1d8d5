from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from app.premises import Premises
from tests.gateways import post
from tests.gateways.post import INTAKE
from tests.make import EMAIL


@pytest.fixture
async def port(premises: Premises) -> AsyncIterator[int]:
    """The port of a mail intake, on either database."""
    async with post.intake(premises) as port:
        yield port


@asynccontextmanager
async def no_commit(premises: Premises) -> AsyncIterator[None]:
    """Let no arrival be committed meanwhile."""
    async with premises.database.writing() as session:
        lock = "SELECT 1" if premises.database.sqlite else "LOCK TABLE arrival"
        await session.execute(text(lock))
        yield


async def test_a_letter_is_kept_as_it_came(premises: Premises, port: int) -> None:
    await post.send(port, post.letter("one\r\n.two\r\n..three"), INTAKE)

    (kept,) = await post.kept(premises)
    assert kept.content == post.letter("one\r\n.two\r\n..three")
    assert (kept.envelope.sender, kept.envelope.recipients) == (EMAIL, (INTAKE,))


async def test_250_is_said_only_after_the_commit(premises: Premises, port: int) -> None:
    async with post.talk(port) as talk:
        await talk.begin()
        async with no_commit(premises):
            await talk.send(post.letter(), b".")
            with pytest.raises(TimeoutError):
                await talk.hear(within=0.3)
        reply = await talk.hear()

    assert reply.code == 250
    assert len(await post.kept(premises)) == 1


async def test_a_letter_that_cannot_be_stored_stays_with_its_sender(
    premises: Premises, port: int
) -> None:
    async with premises.database.writing() as session:
        await session.execute(text("ALTER TABLE arrival RENAME TO elsewhere"))
    async with post.talk(port) as talk:
        await talk.begin()
        reply = await talk.say(post.letter(), b".")
        async with premises.database.writing() as session:
            await session.execute(text("ALTER TABLE elsewhere RENAME TO arrival"))
        await talk.say(f"MAIL FROM:<{EMAIL}>")
        await talk.say(f"RCPT TO:<{INTAKE}>")
        await talk.say("DATA")
        again = await talk.say(post.letter(), b".")

    assert (reply.code, reply.text[:5]) == (451, "4.3.0")
    assert again.code == 250


async def test_several_recipients_are_one_arrival(
    premises: Premises, port: int
) -> None:
    await post.send(port, post.letter(), INTAKE, "opinions+lamp@localhost")

    (kept,) = await post.kept(premises)
    assert kept.envelope.recipients == (INTAKE, "opinions+lamp@localhost")
