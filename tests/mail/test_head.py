"""The head of a letter that cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.head import telling_head
from app.mail.letter import read_letter
from app.mail.parts.limits import Limits, UnreadableLetter
from tests.mail.writing import word

STRICT = Limits(header_fields=6, header_bytes=60_000, line=9_000)


def test_it_says_who_wrote_what_behind_thousands_of_fields() -> None:
    fields = f"From: Li <li@m.example>\nSubject: {word('路灯', 'gbk')}\n x"
    raw = b"X: y\n" * 6_000 + fields.encode() + b"\n\nhello"

    with pytest.raises(UnreadableLetter):
        read_letter(raw)

    read = read_letter(telling_head(raw))
    assert (read.subject, read.text) == ("路灯 x", "")
    assert read.sender is not None
    assert read.sender.address == "li@m.example"


def test_the_first_of_a_field_counts_and_nothing_of_the_body() -> None:
    raw = b"Subject: one\r\nSUBJECT: two\r\n\r\nFrom: b@m.example\r\n"

    assert telling_head(raw) == b"Subject: one\r\n\r\n"


@given(st.binary(max_size=200) | st.text("From: \r\n\tSubject").map(str.encode))
def test_it_is_within_the_limits_whatever_the_bytes_are(raw: bytes) -> None:
    many = b"\n".join([raw, b"From: " + raw * 50, b"To: a@b.example,\n " * 900, raw])

    head = telling_head(many)

    assert len(head) <= len(many)
    assert read_letter(head, limits=STRICT).text == ""
