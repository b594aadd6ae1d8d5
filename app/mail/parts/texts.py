"""A part of a letter as text: decoded, and readable."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.mail.parts.charset import Decoded, decode
from app.mail.parts.faults import Fault
from app.mail.parts.html import html_to_text
from app.mail.parts.labels import WIDE, codec_named
from app.mail.parts.parameters import ContentType
from app.mail.parts.tally import Tally


@dataclass(slots=True, eq=False)
class Text:
    """A text that has been read."""

    text: str
    charset: str
    is_html: bool
    may_repeat: bool = False
    """Whether it comes from what often says again what stands beside it."""

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing."""
        return not self.text or self.text.isspace()

    @property
    def is_stub(self) -> bool:
        """Whether it only asks for a program that shows its HTML."""
        if len(self.text) > _SHORT or not _STUB.search(self.text):
            return False
        return all(
            _STUB.search(sentence)
            for sentence in _SENTENCE_END.split(self.text)
            if sentence and not sentence.isspace()
        )


def is_html(media_type: str) -> bool:
    """Return whether what is of this type is HTML."""
    return media_type in {"text/html", "application/xhtml+xml"}


def is_readable(media_type: str) -> bool:
    """Return whether what is of this type was written to be read."""
    if media_type.startswith("text/"):
        return media_type not in _TEXT_FILES
    return media_type == "application/xhtml+xml"


def read_text(
    content: bytes, kind: ContentType, *, tally: Tally, faults: set[Fault]
) -> Text:
    """Return ``content`` as text, as far as the limits reach."""
    html = is_html(kind.media_type) or (
        not kind.named and _LOOKS_LIKE_HTML.match(content) is not None
    )
    found = decoded(content, kind, html=html, tally=tally, faults=faults)
    if not html:
        return Text(_lines(found.text), found.charset, is_html=False)
    text = html_to_text(found.text, budget=tally.budget)
    if tally.budget.is_spent:
        faults.add(Fault.TEXT_CUT)
    return Text(_lines(text), found.charset, is_html=True)


def decoded(
    content: bytes, kind: ContentType, *, html: bool, tally: Tally, faults: set[Fault]
) -> Decoded:
    """Return the characters of ``content``, as far as the limits reach."""
    if len(content) > tally.text_bytes:
        content = _cut(content, html=html, most=tally.text_bytes, faults=faults)
    tally.text_bytes -= len(content)
    meta = _META_CHARSET.search(content[:_HEAD]) if html else None
    found = decode(
        _clean(content, label=kind.charset),
        label=kind.charset,
        hint=meta[1].decode("ascii").lower() if meta else "",
        told=tally.as_charset,
    )
    if found.fault is not None:
        faults.add(found.fault)
    return found


def without_twins(texts: Sequence[Text]) -> list[Text]:
    """Leave out what says again what another text says.

    HTML, where it says the very same as a plain text beside it; and what came out of
    TNEF, where it says much the same as what stands beside that.
    """
    if len(texts) < 2:  # noqa: PLR2004 - twins are two
        return list(texts)
    plain = {_folded(text) for text in texts if not text.is_html}
    firsts: set[str] = set()
    if any(text.may_repeat for text in texts):
        beside = "\n".join(text.text for text in texts if not text.may_repeat)
        firsts = _runs(beside[: _SAMPLE * 5])
    return [
        text
        for text in texts
        if not (text.is_html and _folded(text) in plain)
        and not (text.may_repeat and firsts and _repeats(text, firsts))
    ]


def _folded(text: Text) -> str:
    return "".join(text.text.split())


def _repeats(text: Text, firsts: set[str]) -> bool:
    """Return whether almost all that ``text`` says was said before.

    Compared by runs of three characters: two programs made them, and wrap lines, mark
    links and translate signs in ways of their own.
    """
    said = _runs(text.text[:_SAMPLE])
    return len(said - firsts) * _DIFFERENT <= len(said)


def _runs(text: str) -> set[str]:
    sample = "".join(_WORDS.findall(text)).casefold()
    return {sample[at : at + 3] for at in range(max(len(sample) - 2, 1))}


def _cut(content: bytes, *, html: bool, most: int, faults: set[Fault]) -> bytes:
    """Cut a text that is too long behind a line; pictures in HTML go first."""
    if html:
        content = _EMBEDDED.sub(b"", content)
    if len(content) <= most:
        return content
    faults.add(Fault.TEXT_CUT)
    return content[: content.rfind(b"\n", 0, most) + 1 or most]


def _clean(content: bytes, *, label: str) -> bytes:
    """Return ``content`` without control bytes, where it is not of wide characters."""
    if content[:2] in _WIDE_MARKS or codec_named(label) in WIDE:
        return content
    return content.translate(None, delete=_CONTROLS)


def _lines(text: str) -> str:
    """Return ``text`` with one kind of line end and nothing that cannot be stored."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_STORED.sub("", text) if not _storable(text) else text


def _storable(text: str) -> bool:
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_LOOKS_LIKE_HTML: Final = re.compile(rb"\s*+<(?:!doctype html|html)", re.IGNORECASE)
_META_CHARSET: Final = re.compile(
    rb"<meta[^>]{1,200}?charset=[\"']?+([\w-]{1,40})", re.IGNORECASE
)
_HEAD: Final = 2_048
_EMBEDDED: Final = re.compile(rb"data:image/[^\"'\s>)]{1000,}+")
_CONTROLS: Final = bytes((*range(9), 11, 12, *range(14, 27), *range(28, 32), 127))
"""All but tab, line ends, and the escape by which ISO 2022 switches."""

_NOT_STORED: Final = re.compile("[\x00\ud800-\udfff]")
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")

_SHORT: Final = 400
_SENTENCE_END: Final = re.compile(r"[.!?。！？](?=\s|$|[\u3000-\u9fff])|\n\s*\n")
_STUB: Final = re.compile(r"html|browser|浏览器|瀏覽器", re.IGNORECASE)
"""A short text that speaks of nothing else gives way to the HTML beside it, which says
as much even where a person wrote it."""

_DIFFERENT: Final = 5
_SAMPLE: Final = 20_000
_WORDS: Final = re.compile(r"\w++")

_TEXT_FILES: Final = frozenset(
    {
        "text/calendar",
        "text/css",
        "text/csv",
        "text/directory",
        "text/javascript",
        "text/rfc822-headers",
        "text/vcard",
        "text/x-amp-html",
        "text/x-vcard",
        "text/xml",
    }
)
"""Text that nobody wrote to be read."""
