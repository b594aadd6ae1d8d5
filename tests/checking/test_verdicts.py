"""What can be said of a letter without any expectation."""

import pytest

from app.checking.verdicts import has_replacement, held_reason, is_empty_wrongly
from app.mail.letter import read_letter
from app.mail.parts.limits import Limits
from app.mail.reading import read


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"From: a@example.org\n\ntext\n", None),
        (b"From: a@example.org\n\n", "empty"),
        (b"From: a@example.org\nSubject: the lamp is dark\n\n", None),
        (b"From: nobody\n\ntext\n", "no_sender"),
        (b"Auto-Submitted: auto-replied\n\ntext\n", "automatic (auto_submitted)"),
        (b"X: y\n" * 50 + b"\ntext\n", "unreadable (too_many_header_fields)"),
    ],
)
def test_a_letter_is_held_for_what_its_bytes_say(raw: bytes, reason: str) -> None:
    assert held_reason(read(raw, limits=Limits(header_fields=40))) == reason


def test_a_letter_whose_text_was_cut_is_not_called_empty() -> None:
    reading = read(b"From: a@example.org\n\ntext\n", limits=Limits(text=0))

    assert held_reason(reading) == "unreadable (text_cut)"


@pytest.mark.parametrize("place", ["Subject: {}", "From: {} <a@example.org>", "\n{}"])
def test_a_character_that_cannot_be_read_is_seen_wherever_it_is(place: str) -> None:
    raw = f"{place.format(chr(0xFFFD))}\n\n"

    assert has_replacement(read_letter(raw.encode()))
    assert not has_replacement(read_letter(raw.replace("\ufffd", "x").encode()))


def test_only_a_letter_without_text_that_has_some_is_empty_wrongly() -> None:
    says = b"Content-Type: text/plain\n\ntext\n"
    silent = b"Content-Type: text/plain\n\n\n"

    assert is_empty_wrongly(read_letter(silent), says)
    assert not is_empty_wrongly(read_letter(silent), silent)
    assert not is_empty_wrongly(read_letter(says), says)


def test_what_is_encrypted_or_attached_as_a_letter_is_not_empty_wrongly() -> None:
    inner = b"Content-Type: message/rfc822\n\nSubject: s\n\ntext\n"
    sealed = b"\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n"

    assert read_letter(sealed).text == ""
    assert not is_empty_wrongly(read_letter(inner), inner)
    assert not is_empty_wrongly(read_letter(sealed), sealed)
