"""DKIM: our letters prove where they come from, and those of others are checked."""

import base64
import re
import sys
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.gateways import heads
from app.gateways.delivery import Delivery, Relay
from app.gateways.dkim import MOST_KEY, Checker, Signer
from app.mail.authentication import SELF, Finding, Method
from app.mail.outgoing import compose
from app.settings import Settings, SettingsError
from tests.gateways import post
from tests.gateways.relay import outgoing, relay

SELECTOR, DOMAIN = "huiyin", "opinions.example"
NAME = f"{SELECTOR}._domainkey.{DOMAIN}."

Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EDWARDS = ed25519.Ed25519PrivateKey.generate()


def pem(key: Key, *, password: bytes = b"") -> str:
    """Return ``key`` as it stands in a file."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption(),
    ).decode()


def record(key: Key) -> bytes:
    """Return what the DNS says of ``key``."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        public = base64.b64encode(key.public_key().public_bytes_raw())
        return b"v=DKIM1; k=ed25519; p=" + public
    public = base64.b64encode(
        key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return b"v=DKIM1; k=rsa; p=" + public


def signer(key: Key = RSA) -> Signer:
    """Return whoever signs with ``key``."""
    settings = Settings(
        dkim_key=SecretStr(pem(key)),
        dkim_selector=SELECTOR,
        intake_address=f"in@{DOMAIN}",
    )
    found = Signer.of(settings)
    assert found is not None
    return found


class Names:
    """A DNS that knows what it was told."""

    def __init__(self, said: bytes | None = None, *, silent: bool = False) -> None:
        self.said = record(RSA) if said is None else said
        self.silent = silent
        self.asked: list[str] = []

    def __call__(self, name: str, _patience: float) -> bytes | None:
        self.asked.append(name)
        if self.silent:
            raise TimeoutError
        return self.said if name == NAME else None


def checker(names: Names | None = None) -> Checker:
    """Return whoever checks signatures against ``names``."""
    found = Checker.of(Settings(check_dkim=True))
    assert found is not None
    return Checker(library=found.library, lookup=names or Names())


async def results(content: bytes, names: Names | None = None) -> list[str]:
    """Return what each signature of a letter is worth."""
    found = await checker(names).check(content)
    return [finding.result for finding in found.findings] if found else []


def signed(key: Key = RSA) -> bytes:
    """Return a letter that ``key`` signed."""
    return signer(key).signed(post.letter())


@pytest.mark.parametrize("key", [RSA, EDWARDS], ids=["rsa", "ed25519"])
async def test_what_we_sign_is_found_to_be_ours(key: Key) -> None:
    names = Names(record(key))

    found = await checker(names).check(signed(key))

    assert found is not None
    assert (found.by, found.findings) == (
        SELF, (Finding(method=Method.DKIM, result="pass", domain=DOMAIN),)
    )  # fmt: skip
    assert found.vouches_for(f"office@{DOMAIN}")
    assert names.asked == [NAME]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: The", b"Subject: A"),
        (b"\r\n\r\n", b"\r\n\r\nOne word more. "),
        (b"To: ", b"To: li@example.org, "),
    ],
)
async def test_a_letter_that_was_tampered_with_fails(
    before: bytes, after: bytes
) -> None:
    content = signed()
    assert before in content

    assert await results(content.replace(before, after, 1)) == ["fail"]


@pytest.mark.parametrize("name", ["List-Unsubscribe", "List-Unsubscribe-Post"], ids=str)
def test_the_one_click_end_is_signed(name: str) -> None:
    letter = compose(outgoing(unsubscribe_url="https://opinions.example/end"))

    content = signer().signed(letter.as_bytes(policy=SMTP))

    said = str(message_from_bytes(content)["DKIM-Signature"])

    (covered,) = re.findall(r"\bh=([^;]+);", said)
    assert name.lower() in re.split(r"[\s:]+", covered.lower())


def test_a_subject_that_somebody_adds_breaks_the_signature() -> None:
    content = b"Subject: Win!\r\n" + signed()

    found = checker()._check(content, 1)  # noqa: SLF001 - past the look at the head
    assert found.findings[0].result == "fail"


@pytest.mark.parametrize(
    "added",
    [
        b"From: boss@opinions.example",
        b"From : boss@opinions.example",
        b"X-A: 1\r\nFrom\t: boss@opinions.example",
        b"X-A: 1\r\nFrom now on these are the words of somebody else",
        b"X-A: 1\r\r\nX-B: 2",
        b" folded under nothing",
        *(name + b": x" for name in heads.SINGLE if name != b"cc"),
        b"Cc: a@b.example\r\nCC: c@d.example",
    ],
)
async def test_a_head_that_can_be_read_in_two_ways_proves_nothing(added: bytes) -> None:
    content = signer().library.sign(
        b"Sender: x\r\nReply-To: x\r\n" + post.letter(), SELECTOR.encode(),
        DOMAIN.encode(), signer().key, include_headers=[b"from"],
    ) + b"Sender: x\r\nReply-To: x\r\n" + post.letter()  # fmt: skip
    assert await results(content) == ["pass"]

    assert await results(added + b"\r\n" + content) == ["policy"]


async def test_the_line_that_an_mbox_puts_before_a_letter_is_no_field() -> None:
    line = b"From zhang@example.org Mon Nov  2 09:00:00 2026\r\n"

    assert await results(line + signed()) == ["pass"]


async def test_a_letter_without_a_signature_is_not_spoken_of() -> None:
    assert await checker().check(post.letter()) is None


async def test_without_the_dns_nothing_is_held_against_a_letter() -> None:
    assert await results(signed(), Names(silent=True)) == ["temperror"]


@pytest.mark.parametrize(
    "said", [b"", b"v=DKIM1; p=", b"nonsense", b"p=" + b"A" * MOST_KEY]
)
async def test_a_signature_without_a_key_vouches_for_nobody(said: bytes) -> None:
    found = await checker(Names(said)).check(signed())

    assert found is not None
    assert not found.vouches_for(f"office@{DOMAIN}")


async def test_a_signature_over_a_part_of_the_text_is_not_taken() -> None:
    content = signer().library.sign(
        post.letter(), SELECTOR.encode(), DOMAIN.encode(), signer().key, length=True
    ) + post.letter("And this was never signed.")

    assert "pass" not in await results(content)


async def test_only_the_first_signatures_of_many_are_checked() -> None:
    names = Names()
    many = signed().partition(b"\r\nFrom:")[0] + b"\r\n"

    assert len(await results(many * 50 + post.letter(), names)) == 3
    assert len(names.asked) <= 3


@pytest.mark.parametrize(
    "content",
    [
        b"DKIM-Signature: v=1\r\n" + b" \r\n" * 200_000 + b"\r\n",
        b"DKIM-Signature: v=1\r\nFrom: a@b.example\r\n\r\n" + b" " * 1_000_000,
    ],
    ids=["folds", "blanks"],
)
async def test_a_letter_made_to_take_long_is_not_looked_at(content: bytes) -> None:
    assert await results(content) == ["policy"]


TAGS = {
    b"v": b"1", b"a": b"rsa-sha256", b"d": b"b.example", b"s": b"s", b"h": b"from",
    b"bh": b"AAAA", b"b": b"AAAA",
}  # fmt: skip


@given(st.sampled_from([*TAGS, b"t", b"x", b"l", b"c"]), st.binary(max_size=200))
def test_no_signature_breaks_the_checker(tag: bytes, value: bytes) -> None:
    tags = TAGS | {tag: value.replace(b"\n", b"")}
    field = b"; ".join(name + b"=" + said for name, said in tags.items())
    content = b"DKIM-Signature: " + field + b"\r\nFrom: a@b.example\r\n\r\nx\r\n"

    found = checker()._check(content, 1)  # noqa: SLF001 - without a thread for each

    assert found.findings[0].result != "pass"


async def test_a_signed_letter_reaches_the_relay_as_it_was_signed() -> None:
    async with relay() as to:
        sending = Delivery(Relay.from_url(to.url), signer=signer())
        failure = await sending.deliver(
            outgoing(subject="来件已登记" * 30, body=".\n..\n" + "路灯 " * 400)
        )
        await sending.hang_up()

    assert failure is None
    assert await results(to.raws[0]) == ["pass"]


async def test_without_a_key_nothing_is_signed() -> None:
    assert Signer.of(Settings()) is None
    assert Checker.of(Settings()) is None


def test_the_key_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "dkim.pem"
    file.write_text(pem(EDWARDS))

    found = Signer.of(Settings(dkim_key=SecretStr(str(file)), dkim_selector=SELECTOR))

    assert found is not None
    assert found.algorithm == "ed25519-sha256"


@pytest.mark.parametrize(
    "key",
    [
        "no such file",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        pem(RSA, password=b"secret"),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),  # noqa: S505 - it is to be refused
        pem(ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=["no file", "no key", "password", "short", "other kind"],
)
def test_a_key_that_signs_nothing_stops_the_start(key: str) -> None:
    with pytest.raises(SettingsError, match=r"\AHUIYIN_DKIM_KEY: must be .*\Z"):
        Signer.of(Settings(dkim_key=SecretStr(key), dkim_selector=SELECTOR))


def test_without_the_library_the_start_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "nacl", None)

    with pytest.raises(SettingsError, match=r"CHECK_DKIM: .*requirements/postgres.txt"):
        Checker.of(Settings(check_dkim=True))
