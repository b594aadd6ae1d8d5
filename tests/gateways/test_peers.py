import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from app.gateways import conversation, reception
from app.gateways.peers import Peers
from app.premises import Premises
from app.settings import Settings
from tests.fakes import START
from tests.gateways import post
from tests.gateways.post import INTAKE
from tests.make import EMAIL

STRANGER = "192.0.2.1"


@pytest.fixture
async def strict_port(furnished: Callable[..., Premises]) -> AsyncIterator[int]:
    """The port of a mail intake that trusts nobody, and allows two of everything."""
    settings = {
        "mail_trusted_peers": "",
        "mail_connections_per_peer": 2,
        "mail_letters_per_minute": 2,
    }
    async with furnished(**settings) as premises, post.intake(premises) as port:
        yield port


def peers(**settings: object) -> Peers:
    return Peers(Settings.model_validate({"mail_connections_per_peer": 1, **settings}))


async def test_one_address_has_so_many_connections_and_no_more(
    strict_port: int,
) -> None:
    async with post.talk(strict_port) as first, post.talk(strict_port) as second:
        greeted = [(await first.hear()).code, (await second.hear()).code]
        async with post.talk(strict_port) as third:
            turned_away = await third.hear()
        await first.say("QUIT")
        async with post.talk(strict_port) as fourth:
            after = await fourth.hear()

    assert greeted == [220, 220]
    assert (turned_away.code, turned_away.text[:5]) == (421, "4.7.0")
    assert after.code == 220


async def test_one_address_brings_so_many_letters_a_minute(strict_port: int) -> None:
    async with post.talk(strict_port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        replies = []
        for _ in range(3):
            replies.append(await talk.say(f"MAIL FROM:<{EMAIL}>"))
            await talk.say("RSET")

    assert [reply.code for reply in replies] == [250, 250, 450]
    assert replies[-1].text.startswith("4.7.1")


async def test_whoever_is_refused_too_often_is_hung_up_on(strict_port: int) -> None:
    async with post.talk(strict_port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        await talk.say(f"MAIL FROM:<{EMAIL}>")
        for number in range(conversation.MOST_FAULTS):
            assert (await talk.say(f"RCPT TO:<a{number}@localhost>")).code == 550
        last = await talk.say("RCPT TO:<b@localhost>")
        after = await talk.hear()

    assert (last.code, last.text[:5], after.code) == (421, "4.7.0", 0)


async def test_a_trusted_peer_may_name_many_who_are_not_here(port: int) -> None:
    async with post.talk(port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        await talk.say(f"MAIL FROM:<{EMAIL}>")
        for number in range(2 * conversation.MOST_FAULTS):
            assert (await talk.say(f"RCPT TO:<a{number}@localhost>")).code == 550
        assert (await talk.say(f"RCPT TO:<{INTAKE}>")).code == 250


async def test_places_are_kept_free_for_those_who_are_trusted(
    strict_port: int, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "MOST_CONVERSATIONS", reception.KEPT_FREE)
    async with post.talk(strict_port) as stranger, post.talk(port) as trusted:
        assert (await stranger.hear()).code == 421
        assert (await trusted.hear()).code == 220


async def test_silence_ends_a_conversation(
    furnished: Callable[..., Premises], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "SILENCE", 0.1)
    async with (
        furnished() as premises,
        post.intake(premises) as port,
        post.talk(port) as talk,
    ):
        await talk.hear()
        await talk.send_raw(b"EHL")
        reply, after = await talk.hear(), await talk.hear()

    assert (reply.code, reply.text[:5], after.code) == (421, "4.4.2", 0)


async def test_strangers_have_less_time_when_many_talk(
    furnished: Callable[..., Premises], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "MOST_CONVERSATIONS", 0)
    async with furnished() as premises:
        house = reception.Reception(premises)
        house.enter(object(), STRANGER)  # type: ignore[arg-type]  # anything that talks

        assert house.patience(STRANGER) < house.patience("127.0.0.1")


async def test_whoever_never_reads_does_not_keep_the_connection(
    furnished: Callable[..., Premises], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "SILENCE", 0.3)
    monkeypatch.setattr(conversation, "LINGERS", 0.1)
    async with furnished() as premises, post.open_intake(premises) as (server, port):
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_024)
        writer.write(b"HELP\r\n" * 200_000)
        await asyncio.sleep(0.1)
        assert server.conversations
        for _ in range(100):
            await asyncio.sleep(0.05 if server.conversations else 0)
        assert not server.conversations
        writer.transport.abort()


def test_an_address_that_went_may_come_again() -> None:
    known = peers()
    known.begin(STRANGER)
    assert not known.may_talk(STRANGER)
    assert known.may_talk("192.0.2.2")

    known.end(STRANGER)
    assert known.may_talk(STRANGER)


def test_of_ipv6_all_addresses_of_a_subscriber_are_one() -> None:
    known = peers()
    known.begin("2001:db8::1")

    assert not known.may_talk("2001:db8::2")
    assert known.may_talk("2001:db8:0:1::1")


def test_another_minute_brings_other_letters() -> None:
    known = peers(mail_letters_per_minute=1)

    assert known.may_send(STRANGER, START)
    assert not known.may_send(STRANGER, START + timedelta(seconds=1))
    assert known.may_send(STRANGER, START + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("host", "trusted"),
    [
        ("127.0.0.1", True),
        ("::ffff:127.0.0.1", True),
        ("10.1.2.3", True),
        ("10.2.0.1", False),
        ("fe80::1%eth0", False),
        ("", False),
    ],
)
def test_networks_can_be_trusted(host: str, trusted: bool) -> None:  # noqa: FBT001 - the case
    known = peers(mail_trusted_peers="127.0.0.1, 10.1.0.0/16")

    assert known.trusts(host) is trusted


def test_zero_is_no_limit() -> None:
    known = peers(mail_connections_per_peer=0, mail_letters_per_minute=0)
    for _ in range(1_000):
        known.begin(STRANGER)

    assert known.may_talk(STRANGER)
    assert known.may_send(STRANGER, START)
