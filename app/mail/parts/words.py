"""Header values as text: folded lines, encoded words (RFC 2047), raw 8-bit bytes."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.mail.parts.charset import decode, is_chinese
from app.mail.parts.faults import Fault
from app.mail.parts.labels import codec_named
from app.mail.parts.transfer import lenient_base64


def read_words(
    value: bytes, *, faults: set[Fault], hint: str = "", told: str = ""
) -> str:
    """Return an unstructured header value as one line of text.

    ``hint`` is the charset of the letter's body, tried on raw 8-bit bytes; ``told``
    the one that a person chose.
    """
    line = unfold(value, faults=faults, hint=hint, told=told)
    return one_line(expand(line, faults=faults, told=told))


def unfold(value: bytes, *, faults: set[Fault], hint: str = "", told: str = "") -> str:
    """Return ``value`` on one line, encoded words still as they are."""
    if b"\n" in value:
        value = value.replace(b"\r\n", b"").replace(b"\n", b"")
    if value.isascii():
        return value.decode("ascii")
    faults.add(Fault.RAW_HEADER)
    label = hint if is_chinese(codec_named(hint)) else ""
    return decode(value, label=label, told=told).text


def expand(text: str, *, faults: set[Fault], told: str = "") -> str:
    """Return ``text`` with its encoded words decoded, wherever they stand.

    Neighbours in one charset are decoded together: many programs cut a character in
    two between them, which section 5 forbids.
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    place = 0
    run: list[_Word] = []
    for word in _words(text, faults):
        between = text[place : word.start]
        if between.strip() or not run:
            out += (_decoded(run, faults, told), between)
            run = []
        elif word.codec != run[-1].codec:
            out.append(_decoded(run, faults, told))
            run = []
        run.append(word)
        place = word.stop
    out += (_decoded(run, faults, told), text[place:])
    return "".join(out)


def one_line(text: str) -> str:
    """Return ``text`` with no control character, line end or surplus blank in it."""
    return _BLANKS.sub(" ", text).strip()


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    stop: int
    label: str
    content: bytes

    @property
    def codec(self) -> str:
        return codec_named(self.label) or self.label


def _words(text: str, faults: set[Fault]) -> Iterator[_Word]:
    """Find the encoded words; the end of each is looked for once only."""
    close = -1
    start = text.find("=?")
    while start >= 0:
        head = _HEAD.match(text, start)
        if head is None:
            start = text.find("=?", start + 2)
            continue
        if close < head.end():
            close = text.find("?=", head.end())
            close = len(text) if close < 0 else close
        stop, after = close, min(close + 2, len(text))
        next_word = text.find("=?", head.end(), close)
        if close == len(text) or (next_word >= 0 and _HEAD.match(text, next_word)):
            faults.add(Fault.BROKEN_ENCODED_WORD)
            limit = close if next_word < 0 else next_word
            blank = _BLANK.search(text, head.end(), limit)
            stop = after = blank.start() if blank else limit
        payload = text[head.end() : stop].encode("utf-8", "replace")
        yield _Word(start, after, head[1], _payload(payload, head[2]))
        start = text.find("=?", after)


def _payload(payload: bytes, encoding: str) -> bytes:
    if encoding in "Bb":
        return lenient_base64(payload)
    return binascii.a2b_qp(payload, header=True)


def _decoded(run: list[_Word], faults: set[Fault], told: str) -> str:
    if not run:
        return ""
    content = b"".join(word.content for word in run)
    found = decode(content, label=run[0].label.casefold(), told=told)
    if found.fault is not None:
        faults.add(found.fault)
    return found.text


_HEAD: Final = re.compile(r"=\?([^?\s]{1,60}+)\?([BbQq])\?")
_BLANK: Final = re.compile(r"\s")
_BLANKS: Final = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]+")
