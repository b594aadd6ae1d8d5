"""What a letter says, and what is attached to it."""

import pytest

from app.mail.letter import read_letter
from app.mail.parts.files import Part
from app.mail.parts.limits import Limits
from app.mail.parts.parameters import safe_file_name
from tests.mail.writing import letter, multipart, word


def text(raw: bytes) -> str:
    return read_letter(raw).text


def files(raw: bytes) -> tuple[Part, ...]:
    return read_letter(raw).attachments


def test_every_inline_text_is_read_not_the_first_alone() -> None:
    raw = multipart("\none", "Content-Type: image/png\n\nx", "\ntwo")

    assert text(raw) == "one\n\ntwo"


def test_an_empty_plain_alternative_gives_way_to_html() -> None:
    raw = multipart("\n \n", "Content-Type: text/html\n\n<p>hi</p>", kind="alternative")

    assert text(raw) == "hi"
    assert read_letter(raw).html_only


@pytest.mark.parametrize(
    ("plain", "read"),
    [
        ("Your client does not support HTML.", "hi"),
        ("This is HTML mail.\n\nPlease open it in a browser!", "hi"),
        ("您的邮件客户端不支持HTML格式。请在浏览器中查看。", "hi"),
        ("Your HTML form is broken. I wrote twice.", None),
        ("The lamp is broken.", None),
    ],
)
def test_a_plain_text_that_only_asks_for_a_browser_gives_way_to_html(
    plain: str, read: str | None
) -> None:
    html = "Content-Type: text/html\n\n<p>hi</p>"

    assert text(multipart(f"\n{plain}", html, kind="alternative")) == (read or plain)


def test_files_beside_html_in_an_alternative_are_kept() -> None:
    related = (
        "Content-Type: multipart/related; boundary=rel\n\n"
        "--rel\nContent-Type: text/html\n\n<p>hi</p>\n"
        "--rel\nContent-Type: application/pdf; name=plan.pdf\n\npdf\n--rel--"
    )
    raw = multipart("\nhi", related, kind="alternative")

    assert text(raw) == "hi"
    assert [file.file_name for file in files(raw)] == ["plan.pdf"]


def test_html_that_repeats_the_plain_text_is_not_read_twice() -> None:
    assert text(multipart("\nhi there", "Content-Type: text/html\n\n<p>hi there")) == (
        "hi there"
    )


def test_a_calendar_is_a_file_and_a_named_text_too() -> None:
    raw = multipart(
        "\nhi",
        "Content-Type: text/calendar\n\nBEGIN:VCALENDAR",
        "Content-Type: text/plain; name=notes.txt\n\nnotes",
    )

    assert text(raw) == "hi"
    assert [file.file_name for file in files(raw)] == ["attachment.ics", "notes.txt"]


def test_a_text_that_is_all_there_is_is_read_though_it_has_a_name() -> None:
    raw = letter("hello", content_disposition="attachment; filename=a.txt")

    assert text(raw) == "hello"
    assert files(raw)[0].content == b"hello"


def test_an_attached_text_is_read_where_nothing_else_says_anything() -> None:
    attached = "Content-Type: text/plain\nContent-Disposition: attachment\n\n"
    inline = "Content-Type: text/plain; name=b.txt\n\n"

    assert text(multipart("\n", f"{attached}one")) == "one"
    assert text(multipart("\n", f"{attached}one", f"{inline}two")) == "two"
    assert text(multipart("\nhi", f"{attached}one")) == "hi"


def test_an_attached_letter_is_kept_as_a_file() -> None:
    inner = "Content-Type: message/rfc822\n\nSubject: inner\n\nwords of another"
    raw = multipart(f"\n{'see below ' * 30}", inner)

    assert text(raw) == ("see below " * 30).strip()
    assert files(raw) == (
        Part(
            file_name="letter.eml",
            media_type="message/rfc822",
            content=b"Subject: inner\n\nwords of another",
        ),
    )


def test_an_encrypted_letter_says_so() -> None:
    read = read_letter(
        multipart(
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            "Content-Type: application/octet-stream; name=secret.asc\n\nxyz",
            kind="encrypted",
        )
    )

    assert read.faults == ("encrypted", "no_text")
    assert len(read.attachments) == 2


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("base64", "dGhlIGxhbXA="),
        ("BASE64 (of course)", "dGhlIGxhbXA="),
        ("base64", "dGhlIGxh\nbXA"),
        ("base64", "dGhlI!GxhbXA="),
        ("base64", "dGhlIA==\nbGFtcA=="),
        ("base64", "dGhlIGxhbXA=\n____________\nlist of the street\n"),
        ("quoted-printable", "the l=61m=\np"),
        ("x-uuencode", "begin 644 a\n(=&AE(&QA;7``\n`\nend"),
        ("x-uuencode", "begin 644 a\n(=&AE(&QA;7\n`\nend"),
        ("7bit", "the lamp"),
        ("something", "the lamp"),
    ],
)
def test_a_transfer_encoding_is_undone_however_broken(
    encoding: str, written: str
) -> None:
    assert text(letter(written, content_transfer_encoding=encoding)) == "the lamp"


def test_plain_text_that_claims_to_be_base64_is_left_alone() -> None:
    words = "These are words, and no base64 at all."

    assert text(letter(words, content_transfer_encoding="base64")) == words


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ('attachment; filename="plan.pdf"', "plan.pdf"),
        ("attachment; filename=my plan.pdf", "my plan.pdf"),
        ("attachment; filename*=UTF-8''%E8%AE%A1%E5%88%92.pdf", "计划.pdf"),
        ("attachment; filename*0*=gbk'zh'%BC%C6; filename*1*=%BB%AE.pdf", "计划.pdf"),
        ("attachment; filename*0=pl; filename*1=an.pdf", "plan.pdf"),
        (f'attachment; filename="{word("计划.pdf", "gb2312")}"', "计划.pdf"),
        ("attachment; filename=plan.pdf; filename*=utf-8''%E8%AE%A1.pdf", "计.pdf"),
        ("attachment; filename*", "attachment.pdf"),
        ("attachment; filename*0*", "attachment.pdf"),
        (r'attachment; filename="C:\dir\plan.pdf"', "plan.pdf"),
        ("attachment", "attachment.pdf"),
    ],
)
def test_a_file_name_is_read_in_every_form(field: str, name: str) -> None:
    part = f"Content-Type: application/pdf\nContent-Disposition: {field}\n\npdf"

    assert [file.file_name for file in files(multipart(part))] == [name]


def test_a_raw_gbk_file_name_is_read() -> None:
    part = b'Content-Type: application/pdf; name="' + "计划.pdf".encode("gbk") + b'"'

    assert files(multipart(part + b"\n\npdf"))[0].file_name == "计划.pdf"


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..", ""),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        (".hidden", "hidden"),
        ("长" * 300 + ".pdf", "长" * 146 + ".pdf"),
        ("\ud800.txt", "txt"),
    ],
)
def test_a_file_name_is_made_safe(written: str, safe: str) -> None:
    assert safe_file_name(written) == safe


def test_a_text_past_the_limit_is_cut_and_says_so() -> None:
    read = read_letter(letter("长\n" * 5_000), limits=Limits(text=100))

    assert len(read.text) <= 100
    assert read.text.startswith("长\n长")
    assert "text_cut" in read.faults


def test_html_past_the_limit_is_cut_but_pictures_in_it_do_not_count() -> None:
    picture = '<img src="data:image/png;base64,' + "A" * 9_000 + '">'
    html = picture + "<p>words</p>" + "<b>x</b>" * 500

    read = read_letter(letter(html, content_type="text/html"), limits=Limits(text=300))

    assert read.text.startswith("words")
    assert "text_cut" in read.faults


def test_nul_bytes_and_lone_surrogates_never_reach_the_text() -> None:
    assert text(letter("a\0b")) == "ab"
    assert text(letter("+2AA-x", content_type="text/plain; charset=utf-7")) == "x"
    assert text(letter("&#0;&#xD800;x", content_type="text/html")) == "\ufffd\ufffdx"
