"""Letters attached to a letter: who wrote them, and what they say."""

import base64

import pytest

from app.mail.letter import letter_as_json, read_letter
from app.mail.parts.limits import Limits
from tests.mail.writing import letter, multipart

_INNER = letter("路灯坏了", **{"from": "Li Yu <liyu@mail.example>"}, subject="lamp")


def attached(content: bytes, kind: str = "message/rfc822") -> bytes:
    return f"Content-Type: {kind}\n\n".encode() + content


def encoded(content: bytes) -> bytes:
    head = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    return head + base64.encodebytes(content)


@pytest.mark.parametrize(
    "part",
    [
        attached(_INNER),
        attached(_INNER, "message/rfc822; name=lamp.eml"),
        attached(_INNER, "application/octet-stream; name=lamp.EML"),
        attached(_INNER, "message/global"),
        attached(_INNER, "text/plain; name=lamp.eml"),
        encoded(_INNER),
    ],
)
def test_an_attached_letter_says_who_wrote_it_and_what(part: bytes) -> None:
    (found,) = read_letter(multipart("\nsee below", part)).attached_letters

    assert found.sender is not None
    assert found.sender.address == "liyu@mail.example"
    assert (found.subject, found.text, found.depth) == ("lamp", "路灯坏了", 1)


def test_a_letter_that_is_nothing_but_an_attached_letter_holds_it() -> None:
    read = read_letter(letter(_INNER, content_type="message/rfc822"))

    assert [found.text for found in read.attached_letters] == ["路灯坏了"]


def test_the_letters_of_a_digest_are_all_there() -> None:
    raw = multipart(b"\n" + _INNER, b"\n" + letter("second"), kind="digest")

    assert [one.text for one in read_letter(raw).attached_letters] == [
        "路灯坏了",
        "second",
    ]


def test_letters_within_attached_letters_come_behind_them() -> None:
    middle = multipart("\nmiddle", attached(_INNER))
    raw = multipart("\nouter", encoded(middle), attached(letter("last")))

    found = read_letter(raw).attached_letters

    assert [(one.depth, one.text) for one in found] == [
        (1, "middle"),
        (2, "路灯坏了"),
        (1, "last"),
    ]


def test_the_files_of_an_attached_letter_are_its_own() -> None:
    inner = multipart("\nhi", "Content-Type: image/png; name=a.png\n\npng")

    read = read_letter(multipart("\nsee", encoded(inner)))

    assert [part.file_name for part in read.attachments] == ["letter.eml"]
    assert [part.file_name for part in read.attached_letters[0].attachments] == [
        "a.png"
    ]


def test_an_attached_letter_past_the_limits_stays_a_file_only() -> None:
    inner = multipart(*["\nx"] * 20)

    read = read_letter(multipart("\nhi", encoded(inner)), limits=Limits(parts=10))

    assert read.attached_letters == ()
    assert "not_opened" in read.faults
    assert len(read.attachments) == 1


def test_only_so_many_attached_letters_are_read() -> None:
    raw = multipart("\nhi", *[attached(_INNER)] * 5)

    read = read_letter(raw, limits=Limits(containers=3))

    assert len(read.attached_letters) == 3
    assert len(read.attachments) == 5
    assert "not_opened" in read.faults


def test_a_report_is_read_and_kept() -> None:
    status = "Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n"

    read = read_letter(multipart("\nNot delivered.", status, kind="report"))

    assert read.text == "Not delivered.\n\nAction: failed\nStatus: 5.1.1"
    assert [part.media_type for part in read.attachments] == ["message/delivery-status"]


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("message/partial; id=a; number=2; total=3", "partial"),
        ("message/external-body; access-type=URL; URL=http://a.example", "elsewhere"),
    ],
)
def test_what_is_elsewhere_is_named_and_kept(kind: str, fault: str) -> None:
    read = read_letter(multipart("\nhi", attached(b"words", kind)))

    assert read.faults == (fault,)
    assert [part.content for part in read.attachments] == [b"words"]


def test_attached_letters_are_printed() -> None:
    printed = letter_as_json(read_letter(multipart("\nhi", attached(_INNER))))

    assert printed["attached_letters"][0]["from"]["address"] == "liyu@mail.example"
    assert printed["encryption"] is None
