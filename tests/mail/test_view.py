"""What a held letter's page shows beside its text, and a letter read as told."""

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.letter import read_letter
from app.mail.parts.limits import Limits
from app.mail.reading import Reading, read
from app.mail.sanitised import is_harmless
from app.mail.view import View, Wish

BOTH = b"""\
From: li@example.org
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

plain
--b
Content-Type: text/html

<p>rich<script>x</script>
--b--
"""


def reading(raw: bytes, **wish: Any) -> Reading:
    return read(raw, limits=Limits(), wish=Wish(view=True, **wish))


def view(raw: bytes, **wish: object) -> View:
    found = reading(raw, **wish).view
    assert found is not None
    return found


def big5(charset: str = "gb2312") -> bytes:
    """Return a letter in Big5 that says it is in something else."""
    subject = b64encode("路燈壞了".encode("big5"))
    return (
        b"Subject: =?" + charset.encode() + b"?B?" + subject + b"?=\n"
        b"From: =?" + charset.encode() + b"?B?" + subject + b"?= <li@example.org>\n"
        b"Content-Type: text/html; charset=" + charset.encode() + b"\n\n<p>"
        + "請儘快修理".encode("big5")
    )  # fmt: skip


def test_nobody_who_asks_for_no_view_gets_one() -> None:
    assert read(BOTH, limits=Limits()).view is None


def test_the_page_comes_only_when_it_is_asked_for() -> None:
    assert (view(BOTH).has_page, view(BOTH).page) == (True, "")
    assert view(BOTH, page=True).page == "<p>rich</p>"


def test_what_is_attached_is_no_page() -> None:
    attached = BOTH.replace(
        b"text/html\n", b"text/html\nContent-Disposition: attachment\n"
    )

    assert not view(attached, page=True).has_page


def test_the_head_is_shown_as_it_came() -> None:
    raw = "From: a\r\nX: 路灯\a\r\n y\r\n\r\nbody".encode()

    assert view(raw).head == "From: a\nX: 路灯\n y"


def test_a_letter_is_read_in_the_charset_that_a_person_chose() -> None:
    found = reading(big5(), as_charset="big5-hkscs", page=True)

    assert found.letter is not None
    assert found.letter.subject == "路燈壞了"
    assert found.letter.sender is not None
    assert found.letter.sender.name == "路燈壞了"
    assert found.letter.text == "請儘快修理"
    assert found.view is not None
    assert found.view.page == "<p>請儘快修理</p>"


def test_file_names_are_read_in_it_too() -> None:
    name = b64encode("路燈.txt".encode("big5"))
    raw = b'Content-Type: text/plain; name="=?gb2312?B?' + name + b'?="\n\nx'

    letter = read_letter(raw, as_charset="big5")

    assert letter.attachments[0].file_name == "路燈.txt"


def test_what_is_surely_utf_8_stays_so_whatever_a_person_chose() -> None:
    letter = read_letter("Subject: 路灯坏了\n\n巷口的路灯".encode(), as_charset="big5")

    assert (letter.subject, letter.text) == ("路灯坏了", "巷口的路灯")


def test_bytes_that_are_no_character_there_are_marked() -> None:
    letter = read_letter(b"\n\xff\xff\x80 \xc2\xb7\xb5\xc6", as_charset="gb18030")

    assert "路灯" in letter.text
    assert "broken_characters" in letter.faults


@pytest.mark.parametrize("charset", ["", "no-such-charset"])
def test_no_charset_chosen_is_as_ever(charset: str) -> None:
    assert read_letter(big5(), as_charset=charset) == read_letter(big5())


@given(st.binary(max_size=400), st.sampled_from(["", "big5-hkscs", "iso-2022-jp"]))
def test_any_bytes_have_a_view_and_its_page_is_harmless(
    raw: bytes, charset: str
) -> None:
    raw = b"Content-Type: text/html\n\n" + raw

    assert is_harmless(view(raw, page=True, as_charset=charset).page)
