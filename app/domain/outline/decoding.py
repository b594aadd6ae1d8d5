"""Bytes to text: which of the encodings of Chinese sites a file was saved in.

Sites give UTF-8 (with or without a mark), GB18030 (often called GB2312 or GBK, of
both of which it is a superset) and, from word processors, UTF-16 with a mark.
"""

import codecs
from typing import Final

from app.domain.outline.faults import NotANotice

_TOLERATED: Final = 200
"""One unreadable character in so many bytes is damage, more is another encoding."""


def decode_notice(content: bytes) -> str:
    """Return the text of a file; a few damaged characters become U+FFFD.

    Raises:
        NotANotice: The bytes are no text in any of these encodings.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _without_nul(_decoded(content, "utf-16"))
    if content.startswith(codecs.BOM_UTF8):
        return _without_nul(_decoded(content, "utf-8-sig"))
    for encoding in ("utf-8", "gb18030"):
        try:
            return _without_nul(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _without_nul(_least_damaged(content))


def _decoded(content: bytes, encoding: str) -> str:
    text = content.decode(encoding, errors="replace")
    if _is_garbled(text, len(content)):
        raise _unreadable(content, encoding)
    return text


def _least_damaged(content: bytes) -> str:
    readings = [
        (content.decode(encoding, errors="replace"), encoding)
        for encoding in ("utf-8", "gb18030")
    ]
    text, encoding = min(readings, key=lambda reading: reading[0].count("\ufffd"))
    if _is_garbled(text, len(content)):
        raise _unreadable(content, encoding)
    return text


def _is_garbled(text: str, size: int) -> bool:
    return text.count("\ufffd") > 1 + size // _TOLERATED


def _unreadable(content: bytes, encoding: str) -> NotANotice:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return NotANotice("its bytes are no readable text", line=line)
    return NotANotice("its bytes are no readable text")


def _without_nul(text: str) -> str:
    # A stray NUL prints nothing, and PostgreSQL refuses it in a text column.
    if text.count("\0") > 1 + len(text) // _TOLERATED:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise NotANotice("it holds binary data", line=line)
    return text.replace("\0", "")
