"""When two letters are the same."""

import base64

import pytest

from app.mail.identity import content_key
from app.mail.letter import read_letter
from tests.mail.writing import letter, multipart


def key(raw: bytes) -> str:
    return content_key(raw, read_letter(raw))


def test_the_way_a_letter_took_makes_it_no_other() -> None:
    raw = letter("one\ntwo\n", to="desk@office.example")
    traced = b"Received: by mx.example\nDelivered-To: desk@office.example\n" + raw

    assert key(traced.replace(b"\n", b"\r\n")) == key(raw)


def test_a_relay_may_change_the_transfer_encoding() -> None:
    coded = letter(
        base64.b64encode("路灯".encode()),
        content_transfer_encoding="base64",
        content_type="text/plain; charset=utf-8",
    )

    assert key(coded) == key(letter("路灯", content_type="text/plain; charset=utf-8"))


@pytest.mark.parametrize(
    "other",
    [
        letter("another body", to="a@office.example"),
        letter("body", to="b@office.example"),
        letter("body", to="a@office.example", cc="c@office.example"),
        letter("body", to="a@office.example", subject="other"),
        letter("body", to="a@office.example", **{"from": "other@mail.example"}),
        letter("body", to="a@office.example", date="Mon, 2 Nov 2026 09:00:00 +0800"),
        letter("body", to="a@office.example", message_id="<2@m.x>"),
    ],
)
def test_what_says_something_else_is_another_letter(other: bytes) -> None:
    assert key(other) != key(letter("body", to="a@office.example"))


def test_an_attachment_makes_a_difference() -> None:
    first = multipart("\nhi", "Content-Type: image/png\n\none")
    second = multipart("\nhi", "Content-Type: image/png\n\ntwo")

    assert key(first) != key(second)


def test_without_a_message_id_the_content_decides() -> None:
    assert key(letter("a", message_id="")) == key(letter("a", message_id=""))
    assert key(letter("a", message_id="")) != key(letter("b", message_id=""))


def test_parts_are_not_run_together() -> None:
    assert key(multipart("\nab", "\nc")) != key(multipart("\na", "\nbc"))


def test_an_unread_letter_is_known_by_its_bytes_below_the_trace() -> None:
    raw = letter()
    traced = b"Return-Path: <a@b.example>\r\nReceived: by mx\r\n\tfor us\r\n" + raw

    assert content_key(traced, None) == content_key(raw, None)
    assert content_key(raw + b"!", None) != content_key(raw, None)
