"""The second look tells what was sent, and whether there is text, by naive means."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checking.second_look import holds_text, sends_replacement
from tests.mail import packed as pack

BROKEN = "\ufffd"


def part(content: bytes, kind: str = "text/plain", charset: str = "utf-8") -> bytes:
    """Return a letter with nothing but this, as base64."""
    head = f"Content-Type: {kind}; charset={charset}\nContent-Transfer-Encoding: base64"
    return head.encode() + b"\n\n" + base64.encodebytes(content)


@pytest.mark.parametrize(
    "raw",
    [
        f"Subject: {BROKEN}\n\ntext\n".encode(),
        part(f"a{BROKEN}b".encode()),
        part(f"a{BROKEN}b".encode("gb18030"), charset="gb18030"),
        part(b"<p>&#65533;</p>", kind="text/html"),
        b"Subject: =?gb18030?B?hDGkNw==?=\n\ntext\n",
    ],
)
def test_a_replacement_character_that_was_sent_is_seen(raw: bytes) -> None:
    assert sends_replacement(raw)


@pytest.mark.parametrize(
    "raw",
    [
        part("电梯".encode("gbk"), charset="gb2312"),
        part("电梯".encode("gbk"), charset="utf-8"),
        b"Subject: =?utf-8?B?1/+//w==?=\n\ntext\n",
    ],
)
def test_bytes_that_nobody_can_read_are_no_replacement_character(raw: bytes) -> None:
    assert not sends_replacement(raw)


@pytest.mark.parametrize(
    "raw",
    [
        part(b"text"),
        part(b"<style>p {}</style><p>text</p>", kind="text/html"),
        part(
            pack.tnef(pack.message(pack.prop(0x1000, 0x1F, "text"))),
            "application/ms-tnef",
        ),
        part(
            pack.signed(b"Content-Type: text/plain\n\ntext"), "application/pkcs7-mime"
        ),
    ],
)
def test_text_is_found_in_whatever_holds_it(raw: bytes) -> None:
    assert holds_text(raw)


@pytest.mark.parametrize(
    "raw",
    [
        part(b" \n"),
        part(b"<style>p {}</style><p>&nbsp;</p>", kind="text/html"),
        part(b"text", kind="image/png"),
        b"Content-Type: message/partial; id=a; number=2\n\nJVBERi0=\n",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x--\n\nan epilogue\n",
    ],
)
def test_where_there_is_no_text_none_is_found(raw: bytes) -> None:
    assert not holds_text(raw)


def test_a_letter_that_the_library_cannot_read_is_no_text() -> None:
    nested = b"Content-Type: message/rfc822\n\n" * 2_000

    assert not holds_text(nested)
    assert not sends_replacement(nested)


@given(st.binary(max_size=300))
def test_a_second_look_comes_to_an_end_whatever_the_bytes_are(raw: bytes) -> None:
    assert sends_replacement(raw) in {True, False}
    assert holds_text(b"Content-Type: text/html\n\n" + raw) in {True, False}
