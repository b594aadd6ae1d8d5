"""Letters and their expectations are found whatever way they are laid out."""

import json
import os
from pathlib import Path

import pytest

from app.checking.collection import Entry, What, entries
from app.mail.parts.limits import Limits
from app.mail.reading import read

LETTER = b"From: a@example.org\nSubject: The lift\n\nHello\n"
SEPARATOR = b"From a@example.org Mon Nov  2 09:00:00 2026\n"
SUBJECT = {"name": "subject", "value": {"Text": "The lift"}}
STRUCTURE = {
    "text_body": [0],
    "attachments": [],
    "parts": [{"headers": [SUBJECT], "body": {"Text": "Hello"}}],
}


def put(path: Path, content: bytes | str | object = LETTER) -> Path:
    """Write a file; what is no text is written as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        written = content if isinstance(content, str) else json.dumps(content)
        path.write_text(written, encoding="utf-8")
    return path


def found(*places: Path, most: int = 1_000) -> list[Entry]:
    return list(entries(places, most=most))


def names(what: What, *places: Path, most: int = 1_000) -> list[str]:
    """Return the names of the entries that are ``what``."""
    return [
        Path(entry.name).name
        for entry in found(*places, most=most)
        if entry.what is what
    ]


def points(*places: Path) -> list[str]:
    """Return the names of all points that are compared, each with whether it agrees."""
    said = []
    for entry in found(*places):
        reading = read(entry.raw, limits=Limits())
        compared = [*entry.compare()]
        for judge in entry.judges:
            compared += judge(reading)
        said += [f"{'+' if one.agrees else '-'}{one.name}" for one in compared]
    return said


def test_a_letter_alone_is_a_letter_and_says_nothing_more(tmp_path: Path) -> None:
    one = put(tmp_path / "one.eml")

    assert names(What.LETTER, one) == names(What.LETTER, tmp_path) == ["one.eml"]
    assert points(tmp_path) == []


@pytest.mark.parametrize(
    ("letter", "expectation"),
    [
        ("one.eml", "one.json"),
        ("one.eml", "one.eml.json"),
        ("mails/one.eml", "expected/one.json"),
        ("mails/a/one.eml", "expected/a/one.json"),
        ("a/one.eml", "a/expected/one.json"),
    ],
)
def test_an_expectation_beside_or_in_expected_is_compared(
    tmp_path: Path, letter: str, expectation: str
) -> None:
    put(tmp_path / letter)
    put(tmp_path / expectation, STRUCTURE)

    assert points(tmp_path) == ["+stalwart.subject", "+stalwart.text_complete"]


def test_of_two_expectations_of_one_name_the_one_for_the_folder_counts(
    tmp_path: Path,
) -> None:
    put(tmp_path / "mails/a/one.eml")
    put(tmp_path / "expected/a/one.json", STRUCTURE)
    put(tmp_path / "expected/b/one.json", STRUCTURE | {"text_body": []})

    assert "+stalwart.text_complete" in points(tmp_path)


def test_an_expectation_for_other_line_ends_is_compared_with_such_a_letter(
    tmp_path: Path,
) -> None:
    put(tmp_path / "one.eml")
    put(tmp_path / "one.crlf.json", STRUCTURE)
    (variant,) = (one for one in found(tmp_path) if one.what is What.VARIANT)

    assert variant.raw == LETTER.replace(b"\n", b"\r\n")
    assert points(tmp_path) == ["+stalwart.subject", "+stalwart.text_complete"]


def test_each_letter_of_an_mbox_counts_and_their_number_is_compared(
    tmp_path: Path,
) -> None:
    put(tmp_path / "all.mbox.txt", 2 * (SEPARATOR + LETTER + b"\n"))
    put(tmp_path / "all.unix-offsets.json", 2 * [{"mboxMarkerOffset": 0}])

    assert names(What.LETTER, tmp_path) == ["all.mbox.txt:1", "all.mbox.txt:2"]
    assert points(tmp_path) == ["+mbox.letters"]


def test_files_that_are_no_letters_are_counted_apart(tmp_path: Path) -> None:
    for name in ("README.md", "a.py", "b.html", "notes.txt"):
        put(tmp_path / name, "no letter")
    for folder in ("new", "cur"):
        put(tmp_path / folder / "1.host")

    assert names(What.LETTER, tmp_path) == ["1.host", "1.host"]
    assert len(names(What.OTHER, tmp_path)) == 4


def test_texts_that_a_document_tells_of_are_compared_and_are_no_letters(
    tmp_path: Path,
) -> None:
    put(tmp_path / "fixtures/f.txt", "From: a@example.org\nTo: b@example.org\n\ntext")
    put(tmp_path / "fixtures/r.txt", "From: a@example.org\nTo: b@example.org\n\ntext")
    case = {"body": "f", "subject": None, "result": {"forwarded": False}}
    put(tmp_path / "expected.json", [case])
    put(tmp_path / "other.json", {"r.txt": {"ref_visible": "something else"}})
    compared = ["+forwards.no_false_forward", "-replies.ref_visible"]

    assert names(What.TEXT, tmp_path) == ["f.txt", "r.txt"]
    assert names(What.LETTER, tmp_path) == []
    assert points(tmp_path) == points(tmp_path / "fixtures") == compared


def test_replies_and_signatures_are_compared_by_the_files_beside_them(
    tmp_path: Path,
) -> None:
    put(tmp_path / "mails/standard_replies/one.eml")
    put(tmp_path / "mails/two.eml")
    put(tmp_path / "expected/two_reply_text", "Good bye")
    put(tmp_path / "expected/signature/x_body", "Hello\n\n-- \nAnna\n")
    put(tmp_path / "expected/signature/x_signature", "-- \nAnna\n")

    assert sorted(points(tmp_path)) == [
        "+replies.reply_text",
        "+replies.signature",
        "-replies.reply_text",
    ]


def test_decoded_parts_and_lists_of_names_are_found(tmp_path: Path) -> None:
    put(tmp_path / "mails/one.msg")
    xml = '<message><header/><text-body name="one_1.txt"/></message>'
    put(tmp_path / "expected/one_decoded.xml", xml)
    put(tmp_path / "expected/one_1.txt", "Hello")
    put(tmp_path / "two.tnef", b"\x78\x9f\x3e\x22\x01\x00")
    put(tmp_path / "two.list", "plan.pdf\n")

    assert points(tmp_path) == ["-tnef.names", "+mime4j.texts"]


def test_expectations_in_no_form_say_nothing(tmp_path: Path) -> None:
    put(tmp_path / "one.eml")
    put(tmp_path / "one.json", "no JSON")
    put(tmp_path / "one_decoded.xml", "no XML")
    put(tmp_path / "expected.json", '"forwarded" no JSON')

    assert points(tmp_path) == []


def test_letters_that_are_too_large_are_told_and_pipes_are_left_alone(
    tmp_path: Path,
) -> None:
    put(tmp_path / "large.eml", LETTER * 100)
    put(tmp_path / "all.mbox", SEPARATOR + LETTER * 100 + b"\n" + SEPARATOR + LETTER)
    os.mkfifo(tmp_path / "pipe.eml")

    assert names(What.TOO_LARGE, tmp_path) == ["all.mbox:1", "large.eml"]
    assert names(What.LETTER, tmp_path) == ["all.mbox:2"]
