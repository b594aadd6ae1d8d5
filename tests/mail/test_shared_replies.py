"""Replies that nobody here wrote, in the folder beside the project, where it is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.passages import own_words
from app.mail.letter import read_letter
from app.mail.quoting.quoted import mark

_SHARED = Path(__file__).parents[3] / "shared" / "mail"

pytestmark = pytest.mark.skipif(
    not _SHARED.is_dir(), reason="the shared letters are not beside the project"
)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _shown(text: str) -> str:
    return _folded(own_words(text, mark(text)))


def _replies(expectation: str) -> Iterator[tuple[str, str, str]]:
    """Return each reply's name, what is shown of it and what should be."""
    folder = _SHARED / "crisp-reply"
    cases: dict[str, dict[str, Any]] = json.loads(
        (folder / "expected.json").read_text(encoding="utf-8")
    )
    for name, case in cases.items():
        if case[expectation] is not None:
            text = (folder / "fixtures" / name).read_bytes().decode()
            yield name, _shown(text), _folded(case[expectation])


def test_of_asserted_replies_all_but_one_are_cut_where_they_should_be() -> None:
    replies = list(_replies("asserted_first"))
    wrong = [name for name, ours, theirs in replies if ours != theirs]

    assert len(replies) > 20
    # It has a quote below the tail of a telephone, with nothing to tell it by.
    assert wrong == ["email_german_3.txt"]


def test_most_replies_are_shown_as_the_reference_shows_them() -> None:
    replies = list(_replies("ref_visible"))
    same = [name for name, ours, theirs in replies if ours == theirs]

    assert len(same) >= 0.8 * len(replies)


def test_what_we_show_less_of_a_reply_than_the_reference_is_no_word_of_its_writer() -> (
    None
):
    less = {
        name: theirs.replace(ours, "")
        for name, ours, theirs in _replies("ref_visible")
        if len(ours) < len(theirs)
    }

    assert sorted(less) == [
        "email_7.txt",  # the broken end of a quoted line
        "email_8.txt",  # the same
        "email_custom_quote_header.txt",  # a Hungarian attribution
        "email_thread.txt",  # an attribution over three lines
    ]


def test_replies_of_real_programs_are_one_word() -> None:
    shown = {
        path.name: own_words(letter.text, mark(letter.text))
        for path in sorted((_SHARED / "talon/mails/standard_replies").iterdir())
        if (letter := read_letter(path.read_bytes()))
    }

    assert len(shown) > 5
    assert set(shown.values()) == {"Hello"}


def test_real_signatures_are_known() -> None:
    folder = _SHARED / "talon/expected/fixtures/signature/emails/stripped"
    pairs = [
        (path, path.with_name(path.name.replace("_body", "_signature")))
        for path in sorted(folder.glob("*_body"))
    ]
    assert pairs
    for body, signature in pairs:
        text = body.read_text(encoding="utf-8")
        expected = signature.read_text(encoding="utf-8")

        assert f"{_shown(text)} {_folded(expected)}" == _folded(text), body
