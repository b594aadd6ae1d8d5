"""Containers made to hurt: bombs, counts and depths that nobody meant."""

import base64
from collections.abc import Callable
from struct import pack

import pytest

from app.mail.letter import read_letter
from tests.mail import packed
from tests.mail.packed import attribute, element, file, message, prop, tnef
from tests.mail.test_hostile import spent_on
from tests.mail.writing import letter, multipart

_TNEF = b"Content-Type: application/ms-tnef\n\n"
_SMIME = b"Content-Type: application/pkcs7-mime\n\n"
_LETTER = b"Content-Type: message/rfc822\n\n"


def _words(rtf: bytes) -> bytes:
    return _TNEF + tnef(message(prop(packed.RICH_TEXT, packed.BINARY, rtf)))


def _rtf(content: bytes) -> bytes:
    return _words(packed.rtf_as_it_is(b"{\\rtf1 " + content))


def _properties(content: bytes, *, level: int = packed.OF_MESSAGE) -> bytes:
    number = packed.PROPERTIES if level == packed.OF_MESSAGE else packed.FILE_PROPERTIES
    return _TNEF + tnef(attribute(level, number, b"\xff\xff\xff\xff" + content))


def _nested(depth: int, wrap: Callable[[bytes], bytes], core: bytes) -> bytes:
    for _ in range(depth):
        core = wrap(core)
    return core


def _tnef_within(content: bytes) -> bytes:
    body = prop(packed.FILE_OBJECT, packed.OBJECT, bytes(16) + content)
    return tnef(file(b"", body))


def _base64_letter(content: bytes) -> bytes:
    head = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    return head + base64.encodebytes(content)


def _small(number: int) -> bytes:
    return (
        _LETTER + multipart(*[b"Content-Type: text/html\n\n<p>"] * 9) + b"%d" % number
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "an LZFu bomb": lambda: _words(packed.rtf_bomb(100_000_000)),
    "80 LZFu bombs": lambda: multipart(*[_words(packed.rtf_bomb(2_000_000))] * 80),
    "rich text of braces": lambda: _rtf(b"{" * 10_000_000),
    "rich text of fonts": lambda: _rtf(b"\\f1\\f2" * 1_500_000),
    "90 rich texts of fonts": lambda: multipart(*[_rtf(b"\\f1\\f2 a" * 40_000)] * 90),
    "rich text of characters": lambda: _rtf(b"\\u20013?" * 1_000_000),
    "rich text of a long number": lambda: _rtf(b"\\b" + b"9" * 10_000_000),
    "TNEF of empty attributes": lambda: (
        _TNEF + tnef() + pack("<BHHIH", 1, 1, 6, 0, 0) * 1_500_000
    ),
    "TNEF of 1,500,000 files": lambda: (
        _TNEF + tnef() + pack("<BHHIH", 2, packed.RENDERING, 6, 0, 0) * 1_500_000
    ),
    "TNEF of 2 million properties": lambda: _properties(
        pack("<HHI", packed.LONG, 0x3000, 1) * 2_000_000
    ),
    "TNEF of 4 billion values": lambda: _properties(
        pack("<HHI", 0x101F, 0x3000, 2**32 - 1) + bytes(16_000_000)
    ),
    "TNEF of 4 billion large values": lambda: _properties(
        pack("<HHI", 0x1048, 0x3000, 2**32 - 1) * 2, level=packed.OF_FILE
    ),
    "a name of 4 GB": lambda: _properties(
        pack("<HH", 0x1F, 0x8001) + bytes(16) + pack("<II", 1, 2**32 - 1)
    ),
    "TNEF in TNEF, 300 deep": lambda: _TNEF + _nested(300, _tnef_within, tnef()),
    "18 MB of TNEF in TNEF": lambda: (
        _TNEF + _nested(3, _tnef_within, tnef(file(bytes(18_000_000))))
    ),
    "p7m in p7m, 500 deep": lambda: _nested(
        500, lambda core: _SMIME + packed.signed(core), b"\n\nwords"
    ),
    "20 MB of p7m in p7m": lambda: _nested(
        8, lambda core: _SMIME + packed.signed(core), b"\n\n" + b"words\n" * 3_500_000
    ),
    "20 MB signed in small pieces": lambda: (
        _SMIME + packed.signed_in_pieces(b"\n\nwords\n" * 300_000)
    ),
    "elements without an end": lambda: _SMIME + b"\x30\x80" * 5_000_000,
    "elements in one another": lambda: (
        _SMIME + b"\x30\x80" + packed.SIGNED + b"\xa0\x80\x30\x80" + b"\x24\x80" * 10**6
    ),
    "a million empty elements": lambda: _SMIME + element(0x30, b"\x05\x00" * 2_000_000),
    "90 of a million elements": lambda: multipart(
        *[_SMIME + packed.signed_in_pieces(b"x" * 30_000, 1)] * 90
    ),
    "a length of many bytes": lambda: _SMIME + b"\x30\xff" + b"\xff" * 200,
    "a zlib bomb": lambda: _SMIME + packed.compressed(bytes(200_000_000)),
    "90 zlib bombs": lambda: multipart(
        *[_SMIME + packed.compressed(bytes(60_000_000))] * 90
    ),
    "zlib bombs in one another": lambda: _nested(
        8, lambda core: _SMIME + packed.compressed(core), b"\n" + bytes(40_000_000)
    ),
    "letters in letters, 1,500 deep": lambda: _LETTER * 1_500 + b"\n\nwords",
    "letters in letters, each in base64": lambda: _nested(
        30, _base64_letter, b"\n\nwords" * 100
    ),
    "20 MB of a letter in a letter": lambda: (
        _LETTER * 8 + b"\n\n" + b"words\n" * 3_500_000
    ),
    "900 attached letters": lambda: multipart(*map(_small, range(900))),
    "100k signed frames": lambda: letter(
        b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 100_000
    ),
    "100k encrypted blocks": lambda: letter(
        b"-----BEGIN PGP MESSAGE-----\n-----END PGP MESSAGE-----\n" * 20_000
    ),
    "900 texts beside TNEF": lambda: multipart(
        *[b"\n" + bytes(range(48, 91)) * 600] * 800,
        *[_TNEF + tnef(message(prop(packed.BODY, packed.STRING, b"x1 " * 9_000)))] * 90,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_container_ends_soon_and_in_little_memory(name: str) -> None:
    spent = spent_on(HOSTILE[name]())

    assert spent["cpu"] < 2
    assert spent["megabytes"] < 256


def test_what_is_packed_too_deep_stays_a_file() -> None:
    read = read_letter(_nested(20, lambda core: _SMIME + packed.signed(core), b"\n\nx"))

    assert read.faults == ("no_message_id", "no_sender", "no_text", "not_opened")
    assert [part.file_name for part in read.attachments] == ["attachment.p7m"]


def test_a_bomb_leaves_the_rest_of_the_letter_readable() -> None:
    bomb = _SMIME + packed.compressed(bytes(60_000_000))

    read = read_letter(multipart("\nhi", bomb))

    assert read.text == "hi"
    assert len(read.attachments) == 1
