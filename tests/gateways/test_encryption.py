import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.gateways.encryption import Certificate
from app.gateways.smtp import MailIntake
from app.premises import Premises
from app.settings import Settings, SettingsError
from tests.gateways import post
from tests.gateways.certificates import issue
from tests.gateways.post import INTAKE
from tests.make import EMAIL

Furnished = Callable[..., Premises]


def trust(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    """The settings of an intake that speaks TLS."""
    certificate, key = issue(tmp_path)
    return {"mail_tls_certificate": certificate, "mail_tls_key": key}


@pytest.fixture
async def secure_premises(
    furnished: Furnished, keys: dict[str, Path]
) -> AsyncIterator[Premises]:
    async with furnished(**keys) as premises:
        yield premises


async def test_a_letter_may_come_over_tls(
    secure_premises: Premises, keys: dict[str, Path]
) -> None:
    def sending(port: int) -> tuple[bool, bool]:
        with smtplib.SMTP("localhost", port, timeout=post.PATIENCE) as client:
            client.ehlo()
            before = client.has_extn("starttls")
            client.starttls(context=trust(keys["mail_tls_certificate"]))
            client.ehlo()
            client.sendmail(EMAIL, [INTAKE], post.letter("x" * 300_000))
            return before, client.has_extn("starttls")

    async with post.intake(secure_premises) as port:
        announced = await asyncio.to_thread(sending, port)

    (kept,) = await post.kept(secure_premises)
    assert announced == (True, False)
    assert kept.content == post.letter("x" * 300_000)


async def test_a_renewed_certificate_counts_from_the_next_conversation_on(
    secure_premises: Premises, tmp_path: Path
) -> None:
    def greeting(port: int, trusted: ssl.SSLContext) -> int:
        with smtplib.SMTP("localhost", port, timeout=post.PATIENCE) as client:
            client.starttls(context=trusted)
            return client.ehlo()[0]

    async with post.intake(secure_premises) as port:
        renewed, _ = issue(tmp_path)
        assert await asyncio.to_thread(greeting, port, trust(renewed)) == 250
        (tmp_path / "mail.key").write_text("half written")
        assert await asyncio.to_thread(greeting, port, trust(renewed)) == 250


async def test_what_was_said_before_tls_is_forgotten(
    secure_premises: Premises, keys: dict[str, Path]
) -> None:
    def talking(port: int) -> list[int]:
        with smtplib.SMTP("localhost", port, timeout=post.PATIENCE) as client:
            client.ehlo()
            client.mail(EMAIL)
            client.starttls(context=trust(keys["mail_tls_certificate"]))
            codes = [client.mail(EMAIL)[0], client.ehlo()[0], client.mail(EMAIL)[0]]
            return [*codes, client.docmd("STARTTLS")[0]]

    async with post.intake(secure_premises) as port:
        assert await asyncio.to_thread(talking, port) == [503, 250, 250, 503]


async def test_commands_in_advance_of_tls_end_the_conversation(
    secure_premises: Premises,
) -> None:
    async with post.intake(secure_premises) as port, post.talk(port) as talk:
        await talk.hear()
        await talk.say("EHLO there.example")
        await talk.send_raw(b"STARTTLS\r\nMAIL FROM:<mallory@example.net>\r\n")
        reply, after = await talk.hear(), await talk.hear()

    assert (reply.code, reply.text[:5], after.code) == (421, "4.7.0", 0)


async def test_whoever_does_not_keep_to_tls_is_hung_up_on(
    secure_premises: Premises,
) -> None:
    async with post.intake(secure_premises) as port:
        async with post.talk(port) as talk:
            await talk.hear()
            await talk.say("EHLO there.example")
            begun = await talk.say("STARTTLS")
            await talk.send("MAIL FROM:<a@example.org>")
            rest = await talk.rest()
        await post.send(port, post.letter())

    assert begun.code == 220
    assert b"250" not in rest
    assert len(await post.kept(secure_premises)) == 1


@pytest.mark.parametrize(("protocol", "greeting"), [("smtp", "EHLO"), ("lmtp", "LHLO")])
async def test_tls_may_be_required(
    furnished: Furnished, keys: dict[str, Path], protocol: str, greeting: str
) -> None:
    settings = {**keys, "mail_tls_required": True, "mail_protocol": protocol}
    async with (
        furnished(**settings) as premises,
        post.intake(premises) as port,
        post.talk(port) as talk,
    ):
        await talk.hear()
        await talk.say(f"{greeting} there.example")
        reply = await talk.say(f"MAIL FROM:<{EMAIL}>")
        noop = await talk.say("NOOP")

    assert (reply.code, reply.text[:5], noop.code) == (530, "5.7.0", 250)


async def test_without_a_certificate_there_is_no_tls(port: int) -> None:
    async with post.talk(port) as talk:
        await talk.hear()
        told = await talk.say("EHLO there.example")
        reply = await talk.say("STARTTLS")

    assert "STARTTLS" not in told.lines
    assert reply.code == 503


def test_a_certificate_of_no_use_is_told_at_the_start(
    furnished: Furnished, tmp_path: Path
) -> None:
    path = tmp_path / "mail.pem"
    path.write_text("no certificate")

    with pytest.raises(SettingsError, match=r"MAIL_TLS_CERTIFICATE: .* cannot be used"):
        MailIntake(furnished(mail_tls_certificate=path))


def test_a_key_of_another_certificate_is_told(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    certificate, _ = issue(tmp_path)
    _, key = issue(tmp_path / "other")

    with pytest.raises(SettingsError, match="key values mismatch"):
        Certificate.of(Settings(mail_tls_certificate=certificate, mail_tls_key=key))


def test_nobody_is_asked_for_the_password_of_a_key(tmp_path: Path) -> None:
    certificate, key = issue(tmp_path, password=b"closed")

    with pytest.raises(SettingsError, match="cannot be used"):
        Certificate.of(Settings(mail_tls_certificate=certificate, mail_tls_key=key))


@pytest.mark.parametrize(
    "settings",
    [
        {"mail_tls_required": True},
        {"mail_tls_key": Path("mail.key")},
        {"mail_tls_certificate": Path("nowhere/mail.pem")},
    ],
)
def test_half_of_a_setup_is_told(settings: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="HUIYIN_MAIL_TLS_CERTIFICATE"):
        Certificate.of(Settings.model_validate(settings))
