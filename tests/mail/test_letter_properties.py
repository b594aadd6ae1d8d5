"""What holds for every letter, written by whomever."""

import json
import string
from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.mail.identity import content_key
from app.mail.letter import letter_as_json, read_letter
from app.mail.parts.html import Budget, html_to_text
from app.mail.parts.limits import UnreadableLetter
from app.mail.parts.words import read_words

_PIECES = st.sampled_from(
    [
        *(b"\n", b"\r\n", b"\r", b"\n\n", b"--", b"--b", b"--b--", b" ", b"\t", b"\0"),
        *(b"From: ", b"To: ", b"Subject: ", b"Date: ", b"Message-ID: ", b"X: "),
        b"Content-Type: multipart/mixed; boundary=b\n\n",
        b'Content-Type: multipart/alternative; boundary="b"\n',
        b"Content-Type: text/html; charset=gb2312\n",
        b"Content-Type: text/plain; charset=utf-7\n",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22",
        b"Content-Type: application/pkcs7-mime\n\n\x30\x80",
        b"-----BEGIN PGP MESSAGE-----\n",
        b"Content-Disposition: attachment; filename*=gbk''%B0%A1%00\n",
        b"Content-Transfer-Encoding: base64\n\n",
        b"Content-Transfer-Encoding: quoted-printable\n\n",
        b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n",
        *(b"=?utf-8?B?", b"=?gb2312?Q?", b"?=", b"=B0=A1", b"+2AA-", b"=00", b"\x1b$B"),
        *(b'"', b"(", b")", b"<", b">", b"@", b",", b";", b":", b"\\", b"=", b"*0*"),
        *(b"<p style=display:none>", b"<a href=http://x>", b"<!--", b"&#0;", b"<pre>"),
        *("路灯".encode(), "路灯".encode("gbk"), "路燈".encode("big5"), b"\xff", b"a"),
    ]
)
_HOSTILE = st.lists(st.one_of(_PIECES, st.binary(max_size=8)), max_size=60).map(
    b"".join
)

_HANZI = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
_WORDS = st.text(
    st.one_of(st.sampled_from(string.ascii_letters + " ,.!?=_<>@"), _HANZI)
)


def _is_utf8_too(content: bytes) -> bool:
    try:
        return not content.decode().isascii()
    except UnicodeDecodeError:
        return False


@settings(deadline=None)
@given(_HOSTILE)
def test_any_bytes_give_a_letter_that_can_be_stored(raw: bytes) -> None:
    try:
        letter = read_letter(raw)
    except UnreadableLetter:
        return

    printed = json.dumps(letter_as_json(letter), ensure_ascii=False)
    assert "\\u0000" not in printed
    printed.encode()  # a lone surrogate would be refused here
    assert len(content_key(raw, letter)) == 64


@settings(deadline=None)
@given(_HOSTILE)
def test_any_header_value_gives_one_line(value: bytes) -> None:
    text = read_words(value, faults=set())

    assert text == " ".join(text.split("\n"))
    assert "\0" not in text


@settings(deadline=None)
@given(st.text(st.sampled_from("<>/!-=\"' apbrscriptyle&;#x0\n中")))
def test_any_html_is_read_to_its_end(html: str) -> None:
    budget = Budget(tags=10_000, characters=10_000)

    html_to_text(html, budget=budget)

    assert not budget.is_spent


@settings(deadline=None)
@given(
    subject=_WORDS,
    name=_WORDS,
    body=_WORDS,
    charset=st.sampled_from(["utf-8", "gb2312", "gbk", "gb18030", "big5"]),
    encoding=st.sampled_from(["base64", "quoted-printable"]),
)
def test_what_the_standard_library_writes_is_read_back(
    subject: str, name: str, body: str, charset: str, encoding: str
) -> None:
    codec = "gbk" if charset == "gb2312" else charset  # as mail programs do
    body = body.encode(codec, "ignore").decode(codec)
    assume(codec == "utf-8" or not _is_utf8_too(body.encode(codec)))
    message = EmailMessage(policy=SMTP)
    message["From"] = "li@mail.example"
    message["Subject"] = " ".join(subject.split())
    message.set_content(body, charset=codec, cte=encoding)
    message.replace_header("Content-Type", f"text/plain; charset={charset}")
    message.add_attachment(b"\0\xff\r\n", "image", "png", filename=f"a{name}b.png")

    letter = read_letter(message.as_bytes())

    assert letter.subject == " ".join(subject.split())
    assert letter.text.split() == body.split()
    assert letter.attachments[0].content == b"\0\xff\r\n"
    assert letter.attachments[0].file_name == " ".join(f"a{name}b.png".split())
