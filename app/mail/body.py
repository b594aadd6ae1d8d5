"""What a letter says and what is attached to it, gathered from its parts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from app.mail.charset import decode
from app.mail.faults import Fault
from app.mail.html import Budget, html_to_text
from app.mail.labels import WIDE, codec_named
from app.mail.limits import Limits
from app.mail.parameters import file_name, parameters, safe_file_name
from app.mail.structure import Node
from app.mail.transfer import undo
from app.mail.words import unfold


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file that came with a letter; an attached letter is one too."""

    file_name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The readable text of a letter, and its files."""

    text: str
    html_only: bool
    attachments: tuple[Part, ...]
    charsets: tuple[str, ...]


def read_body(root: Node, *, limits: Limits, faults: set[Fault]) -> Body:
    """Gather all inline texts below ``root`` into one, and all else as files.

    Of alternatives (RFC 2046, section 5.1.4) the plain text counts, unless it is
    empty. ``root`` is no deeper than ``limits`` allow, so that this may recurse.
    """
    gathering = _Gathering(root, limits.text, faults, Budget(limits.tags, limits.text))
    texts = [text for text in gathering.gather(root) if not text.is_blank]
    if not texts:
        spare = (*gathering.named, *_preamble(root))
        texts = [text for text in spare if not text.is_blank][:1]
    texts = _without_twins(texts)
    joined = "\n\n".join(text.text.strip("\n") for text in texts)
    if len(joined) > limits.text:
        joined = joined[: limits.text]
        faults.add(Fault.TEXT_CUT)
    if not joined:
        faults.add(Fault.NO_TEXT)
    return Body(
        text=joined,
        html_only=bool(texts) and all(text.is_html for text in texts),
        attachments=tuple(gathering.files),
        charsets=tuple(dict.fromkeys(text.charset for text in texts)),
    )


@dataclass(slots=True, eq=False)
class _Text:
    """An inline text part that has been read."""

    text: str
    charset: str
    is_html: bool

    @property
    def is_blank(self) -> bool:
        return not self.text or self.text.isspace()


@dataclass(slots=True)
class _Gathering:
    root: Node
    most_text: int
    faults: set[Fault]
    budget: Budget
    files: list[Part] = field(default_factory=list)
    named: list[_Text] = field(default_factory=list)
    """Texts with a file name, and a letter that is nothing but an attached text: read
    only if all else is empty."""

    def gather(self, node: Node) -> list[_Text]:
        """Return the texts at and below ``node``; keep the files."""
        if node.media_type == "multipart/encrypted":
            self.faults.add(Fault.ENCRYPTED)
        if node.media_type == "multipart/alternative":
            return self._chosen(node.children)
        if node.children:
            return [text for child in node.children for text in self.gather(child)]
        return self._leaf(node)

    def _chosen(self, alternatives: Iterable[Node]) -> list[_Text]:
        """Return the plain alternative, or the richest where that is empty.

        An HTML leaf behind a plain text that says something is not even decoded.
        """
        chosen: list[_Text] = []
        for alternative in alternatives:
            plain_found = any(not text.is_html for text in chosen)
            if plain_found and _is_html(alternative) and not alternative.children:
                continue
            texts = [text for text in self.gather(alternative) if not text.is_blank]
            if texts and not plain_found:
                chosen = texts
        return chosen

    def _leaf(self, node: Node) -> list[_Text]:
        disposition = _disposition(node)
        name = file_name(disposition, node.content_type)
        encoding = node.headers.word("content-transfer-encoding").strip("\"'")
        content = undo(node.content, encoding, faults=self.faults)
        attached = disposition[""] == "attachment"
        readable = _is_readable(node.media_type)
        if readable and not (name or attached):
            return [self._text(node, content)]
        if readable and (node is self.root or not attached):
            self.named.append(self._text(node, content))
        if content or name:
            self.files.append(_file(node.media_type, name, content))
        return []

    def _text(self, node: Node, content: bytes) -> _Text:
        html = _is_html(node) or (
            not node.content_type.named and _LOOKS_LIKE_HTML.match(content) is not None
        )
        if len(content) > self.most_text * _MOST_BYTES:
            content = self._cut(content, html=html)
        meta = _META_CHARSET.search(content[:_HEAD]) if html else None
        found = decode(
            _clean(content, label=node.content_type.charset),
            label=node.content_type.charset,
            hint=meta[1].decode("ascii").lower() if meta else "",
        )
        if found.fault is not None:
            self.faults.add(found.fault)
        if not html:
            return _Text(_lines(found.text), found.charset, is_html=False)
        text = html_to_text(found.text, budget=self.budget)
        if self.budget.is_spent:
            self.faults.add(Fault.TEXT_CUT)
        return _Text(_lines(text), found.charset, is_html=True)

    def _cut(self, content: bytes, *, html: bool) -> bytes:
        """Cut a text that is too long behind a line; pictures in HTML go first."""
        if html:
            content = _EMBEDDED.sub(b"", content)
        most = self.most_text * _MOST_BYTES
        if len(content) <= most:
            return content
        self.faults.add(Fault.TEXT_CUT)
        return content[: content.rfind(b"\n", 0, most) + 1 or most]


def _preamble(root: Node) -> list[_Text]:
    """Return what stands before the first boundary, where a person wrote it.

    It is for programs that know no MIME (RFC 2046, section 5.1.1), and they say so.
    """
    content = root.content if root.children else b""
    if not content or b"mime" in content.lower():
        return []
    found = decode(_clean(content))
    return [_Text(_lines(found.text), found.charset, is_html=False)]


def _disposition(node: Node) -> dict[str, str]:
    """Return the parameters of Content-Disposition (RFC 2183), the type under ''."""
    written = node.headers.first("content-disposition")
    if not written:
        return {"": ""}
    kind, _, rest = unfold(written, faults=set()).partition(";")
    return {**parameters(rest), "": kind.strip().casefold()}


def _is_html(node: Node) -> bool:
    return node.media_type in {"text/html", "application/xhtml+xml"}


def _is_readable(media_type: str) -> bool:
    if media_type.startswith("text/"):
        return media_type not in _TEXT_FILES
    return media_type == "application/xhtml+xml"


def _file(media_type: str, name: str, content: bytes) -> Part:
    ending = _ENDINGS.get(media_type, ".bin")
    if media_type == "message/rfc822" and not name.casefold().endswith(ending):
        name = safe_file_name(f"{name or 'letter'}{ending}")
    return Part(
        file_name=name or f"attachment{ending}", media_type=media_type, content=content
    )


def _without_twins(texts: list[_Text]) -> list[_Text]:
    """Leave out HTML that says again what a plain text beside it says."""
    if len(texts) < 2:  # noqa: PLR2004 - twins are two
        return texts
    plain = {"".join(text.text.split()) for text in texts if not text.is_html}
    if not plain or len(plain) == len(texts):
        return texts
    return [
        text
        for text in texts
        if not text.is_html or "".join(text.text.split()) not in plain
    ]


def _clean(content: bytes, *, label: str = "") -> bytes:
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
_MOST_BYTES: Final = 4
"""Bytes of a character, in the charsets that take most."""

_EMBEDDED: Final = re.compile(rb"data:image/[^\"'\s>)]{1000,}+")
_CONTROLS: Final = bytes((*range(9), 11, 12, *range(14, 27), *range(28, 32), 127))
"""All but tab, line ends, and the escape by which ISO 2022 switches."""

_NOT_STORED: Final = re.compile("[\x00\ud800-\udfff]")
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")

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

_ENDINGS: Final = {
    "application/msword": ".doc",
    "application/ms-tnef": ".dat",
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "application/zip": ".zip",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
}
