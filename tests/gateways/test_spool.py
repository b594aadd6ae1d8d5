import os
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways.spool import NoLetters, letters_in, spool_at
from tests.needs import shared

MOST = 2**20
FROM = b"From zhang@example.org Mon Nov  2 09:00:00 2026\n"

OTHERS = {
    "cut.eml": b"",
    "notes.txt": b"Dear all: a text",
    "outlook.msg": b"\xd0\xcf\x11\xe0",
    "picture": b"\x89PNG\r\n",
}


def quoted(letter: bytes) -> bytes:
    """Return ``letter`` with its From lines quoted (mboxrd)."""
    return re.sub(rb"^(>*From )", rb">\1", letter, flags=re.MULTILINE)


def contents(path: Path, *, most: int = MOST) -> list[bytes | None]:
    return [
        letter.content
        for file in spool_at(path).files
        for letter in letters_in(file, most=most)
    ]


def test_an_eml_is_one_letter(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(b"Subject: a\n\nFrom here on\n")

    assert contents(path) == [b"Subject: a\n\nFrom here on\n"]


def test_an_mbox_holds_letters_one_after_another(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(FROM + b"Subject: a\n\none\n\n" + FROM + b"Subject: b\n\ntwo\n\n")

    assert contents(path) == [b"Subject: a\n\none\n", b"Subject: b\n\ntwo\n"]


def test_an_mbox_may_have_line_ends_of_the_other_kind(tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_bytes(
        (FROM + b"a: b\n\none\n\n" + FROM + b"\ntwo\n").replace(b"\n", b"\r\n")
    )

    assert contents(path) == [b"a: b\r\n\r\none\r\n", b"\r\ntwo\r\n"]


def test_quoted_from_lines_are_unquoted(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(FROM + b"\n>From here\n>>From there\n> From nowhere\n")

    assert contents(path) == [b"\nFrom here\n>From there\n> From nowhere\n"]


def test_a_sentence_that_begins_with_from_is_no_separator(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(FROM + b"\none\n\nFrom now on the lamp is dark.\n")

    assert contents(path) == [b"\none\n\nFrom now on the lamp is dark.\n"]


def test_a_separator_within_a_paragraph_is_text(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(FROM + b"\none\n" + FROM + b"two\n")

    assert contents(path) == [b"\none\n" + FROM + b"two\n"]


def test_a_maildir_is_read_with_its_folders(tmp_path: Path) -> None:
    for folder in ("new", "cur", "tmp", ".Sent/new", ".Sent/cur", ".Sent/tmp"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "new/1.a").write_bytes(b"a")
    (tmp_path / "cur/2.b:2,S").write_bytes(b"b")
    (tmp_path / "tmp/3.c").write_bytes(b"c")
    (tmp_path / ".Sent/cur/4.d").write_bytes(b"d")
    (tmp_path / "dovecot.index").write_bytes(b"x")

    assert set(contents(tmp_path)) == {b"a", b"b", b"d"}


def test_a_folder_gives_what_is_named_as_a_letter(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("one.EML", "deep/two.eml", "12", "three.mbox", "notes.txt"):
        (tmp_path / name).write_bytes(b"a: b\n")

    assert [file.name for file in spool_at(tmp_path).files] == [
        "12", "two.eml", "one.EML", "three.mbox",
    ]  # fmt: skip


def test_a_file_that_begins_like_a_letter_is_one_whatever_it_is_called(
    tmp_path: Path,
) -> None:
    for name in ("a", "b.raw", "c.txt", "d.msg", "e.2026-11-02"):
        (tmp_path / name).write_bytes(b"From: a@example.org\nSubject: s\n\ntext\n")

    assert len(contents(tmp_path)) == 5


def test_what_is_no_letter_is_passed_over_and_named(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(b"a: b\n")
    for name in ("notes.txt", "picture", "outlook.msg", "cut.eml"):
        (tmp_path / name).write_bytes(OTHERS[name])

    passed_over = spool_at(tmp_path).passed_over
    assert [path.name for path in passed_over] == sorted(OTHERS)


def test_nobody_misses_what_mail_programs_note_for_themselves(tmp_path: Path) -> None:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    for name in ("cur/1.a", "tmp/2.b", "dovecot-uidlist", ".uidvalidity", "Sent.msf"):
        (tmp_path / name).write_bytes(b"x")

    assert spool_at(tmp_path).passed_over == ()


def test_a_folder_without_letters_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"x")

    with pytest.raises(NoLetters):
        spool_at(tmp_path)


def test_a_letter_that_is_too_large_does_not_keep_the_next_away(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(FROM + b"\n" + b"x" * 2_000 + b"\n\n" + FROM + b"\ntwo\n")

    assert contents(path, most=1_000) == [None, b"\ntwo\n"]


def test_an_endless_line_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(FROM + b"\n" + b"x" * 30 * 2**20)
    tracemalloc.start()
    found = contents(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found == [None]
    assert peak < 4 * MOST


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [b"", b"a", b"From a@b Mon Nov  2 09:00:00 2026", b">From"]
            ),
            max_size=5,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_was_put_into_an_mbox_comes_out_again(
    tmp_path_factory: pytest.TempPathFactory, letters: list[list[bytes]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "property.mbox"
    written = [b"\n" + b"".join(line + b"\n" for line in lines) for lines in letters]
    path.write_bytes(b"".join(FROM + quoted(letter) + b"\n" for letter in written))

    assert contents(path) == written


@pytest.mark.parametrize("quote", [bytes, quoted])
def test_a_length_that_is_true_is_believed(
    tmp_path: Path, quote: Callable[[bytes], bytes]
) -> None:
    body = b"one\n\n" + FROM + b"\ntwo\n"
    told = quote(body)
    letter = b"a: b\nContent-Length: %d\n\n" % len(told)
    path = tmp_path / "old.mbox"
    path.write_bytes((FROM + letter + told + b"\n") * 2 + FROM + b"\nlast\n")

    assert contents(path) == [letter + body, letter + body, b"\nlast\n"]


@pytest.mark.parametrize("length", [0, 3, 40, 10**14])
def test_a_length_that_is_wrong_is_not(tmp_path: Path, length: int) -> None:
    letter = b"Content-Length: %d\n\none\n" % length
    path = tmp_path / "old.mbox"
    path.write_bytes((FROM + letter + b"\n") * 2)

    assert contents(path) == [letter] * 2


def test_a_body_that_is_told_to_be_too_large_is_passed_over(tmp_path: Path) -> None:
    body = b"x" * 2_000 + b"\n"
    path = tmp_path / "old.mbox"
    path.write_bytes(
        FROM + b"Content-Length: %d\n\n" % len(body) + body + b"\n" + FROM + b"\ntwo\n"
    )

    assert contents(path, most=1_000) == [None, b"\ntwo\n"]
    assert sum(one.size for one in letters_in(path, most=1_000)) == path.stat().st_size


def test_the_line_before_a_letter_is_told(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(FROM + b"a: b\n\none\n")

    assert [one.separator for one in letters_in(path, most=MOST)] == [FROM]


def test_an_mbox_without_a_telling_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "Inbox").write_bytes(FROM + b"\none\n")
    (tmp_path / "Inbox.msf").write_bytes(b"<mdb:mork:z>")

    assert contents(tmp_path) == [b"\none\n"]


def test_what_is_empty_or_no_file_holds_no_letters(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").touch()
    os.mkfifo(tmp_path / "pipe.eml")

    for path in (tmp_path, *tmp_path.iterdir(), tmp_path / "nowhere"):
        with pytest.raises(NoLetters):
            spool_at(path)


def test_every_size_adds_up_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes((FROM + b"a: b\n\none\n\n") * 5)

    read = sum(letter.size for letter in letters_in(path, most=MOST))
    assert read == path.stat().st_size


def test_real_letters_are_read_whole() -> None:
    folder = shared("mail")
    for file in sorted(folder.rglob("*.eml"))[:50]:
        raw = file.read_bytes()
        if not raw.startswith(b"From "):
            assert [one.content for one in letters_in(file, most=MOST)] == [raw]
