from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.gateways import delivery
from app.gateways.delivery import Delivery, Failure
from app.settings import SettingsError
from tests.gateways.relay import HANG_UP, Relay, outgoing, relay


@asynccontextmanager
async def delivering(to: Relay, *, patience: float = 5.0) -> AsyncIterator[Delivery]:
    """Deliver to the relay ``to``."""
    sending = Delivery(delivery.Relay.from_url(to.url), patience=patience)
    try:
        yield sending
    finally:
        await sending.hang_up()


async def attempt(**replies: str) -> Failure | None:
    """Deliver a letter to a relay that says ``replies``."""
    async with relay(**replies) as to, delivering(to) as sending:
        return await sending.deliver(outgoing())


async def test_a_letter_reaches_the_relay_whole() -> None:
    async with relay() as to, delivering(to) as sending:
        assert await sending.deliver(outgoing()) is None

    (letter,) = to.letters
    assert letter["To"] == "zhang@example.org"
    assert letter.get_content().strip() == "您好"
    assert any(line.startswith("MAIL FROM:<opinions@localhost>") for line in to.said)


async def test_a_letter_leaves_from_the_return_path_of_its_own() -> None:
    async with relay() as to, delivering(to) as sending:
        await sending.deliver(outgoing(return_path="opinions+b1.2@localhost"))

    (letter,) = to.letters
    assert letter["From"].addresses[0].addr_spec == "opinions@localhost"
    assert "MAIL FROM:<opinions+b1.2@localhost>" in "\n".join(to.said)


async def test_a_relay_that_takes_one_sender_only_gets_the_letter_from_that() -> None:
    async with relay() as to, delivering(to) as sending:
        to.only_from = "<opinions@localhost>"
        letter = outgoing(return_path="opinions+b1.2@localhost")

        assert await sending.deliver(letter) is None
    assert len(to.letters) == 1


@pytest.mark.parametrize(("command", "refused"), [("RCPT", True), ("END", False)])
async def test_it_is_told_whether_the_receiver_was_refused(
    command: str, *, refused: bool
) -> None:
    failure = await attempt(**{command: "550 5.1.1 no"})

    assert failure is not None
    assert failure.receiver_refused is refused


async def test_several_letters_share_a_connection() -> None:
    async with relay() as to, delivering(to) as sending:
        for _ in range(3):
            await sending.deliver(outgoing())

    assert (to.connections, len(to.letters)) == (1, 3)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "END"])
async def test_a_letter_refused_for_good_is_final(command: str) -> None:
    failure = await attempt(**{command: "550 5.1.1 no"})

    assert failure is not None
    assert failure.final
    assert failure.error.startswith("550 ")


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "END"])
async def test_a_letter_refused_for_now_is_not_final(command: str) -> None:
    failure = await attempt(**{command: "451 4.3.0 later"})

    assert failure is not None
    assert not failure.final


@pytest.mark.parametrize("command", ["HELLO", "EHLO"])
async def test_a_relay_that_refuses_us_has_nothing_against_the_letter(
    command: str,
) -> None:
    failure = await attempt(**{command: "554 5.3.2 go away", "HELO": "554 no"})

    assert failure is not None
    assert not failure.final


@pytest.mark.parametrize("command", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA", "END"])
async def test_a_relay_that_hangs_up_is_tried_again(command: str) -> None:
    failure = await attempt(**{command: HANG_UP})

    assert failure is not None
    assert not failure.final


async def test_the_letter_after_a_refused_one_is_delivered() -> None:
    async with relay(RCPT="550 5.1.1 no") as to, delivering(to) as sending:
        await sending.deliver(outgoing())
        to.replies = {}
        assert await sending.deliver(outgoing()) is None


async def test_the_letter_after_a_lost_connection_is_delivered() -> None:
    async with relay(END=HANG_UP) as to, delivering(to) as sending:
        await sending.deliver(outgoing())
        to.replies = {}
        assert await sending.deliver(outgoing()) is None


async def test_a_relay_that_is_not_there_is_tried_again() -> None:
    async with relay() as to:
        pass
    async with delivering(to) as sending:
        failure = await sending.deliver(outgoing())

    assert failure is not None
    assert not failure.final


async def test_what_is_noted_of_a_refusal_names_nobody() -> None:
    failure = await attempt(RCPT="550 5.1.1 <zhang@example.org>: no such user")

    assert failure is not None
    assert "zhang" not in failure.error
    assert "no such user" in failure.error


async def test_an_international_address_needs_a_relay_that_takes_one() -> None:
    letter = outgoing(to="张三@例子.中国")
    async with relay() as to, delivering(to) as sending:
        refused = await sending.deliver(letter)
    speaks = "250-relay.example\r\n250-SMTPUTF8\r\n250 8BITMIME"
    async with relay(EHLO=speaks) as to, delivering(to) as sending:
        taken = await sending.deliver(letter)

    assert refused is not None
    assert refused.final
    assert taken is None


@pytest.mark.parametrize("address", ["no address", "", "a@b@c", '"@x'])
async def test_an_address_that_is_none_is_final(address: str) -> None:
    async with relay() as to, delivering(to) as sending:
        failure = await sending.deliver(outgoing(to=address))

    assert failure is not None
    assert failure.final


async def test_a_password_is_not_sent_in_the_clear() -> None:
    speaks = "250-relay.example\r\n250 AUTH PLAIN"
    async with relay(EHLO=speaks) as to:
        url = f"smtp://user:secret@127.0.0.1:{to.port}"
        sending = Delivery(delivery.Relay.from_url(url))
        failure = await sending.deliver(outgoing())

    assert failure is not None
    assert not [line for line in to.said if line.startswith("AUTH")]


def test_an_address_of_a_relay_is_read() -> None:
    read = delivery.Relay.from_url(
        "smtp://us%40er:p%3Ass@mail.example.org:587?starttls=must"
    )

    assert read == delivery.Relay(
        host="mail.example.org",
        port=587,
        start_tls="must",
        user_name="us@er",
        password="p:ss",
    )


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [("smtp://a.example", 25, False), ("smtps://a.example", 465, True)],
)
def test_a_relay_has_the_usual_port(url: str, port: int, *, tls: bool) -> None:
    read = delivery.Relay.from_url(url)

    assert (read.port, read.tls) == (port, tls)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://a.example",
        "smtp://",
        "smtp://a:99999",
        "smtp://a?starttls=x",
    ],
)
def test_what_is_no_relay_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="HUIYIN_RELAY_URL"):
        delivery.Relay.from_url(url)
