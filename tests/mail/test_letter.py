"""The facts of a letter: who, to whom, when, in answer to what."""

from datetime import UTC, datetime

import pytest

from app.mail.letter import read_letter
from tests.mail.writing import letter


def test_sender_and_receivers_are_named() -> None:
    read = read_letter(
        letter(
            reply_to="Li <home@mail.example>",
            to="desk@office.example, Wu <wu@office.example>",
            cc="c@office.example",
            delivered_to="desk@office.example",
            x_original_to="opinions@office.example",
        )
    )

    assert read.reply_to is not None
    assert read.reply_to.address == "home@mail.example"
    assert [box.address for box in read.to] == [
        "desk@office.example",
        "wu@office.example",
    ]
    assert [box.address for box in read.cc] == ["c@office.example"]
    assert read.delivered_to == ("desk@office.example", "opinions@office.example")


def test_a_sender_whom_nothing_reaches_is_none() -> None:
    read = read_letter(letter(**{"from": "The Neighbours"}))

    assert read.sender is None
    assert "no_sender" in read.faults


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Mon, 2 Nov 2026 09:30:00 +0800", datetime(2026, 11, 2, 1, 30, tzinfo=UTC)),
        ("2 Nov 26 09:30 GMT", datetime(2026, 11, 2, 9, 30, tzinfo=UTC)),
        (
            "Mon, 2 Nov 2026 09:30:60 -0000",
            datetime(2026, 11, 2, 9, 30, 59, tzinfo=UTC),
        ),
        ("星期一, 2 Nov 2026 09:30:00 +0000", datetime(2026, 11, 2, 9, 30, tzinfo=UTC)),
    ],
)
def test_a_date_is_a_moment_in_utc(written: str, meant: datetime) -> None:
    assert read_letter(letter(date=written)).date == meant


@pytest.mark.parametrize(
    "written",
    ["yesterday", "Mon, 32 Nov 2026 09:30:00 +0800", "31 Dec 9999 23:59:59 -2359", ","],
)
def test_a_date_that_never_was_is_none_and_told(written: str) -> None:
    read = read_letter(letter(date=written))

    assert read.date is None
    assert "bad_date" in read.faults


def test_letters_that_it_answers_are_named_once_each() -> None:
    read = read_letter(
        letter(in_reply_to="<b@m.x>", references="<a@m.x>\n <b@m.x> <a@m.x>")
    )

    assert read.in_reply_to == ("<b@m.x>",)
    assert read.references == ("<a@m.x>", "<b@m.x>")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<a@m.x>", "<a@m.x>"),
        ("(spam) <a@m.x> more", "<a@m.x>"),
        ("a@m.x", "<a@m.x>"),
        ("<[a..b@m.x]>", "<[a..b@m.x]>"),
        ("<>", None),
        ("two words", None),
        ("<" + "a" * 2_000 + "@m.x>", None),
        ("", None),
    ],
)
def test_a_message_id_is_well_formed_or_none(written: str, meant: str | None) -> None:
    assert read_letter(letter(message_id=written)).message_id == meant
