"""A second look at a letter, by the standard library's parser and nothing of ours.

It is naive, and asked only where our reading is in doubt: whether characters that
nobody can read were sent so, and whether there is text where we found none.
"""

import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Final

MOST_BYTES: Final = 20 * 2**20
"""A larger letter is not looked at again; nothing is claimed of it."""

REPLACEMENT: Final = "\ufffd"


def sends_replacement(raw: bytes) -> bool:
    """Return whether U+FFFD was sent: as UTF-8, in the charset named, or as an entity.

    Parts are looked at without their transfer encoding, headers word by word.
    """
    if REPLACEMENT.encode() in raw or len(raw) > MOST_BYTES:
        return True
    try:
        return any(_has_replacement(*piece) for piece in _pieces(_parsed(raw)))
    except Exception:  # noqa: BLE001 - the library fails on some letters in many ways
        return False


def holds_text(raw: bytes) -> bool:
    """Return whether some part, as far as can be told naively, can be read.

    That is a text that is not blank once tags are taken out of HTML; in TNEF, a body's
    property; in what is signed as a whole, a letter within.
    """
    if len(raw) > MOST_BYTES:
        return False
    try:
        return any(map(_is_readable, _walk(_parsed(_without_epilogue(raw)))))
    except Exception:  # noqa: BLE001 - the library fails on some letters in many ways
        return False


def _parsed(raw: bytes) -> Message:
    return BytesParser(policy=compat32).parsebytes(raw)


def _without_epilogue(raw: bytes) -> bytes:
    """Return ``raw`` up to its last boundary; the library mistakes some epilogues."""
    boundary = _parsed(raw).get_boundary()
    end = raw.find(f"--{boundary}--".encode()) if boundary else -1
    return raw if end < 0 else raw[:end]


def _walk(part: Message) -> Iterator[Message]:
    """Yield all parts; what is in a piece of a letter is no part."""
    yield part
    if part.is_multipart() and part.get_content_type() != "message/partial":
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from _walk(inner)


def _pieces(message: Message) -> Iterator[tuple[bytes, str]]:
    """Yield the bytes of all texts and encoded words, each with its charset."""
    for part in message.walk():
        for value in map(str, part.values()):
            for word, charset in decode_header(value):
                content = word if isinstance(word, bytes) else word.encode()
                yield content, charset or ""
        if not part.is_multipart():
            yield _content(part), str(part.get_content_charset() or "")


def _has_replacement(content: bytes, charset: str) -> bool:
    if REPLACEMENT.encode() in content or _ENTITY.search(content):
        return True
    try:
        return REPLACEMENT in content.decode(charset or "ascii")
    except (LookupError, ValueError):
        return False


def _is_readable(part: Message) -> bool:
    kind, content = part.get_content_type(), _content(part)
    if kind in _SIGNED:
        return b"Content-Type: text/" in content
    if kind in _TNEF:
        return any(sign in content for sign in _TNEF_BODIES)
    if part.is_multipart() or kind not in _READABLE:
        return False
    if kind == "text/html":
        content = _TAG.sub(b" ", _shown(content))
    return any(byte > _SPACE for byte in content.replace(b"&nbsp;", b""))


def _shown(html: bytes) -> bytes:
    """Return ``html`` without the elements whose text no browser shows."""
    html = html.lower()
    for name in _UNSEEN:
        kept, place = [], 0
        while (start := html.find(b"<" + name, place)) >= 0:
            kept.append(html[place:start])
            end = html.find(b"</" + name, start)
            place = end if end >= 0 else len(html)
        html = b" ".join([*kept, html[place:]])
    return html


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


_READABLE: Final = frozenset({"text/plain", "text/html", "text/enriched"})
_SIGNED: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_TNEF_BODIES: Final = (
    b"\x0c\x80\x02\x00",
    b"\x1e\x00\x00\x10",
    b"\x1f\x00\x00\x10",
    b"\x02\x01\x09\x10",
    b"\x02\x01\x13\x10",
)
"""The attribute attBody, and the properties body, compressed RTF and HTML, as they
stand in a file ([MS-OXTNEF] 2.1.3.4, [MS-OXPROPS])."""

_SPACE: Final = 0x20
_TAG: Final = re.compile(rb"<[^<>]*>")
_UNSEEN: Final = (b"head", b"style", b"script")
_ENTITY: Final = re.compile(rb"&#(?:65533|[xX][fF]{3}[dD]);")
