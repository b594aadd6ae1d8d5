"""Files are told apart by their place, their name and how they begin."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checking.kinds import Kind, kind_of
from app.gateways.openings import has_headers

LETTER = b"From: a@example.org\nSubject: s\n\ntext\n"
SEPARATOR = b"From a@example.org Mon Nov  2 09:00:00 2026\n"


@pytest.mark.parametrize(
    ("place", "head", "kind"),
    [
        ("one.eml", b"no header at all", Kind.LETTER),
        ("one.eml", SEPARATOR + LETTER, Kind.LETTER),
        ("17", LETTER, Kind.LETTER),
        ("notes.txt", b"Dear all: a text", Kind.OTHER),
        ("notes.txt", LETTER, Kind.LETTER),
        ("mails/notes.txt", b"no header at all", Kind.LETTER),
        ("mails/first.txt", SEPARATOR + LETTER, Kind.LETTER),
        ("archive.txt", SEPARATOR + LETTER, Kind.MBOX),
        ("archive", SEPARATOR + LETTER, Kind.MBOX),
        ("mails/archive.mbox.txt", b"From -\n" + LETTER, Kind.MBOX),
        ("mbox/first", b"From -\n" + LETTER, Kind.MBOX),
        ("expected/one.eml", LETTER, Kind.OTHER),
        ("mails/one.json", b"{}", Kind.OTHER),
        ("README.md", b"Subject: x\nFrom: y\n", Kind.OTHER),
        ("picture", b"\x89PNG\r\n", Kind.OTHER),
        ("winmail.tnef", b"broken", Kind.TNEF),
        ("winmail.dat", b"\x78\x9f\x3e\x22", Kind.TNEF),
        (".hidden", LETTER, Kind.OTHER),
    ],
)
def test_a_file_is_what_its_place_name_and_beginning_say(
    place: str, head: bytes, kind: Kind
) -> None:
    assert kind_of(Path(place), head) is kind


def test_whatever_lies_in_a_maildir_is_a_letter(tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()

    assert kind_of(tmp_path / "cur" / "1.host:2,S", b"anything") is Kind.LETTER
    assert kind_of(tmp_path / "tmp" / "1.host", b"anything") is Kind.OTHER


def test_one_common_header_is_not_enough_and_a_telling_one_is() -> None:
    assert not has_headers(b"Subject: this is how many texts begin\n\n")
    assert has_headers(b"\xef\xbb\xbf\nSubject: s\n  folded\nTo: b@example.org\n\n")
    assert has_headers(b"Received: from a\n")


@given(st.binary(max_size=200), st.text(max_size=20))
def test_every_file_has_a_kind(head: bytes, name: str) -> None:
    name = name.replace("/", "").replace("\0", "")

    assert kind_of(Path("folder", name), head) in Kind
