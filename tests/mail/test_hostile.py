"""Letters made to hurt: each ends in a letter or in `UnreadableLetter`, and soon."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from app.mail.letter import read_letter
from app.mail.parts.limits import Limits, UnreadableLetter
from tests.mail.writing import letter, multipart

_HEAD = b"From: a@b.example\r\n"


def _nested(levels: int) -> bytes:
    return _HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(levels)
    )


def _html(content: bytes) -> bytes:
    return _HEAD + b"Content-Type: text/html\r\n\r\n" + content


HOSTILE: dict[str, Callable[[], bytes]] = {
    "100k parts": lambda: multipart(*[b"\nx"] * 100_000),
    "5,000 levels": lambda: _nested(5_000),
    "3,000 letters in one another": lambda: b"Content-Type: message/rfc822\n\n" * 3_000,
    "50k parameters": lambda: (
        b"Content-Disposition: attachment"
        + b"".join(b"; a%d=x" % n for n in range(50_000))
        + b"\n\nx"
    ),
    "20k name pieces": lambda: (
        b"Content-Type: text/plain"
        + b"".join(b";\n name*%d=x" % n for n in range(20_000))
        + b"\n\nx"
    ),
    "20k receivers": lambda: (
        b"To: " + b", ".join(b"a%d@b.example" % n for n in range(20_000)) + b"\n\nx"
    ),
    "1 MB of colons": lambda: b"To: a@b" + b":" * 1_000_000 + b"\n\n",
    "1 MB of quotation marks": lambda: b"To: " + b'"\\"' * 330_000 + b"\n\n",
    "3,000 nested comments": lambda: b"To: " + b"(" * 3_000 + b")" * 3_000 + b"\n\n",
    "1 MB of open comments": lambda: b"To: " + b"(" * 1_000_000 + b"\n\n",
    "5 MB header": lambda: b"Subject: " + b"x" * 5_000_000 + b"\n\n",
    "100k headers": lambda: b"X-A: b\n" * 100_000,
    "1 MB blank header": lambda: b"Content-Type:" + b" " * 1_000_000 + b"x\n\n",
    "5k encoded words": lambda: b"Subject: " + b"=?utf-8?B?5Lit?=\n " * 5_000 + b"\n\n",
    "1 MB of begun words": lambda: b"Subject: " + b"=?a?q?x " * 120_000 + b"?=\n\n",
    "broken base64": lambda: (
        _HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QU=FB*" * 3_000_000
    ),
    "broken quoted-printable": lambda: (
        _HEAD
        + b"Content-Transfer-Encoding: quoted-printable\n\n"
        + b"=Z=\n" * 4_000_000
    ),
    "broken uuencode": lambda: (
        _HEAD
        + b"Content-Type: application/x\nContent-Transfer-Encoding: x-uuencode\n\n"
        + b"begin 644 x\n"
        + b"Mxx\n" * 2_000_000
    ),
    "20 MB of lines that look like boundaries": lambda: multipart(
        b"\n" + b"--\n" * 7_000_000
    ),
    "40 levels above 20 MB": lambda: _nested(40) + b"\n" + b"\n" * 20_000_000,
    "20 MB of no characters": lambda: (
        _HEAD
        + b"Content-Type: text/plain; charset=gb2312\n\n"
        + b"\xff\xd2" * 10_000_000
    ),
    "20 MB of nested div": lambda: _html(b"<div>" * 4_000_000),
    "20 MB of paragraphs": lambda: _html(b"<p>x</p>" * 2_500_000),
    "tags never closed": lambda: _html(b"<a x" * 5_000_000),
    "quotation marks that swallow tags": lambda: _html(b'<a x="> "' * 2_000_000),
    "comments never closed": lambda: _html(b"<!--" * 5_000_000),
    "50 MB in one line": lambda: _HEAD + b"\n" + b"x" * 50_000_000,
    "9 MB in one line": lambda: _HEAD + b"\n" + b"> " * 4_500_000,
    "titles never closed": lambda: _html(b"<title>" * 3_000_000),
}

# The peak is read from /proc: ru_maxrss still counts the parent that was forked.
_READ = """
import json, re, sys, time
from pathlib import Path
from app.mail.letter import read_letter
from app.mail.parts.limits import UnreadableLetter
raw = sys.stdin.buffer.read()
begun = time.process_time()
try:
    read_letter(raw)
except UnreadableLetter:
    pass
status = Path("/proc/self/status").read_text()
print(json.dumps({
    "cpu": time.process_time() - begun,
    "megabytes": int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024,
}))
"""


def spent_on(raw: bytes) -> dict[str, float]:
    """Return the CPU seconds and megabytes that another process reads ``raw`` in."""
    done = subprocess.run(
        [sys.executable, "-c", _READ],
        input=raw,
        capture_output=True,
        check=True,
        timeout=60,
    )
    spent: dict[str, float] = json.loads(done.stdout)
    return spent


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_letter_ends_soon_and_in_little_memory(name: str) -> None:
    spent = spent_on(HOSTILE[name]())

    assert spent["cpu"] < 2
    assert spent["megabytes"] < 256


@pytest.mark.parametrize(
    ("raw", "limits", "reason"),
    [
        (letter("x" * 100), Limits(size=100), "too_large"),
        (_nested(4), Limits(depth=3), "too_deep"),
        (multipart("\na", "\nb"), Limits(parts=2), "too_many_parts"),
        (letter(), Limits(header_fields=2), "too_many_header_fields"),
        (letter(subject="x" * 99), Limits(header_bytes=99), "header_too_large"),
        (letter("x" * 101), Limits(line=100), "line_too_long"),
        (letter("x\n" + "x" * 101 + "\nx"), Limits(line=100), "line_too_long"),
    ],
)
def test_past_a_limit_a_letter_is_not_read(
    raw: bytes, limits: Limits, reason: str
) -> None:
    with pytest.raises(UnreadableLetter) as caught:
        read_letter(raw, limits=limits)

    assert caught.value.reason == reason
    assert caught.value.code == "unreadable_letter"


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: text/plain; name*\n\nx",
        b"Content-Type: text/plain; name*0*\n\nx",
        b"Content-Type: multipart/mixed; boundary=\n\n--\nx",
        b'Content-Type: multipart/mixed; boundary=""\n\n--\nx',
        b"Content-Type: /\n\nx",
        b'To: "\nCc: (c):\nFrom: =?utf-8?Q?=0D=0Aa?= <a@b>\nMessage-ID: <[..@x]>\n\nx',
        b"Date: 99 Foo 99999 99:99:99 +99999\n\nx",
        b"Subject: =?utf-8?B?=?=\n\nx",
    ],
)
def test_what_makes_the_standard_parser_stumble_is_read(raw: bytes) -> None:
    assert read_letter(raw).text.endswith("x")


def test_a_line_of_just_the_limit_is_read() -> None:
    raw = letter(f"{'x' * 100}\n{'y' * 100}")

    assert read_letter(raw, limits=Limits(line=100)).text.endswith("y")
