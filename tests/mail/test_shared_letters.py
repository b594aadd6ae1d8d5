"""Letters that nobody here wrote, in the folder beside the project, where it is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.mail.identity import content_key
from app.mail.letter import Letter, letter_as_json, read_letter
from app.mail.parts.html import Budget, html_to_text

_SHARED = Path(__file__).parents[3] / "shared" / "mail"

pytestmark = pytest.mark.skipif(
    not _SHARED.is_dir(), reason="the shared letters are not beside the project"
)


def _files(folder: str = "") -> Iterator[Path]:
    return (path for path in sorted((_SHARED / folder).rglob("*")) if path.is_file())


def _letters(folder: str) -> list[Letter]:
    return [read_letter(path.read_bytes()) for path in _files(f"{folder}/mails")]


def _expectations() -> Iterator[tuple[dict[str, Any], Letter]]:
    """Return what stalwart says of each letter, and what we read in it."""
    for path in _files("stalwart/expected"):
        name = path.relative_to(_SHARED / "stalwart/expected").as_posix()
        with_cr = name.endswith(".crlf.json")
        stem = name.removesuffix(".json").removesuffix(".crlf")
        raw = (
            _SHARED / "stalwart/mails" / f"{stem.removesuffix('.eml')}.eml"
        ).read_bytes()
        if with_cr:
            raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        yield json.loads(path.read_text()), read_letter(raw)


def _header(expected: dict[str, Any], name: str, kind: str) -> Any:
    """Return the last value of a header of the letter itself, of that kind."""
    values = [
        header["value"][kind]
        for header in expected["parts"][0]["headers"]
        if header["name"] == name and isinstance(header["value"], dict)
        if kind in header["value"]
    ]
    return values[-1] if values else None


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _texts(expected: dict[str, Any]) -> list[str]:
    bodies = [expected["parts"][number]["body"] for number in expected["text_body"]]
    return [
        body["Text"]
        if "Text" in body
        else html_to_text(body["Html"], budget=Budget(10_000, 1_000_000))
        for body in bodies
        if isinstance(body, dict) and ("Text" in body or "Html" in body)
    ]


def test_every_file_whatever_it_is_gives_a_letter_that_can_be_stored() -> None:
    for path in _files():
        raw = path.read_bytes()
        letter = read_letter(raw)
        printed = json.dumps(letter_as_json(letter), ensure_ascii=False)
        printed.encode()
        assert "\\u0000" not in printed, path
        assert content_key(raw, letter), path


def test_only_one_letter_has_a_replacement_character_that_was_not_sent() -> None:
    broken = [
        path.name
        for path in _files()
        if "mails" in path.parts
        if b"\xef\xbf\xbd" not in path.read_bytes()
        if "\ufffd" in read_letter(path.read_bytes()).text
    ]

    assert broken == ["mail_test_6"]  # cut in the middle of a character


def test_subjects_are_those_that_stalwart_reads() -> None:
    pairs = [
        (_header(expected, "subject", "Text"), letter.subject)
        for expected, letter in _expectations()
    ]
    wrong = [
        (theirs, ours)
        for theirs, ours in pairs
        if theirs is not None and "\ufffd" not in theirs
        if _folded(theirs) != _folded(ours)
    ]

    assert len(pairs) > 80
    assert not wrong


def test_senders_are_those_that_stalwart_reads() -> None:
    wrong = []
    for expected, letter in _expectations():
        boxes = (_header(expected, "from", "Address") or {}).get("List", ())
        address = boxes[0]["address"] if boxes else None
        ours = letter.sender.address if letter.sender else None
        if address is not None and "@" in address and address != ours:
            wrong.append((address, ours))

    assert not wrong


def test_every_text_that_stalwart_finds_is_in_ours() -> None:
    seen = 0
    for expected, letter in _expectations():
        for text in _texts(expected):
            if "\ufffd" not in text:
                seen += 1
                assert _folded(text) in _folded(letter.text)

    assert seen > 80


def test_bounces_are_known_by_their_headers() -> None:
    letters = [*_letters("flufl-bounce")]
    letters += [
        read_letter(path.read_bytes())
        for path in _files("sisimai/mails")
        if "not" not in path.parts
    ]
    known = [letter for letter in letters if letter.automatic]

    assert len(letters) > 370
    assert len(known) >= 0.97 * len(letters)


def test_replies_of_people_are_not_taken_for_machines() -> None:
    letters = [*_letters("talon"), *_letters("enmime"), *_letters("mime4j")]

    assert not [letter.subject for letter in letters if letter.automatic]
