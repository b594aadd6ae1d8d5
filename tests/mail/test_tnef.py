"""winmail.dat: the letter is what is in there."""

from collections.abc import Callable
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.letter import Letter, read_letter
from app.mail.packed.tnef import BrokenTnef, read_envelope, read_tnef
from app.mail.parts.html import Budget
from tests.mail import packed
from tests.mail.packed import attribute, file, message, prop, tnef
from tests.mail.writing import letter, multipart

_HEAD = b"Content-Type: application/ms-tnef; name=winmail.dat\n\n"


def with_tnef(*attributes: bytes, beside: str = "\n", page: int = 936) -> Letter:
    content = tnef(*attributes, code_page=page)
    return read_letter(multipart(beside, _HEAD + content))


def test_the_plain_text_in_winmail_dat_is_the_letters() -> None:
    read = with_tnef(message(prop(packed.BODY, packed.UNICODE, "路灯坏了")))

    assert read.text == "路灯坏了"
    assert read.attachments == ()
    assert read.faults == ()


def test_a_text_in_the_code_page_of_whoever_packed_it_is_read() -> None:
    read = with_tnef(message(prop(packed.BODY, packed.STRING, "路灯坏了")))

    assert read.text == "路灯坏了"


def test_html_in_winmail_dat_is_read_where_there_is_no_plain_text() -> None:
    html = "<meta charset=utf-8><p>路灯</p>".encode()

    read = with_tnef(message(prop(packed.HTML, packed.BINARY, html)), page=65001)

    assert read.text == "路灯"
    assert read.html_only


@pytest.mark.parametrize("pack_rtf", [packed.rtf_as_it_is, packed.rtf_compressed])
def test_rich_text_in_winmail_dat_is_read(pack_rtf: Callable[[bytes], bytes]) -> None:
    rtf = rb"{\rtf1\ansi\ansicpg936 \'c2\'b7\'b5\'c6\par}"

    read = with_tnef(message(prop(packed.RICH_TEXT, packed.BINARY, pack_rtf(rtf))))

    assert read.text == "路灯"


def test_what_stands_beside_winmail_dat_is_not_read_twice() -> None:
    words = "The lamp at the river is broken, please mend it. See http://a.example ."
    within = "The lamp at the river is broken,\r\nplease mend it. See\r\n"

    read = with_tnef(
        message(prop(packed.BODY, packed.STRING, within)), beside="\n" + words
    )

    assert read.text == words


def test_what_only_winmail_dat_says_is_read_beside_a_footer() -> None:
    read = with_tnef(
        message(prop(packed.BODY, packed.UNICODE, "路灯坏了")), beside="\n-- a list"
    )

    assert read.text == "-- a list\n\n路灯坏了"


def test_files_in_winmail_dat_have_their_long_names() -> None:
    read = with_tnef(
        file(b"pdf", prop(packed.LONG_NAME, packed.UNICODE, "计划.pdf")),
        file(
            b"png",
            prop(0x3704, packed.STRING, "PLAN~1.PNG"),
            prop(packed.LONG_NAME, packed.STRING, "计划 二.png"),
            prop(packed.MEDIA_TYPE, packed.STRING, "image/PNG"),
        ),
        attribute(packed.OF_FILE, packed.RENDERING, bytes(14))
        + attribute(packed.OF_FILE, packed.FILE_CONTENT, b"old")
        + attribute(packed.OF_FILE, packed.TITLE, "旧.doc\0".encode("gbk")),
    )

    assert [
        (part.file_name, part.media_type, part.content) for part in read.attachments
    ] == [
        ("计划.pdf", "application/octet-stream", b"pdf"),
        ("计划 二.png", "image/png", b"png"),
        ("旧.doc", "application/octet-stream", b"old"),
    ]


def test_properties_with_names_of_their_own_are_passed_over() -> None:
    read = with_tnef(
        message(
            packed.named("Keywords", "lamps"), prop(packed.BODY, packed.UNICODE, "路灯")
        )
    )

    assert read.text == "路灯"


def test_a_letter_within_winmail_dat_is_an_attached_letter() -> None:
    inner = tnef(
        message(
            prop(packed.SUBJECT, packed.UNICODE, "路灯"),
            prop(0x0042, packed.UNICODE, "李雨"),
            prop(0x5D02, packed.UNICODE, "liyu@mail.example"),
            packed.moment(0x0039, 134_066_448_000_000_000),
            prop(packed.BODY, packed.UNICODE, "坏了三盏"),
        )
    )
    within = prop(packed.FILE_OBJECT, packed.OBJECT, bytes(16) + inner)

    read = with_tnef(file(b"", within, prop(0x3001, packed.UNICODE, "路灯")))

    (found,) = read.attached_letters
    assert (found.subject, found.text) == ("路灯", "坏了三盏")
    assert found.sender is not None
    assert (found.sender.name, found.sender.address) == ("李雨", "liyu@mail.example")
    assert found.date is not None
    assert found.date.year == 2025
    assert [part.file_name for part in read.attachments] == ["路灯.eml"]


def test_an_address_in_winmail_dat_writes_no_header() -> None:
    inner = tnef(
        message(
            prop(packed.SUBJECT, packed.STRING, "a\r\nTo: b@c.example"),
            prop(0x5D02, packed.STRING, "a@b.example>\r\nCc: <d@e.example"),
        )
    )
    within = prop(packed.FILE_OBJECT, packed.OBJECT, bytes(16) + inner)

    (found,) = with_tnef(file(b"", within)).attached_letters

    assert found.subject == "a To: b@c.example"
    assert found.sender is None
    assert found.to == ()


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: application/octet-stream; name=winmail.dat\n\n",
        b"Content-Type: application/x-unknown\n\n",
        b"Content-Type: APPLICATION/vnd.ms-tnef\n\n",
    ],
)
def test_tnef_is_known_by_its_signature_whatever_it_is_called(head: bytes) -> None:
    content = tnef(message(prop(packed.BODY, packed.UNICODE, "路灯")))

    assert read_letter(multipart("\n", head + content)).text == "路灯"


def test_winmail_dat_with_nothing_to_read_stays_a_file() -> None:
    read = with_tnef()

    assert [part.file_name for part in read.attachments] == ["winmail.dat"]
    assert read.faults == ("no_text",)


def test_winmail_dat_that_is_no_tnef_stays_a_file() -> None:
    read = read_letter(multipart("\nhi", _HEAD + b"words"))

    assert [part.content for part in read.attachments] == [b"words"]


def test_tnef_with_more_files_than_a_letter_may_have_stays_a_file() -> None:
    read = with_tnef(*[file(b"x")] * 1_001, beside="\nhi")

    assert read.faults == ("not_opened",)
    assert [part.file_name for part in read.attachments] == ["winmail.dat"]


def test_a_letter_that_is_nothing_but_tnef_is_read() -> None:
    content = tnef(message(prop(packed.BODY, packed.UNICODE, "路灯")))

    assert read_letter(letter(content, content_type="application/ms-tnef")).text == (
        "路灯"
    )


_PIECES = st.sampled_from(
    [
        message(prop(packed.BODY, packed.UNICODE, "路灯")),
        message(prop(packed.RICH_TEXT, packed.BINARY, packed.rtf_bomb(9_000))),
        message(packed.moment(0x0039, 2**64 - 1)),
        file(b"x", prop(packed.LONG_NAME, packed.STRING, "a.txt")),
        attribute(packed.OF_MESSAGE, packed.PROPERTIES, b"\xff" * 40),
        attribute(packed.OF_FILE, packed.FILE_PROPERTIES, pack("<IHHI", 9, 31, 1, 9)),
        pack("<BHHI", 1, packed.PROPERTIES, 6, 2**32 - 1),
        pack("<BHHI", 2, packed.FILE_CONTENT, 6, 2**32 - 1),
    ]
)


@settings(deadline=None)
@given(st.lists(st.one_of(_PIECES, st.binary(max_size=12)), max_size=8), st.binary())
def test_any_tnef_gives_what_there_is(pieces: list[bytes], code_page: bytes) -> None:
    page = attribute(packed.OF_MESSAGE, packed.CODE_PAGE, code_page)
    content = packed.tnef() + page + b"".join(pieces)
    try:
        found = read_tnef(content, budget=Budget(1_000, 1_000), most_files=5)
    except BrokenTnef:
        return

    assert len(found.enclosures) <= 5
    assert sum(len(part.content) for part in found.enclosures) <= len(content)
    read_envelope(content, budget=Budget(1_000, 1)).subject.encode()


@settings(deadline=None)
@given(st.lists(st.one_of(_PIECES, st.binary(max_size=12)), max_size=8))
def test_any_tnef_gives_a_letter_that_can_be_stored(pieces: list[bytes]) -> None:
    read = with_tnef(*pieces)

    read.text.encode()
    assert all(part.file_name.encode() for part in read.attachments)
