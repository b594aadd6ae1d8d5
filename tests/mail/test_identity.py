"""When two letters are the same."""

import base64

import pytest

from app.mail.identity import content_key, is_timeless
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


def test_the_same_bytes_in_another_charset_are_other_words() -> None:
    content = "测试一下".encode("gbk")
    gbk = letter(content, content_type="text/plain; charset=gbk")
    big5 = letter(content, content_type="text/plain; charset=big5")

    assert key(gbk) != key(big5)
    assert key(gbk) == key(gbk.replace(b"=gbk", b'="GBK"'))


def test_the_name_of_a_file_makes_a_difference_and_the_way_to_write_it_none() -> None:
    plain = "Content-Type: image/png\nContent-Disposition: attachment; filename{}\n\nx"
    first, coded, other = (
        multipart("\nhi", plain.format(name))
        for name in ("=a.png", "*=utf-8''%61.png", "=b.png")
    )

    assert key(first) == key(coded)
    assert key(first) != key(other)


def test_words_before_the_parts_make_a_difference_unless_a_program_put_them() -> None:
    raw = multipart("Content-Type: application/pdf; name=a.pdf\n\nx")

    def begun(words: bytes) -> bytes:
        return raw.replace(b"\n\n--edge", b"\n\n" + words + b"\n--edge", 1)

    assert key(begun(b"the lamp")) != key(begun(b"the water"))
    assert key(begun(b"A message in MIME format.")) == key(raw)


@pytest.mark.parametrize("sign", ["date", "message_id"])
def test_a_letter_without_date_and_message_id_is_of_no_time(sign: str) -> None:
    values = {"date": "Mon, 2 Nov 2026 09:00:00 +0800", "message_id": "<2@m.x>"}
    bare = {"date": "", "message_id": ""}

    assert is_timeless(read_letter(letter(**bare)))
    assert not is_timeless(read_letter(letter(**{**bare, sign: values[sign]})))


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
