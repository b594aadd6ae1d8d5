"""Transfer encodings undone (RFC 2045, section 6), however broken they came."""

import binascii
import re
from typing import Final

from app.mail.parts.faults import Fault


def undo(content: bytes, encoding: str, *, faults: set[Fault]) -> bytes:
    """Return ``content`` without its transfer encoding; never raise."""
    if encoding in _IDENTITY:
        return content
    if encoding in _BASE64:
        return _base64(content, faults)
    if encoding in _QUOTED_PRINTABLE:
        return binascii.a2b_qp(content)
    if encoding in _UUENCODE:
        return _uuencoded(content, faults)
    faults.add(Fault.UNKNOWN_TRANSFER_ENCODING)
    return content


def lenient_base64(content: bytes) -> bytes:
    """Return what base64 there is in ``content``, padded or not."""
    whole = content.translate(None, delete=_NOT_BASE64)
    spare = len(whole) % 4
    if spare == 1:
        whole = whole[:-1]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _base64(content: bytes, faults: set[Fault]) -> bytes:
    padding = content.find(b"=")
    if padding < 0 or not content[padding:].strip(b"= \t\r\n"):
        try:
            decoded = binascii.a2b_base64(content)
        except binascii.Error:
            pass
        else:
            if _all_base64(content):
                return decoded
    faults.add(Fault.BROKEN_BASE64)
    first, *others = _PADDING.split(content, maxsplit=_MOST_PIECES)
    if _rather_text(first):
        return content
    return b"".join(
        lenient_base64(piece) for piece in (first, *others) if not _rather_text(piece)
    )


def _all_base64(content: bytes) -> bool:
    return not content.translate(None, delete=_BASE64_AND_BLANKS)


def _rather_text(content: bytes) -> bool:
    """Whether this is text under a wrong label, or a footer that a list added."""
    content = content[:_SAMPLE]
    words = content.split()
    foreign = len(content.translate(None, delete=_BASE64_AND_BLANKS))
    many_words = len(words) > _FEW_WORDS and len(words) * _SHORT_WORD > len(content)
    return foreign * 10 > len(content) or many_words


def _uuencoded(content: bytes, faults: set[Fault]) -> bytes:
    begin = _UU_BEGIN.search(content)
    decoded = bytearray()
    broken = 0
    for found in _LINE.finditer(content, begin.end() if begin else 0):
        line = found[0]
        if line == b"end" or broken > _MOST_BROKEN:
            break
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            broken += 1
            decoded += _uuencoded_anyway(line)
    if broken:
        faults.add(Fault.BROKEN_UUENCODE)
    return bytes(decoded)


def _uuencoded_anyway(line: bytes) -> bytes:
    """Read a line with too much behind it, or without the blanks at its end."""
    length = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:length].ljust(length))
    except binascii.Error:
        return b""


_IDENTITY: Final = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit"})
_BASE64: Final = frozenset({"base64", "base-64", "b"})
_QUOTED_PRINTABLE: Final = frozenset({"quoted-printable", "quotedprintable", "q"})
_UUENCODE: Final = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_AND_BLANKS: Final = _ALPHABET + b"= \t\r\n"
_NOT_BASE64: Final = bytes(sorted(set(range(256)) - set(_ALPHABET)))
_SAMPLE: Final = 10_000
_FEW_WORDS: Final = 2
_SHORT_WORD: Final = 16
_MOST_PIECES: Final = 1_000
_MOST_BROKEN: Final = 1_000
_UU_BEGIN: Final = re.compile(rb"^begin [^\n]*+\n", re.MULTILINE)
_LINE: Final = re.compile(rb"[^\r\n]++")
_PADDING: Final = re.compile(rb"=[=\s]*+")
