"""Letters of ours as messages: what citizens wrote cannot get into their headers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.mail.letter import read_letter
from app.mail.outgoing import OutgoingLetter, compose

PLAIN = OutgoingLetter(
    message_id="<1.2@office.example>",
    sender_name="回音",
    sender_address="office@office.example",
    reply_to="office+r1.2@office.example",
    to="li@street.example",
    subject="回执",
    body="您好",
    in_reply_to="<one@street.example>",
    references=(),
    date=datetime(2026, 11, 24, tzinfo=UTC),
    automatic=True,
)
HOSTILE = "<=?utf-8?Q?a=40b=3E=0D=0AReply-To:_thief=40evil.example?=@b>"


@pytest.mark.parametrize("word", ["=?utf-8?Q?a=0D=0Ab?=", "=?utf-8?B?YQ0KYg==?="])
def test_an_identifier_with_an_encoded_word_is_none(word: str) -> None:
    raw = f"Message-ID: <{word}@b>\r\nReferences: <{word}@b> <c@d>\r\n\r\nx"
    letter = read_letter(raw.encode())

    assert letter.message_id is None
    assert letter.references == ("<c@d>",)


def test_nothing_that_would_end_its_line_gets_into_a_header() -> None:
    with pytest.raises(ValueError, match="line end"):
        compose(replace(PLAIN, in_reply_to=HOSTILE))


def test_a_long_identifier_stays_one() -> None:
    name = f"<{'a' * 300}@street.example>"
    written = compose(replace(PLAIN, in_reply_to=name)).as_bytes()

    assert f"In-Reply-To: {name}".encode() in written


def test_one_that_is_too_long_to_be_quoted_is_left_out() -> None:
    name = f"<{'a' * 900}@street.example>"

    assert "In-Reply-To" not in compose(replace(PLAIN, in_reply_to=name))
