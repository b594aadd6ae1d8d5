"""Forwarded letters that nobody here wrote, in the folder beside the project."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.mail.forwarding.forwarded import Forward, read_forward, unquoted

_SHARED = Path(__file__).parents[3] / "shared" / "mail" / "crisp-forward"

pytestmark = pytest.mark.skipif(
    not _SHARED.is_dir(), reason="the shared forwards are not beside the project"
)


def _fixture(name: str) -> str:
    return (_SHARED / "fixtures" / f"{name}.txt").read_text(encoding="utf-8")


def _cases(
    *, forwarded: bool, asserted: str = ""
) -> Iterator[tuple[dict[str, Any], str, Forward | None]]:
    """Yield the expectation, the text and what is read in it."""
    for case in json.loads((_SHARED / "expected.json").read_text(encoding="utf-8")):
        if case["result"]["forwarded"] is not forwarded:
            continue
        if case.get("skip", {}).get(asserted):
            continue
        text = _fixture(case["body"])
        subject = _fixture(case["subject"]) if case["subject"] else ""
        yield case["result"], text, read_forward(text, subject=subject)


def _lines(text: str | None) -> list[str]:
    return [line.strip("\ufeff ") for line in (text or "").split("\n")]


def test_every_sender_is_read_with_name_and_address() -> None:
    read = [
        (
            found is not None
            and found.sender is not None
            and found.sender.address == result["email"]["from"]["address"]
            and found.sender.name == (result["email"]["from"]["name"] or "")
        )
        for result, _, found in _cases(forwarded=True)
    ]

    assert len(read) == 100
    assert all(read)


def test_every_subject_is_read() -> None:
    wrong = [
        found
        for result, _, found in _cases(forwarded=True)
        if found is None or found.subject != result["email"]["subject"]
    ]

    assert wrong == []


@pytest.mark.parametrize("kind", ["to", "cc"])
def test_every_recipient_is_read(kind: str) -> None:
    wrong = [
        found
        for result, _, found in _cases(forwarded=True, asserted=kind)
        if found is None
        or [(each.address, each.name or None) for each in getattr(found, kind)]
        != [(each["address"], each["name"]) for each in result["email"][kind]]
    ]

    assert wrong == []


def test_every_text_is_read_whole() -> None:
    wrong = [
        found
        for result, text, found in _cases(forwarded=True, asserted="body")
        if found is None
        or _lines(unquoted(text, found.body, depth=found.depth))
        != _lines(result["email"]["body"])
    ]

    assert wrong == []


def test_every_note_is_read_whole() -> None:
    wrong = [
        found
        for result, text, found in _cases(forwarded=True, asserted="message")
        if found is None or _lines(found.note.of(text)) != _lines(result["message"])
    ]

    assert wrong == []


def test_nothing_is_taken_for_a_forward_that_is_none() -> None:
    found = [found for _, _, found in _cases(forwarded=False)]

    assert len(found) == 7
    assert found == [None] * 7
