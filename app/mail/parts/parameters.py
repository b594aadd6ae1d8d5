"""Content-Type and Content-Disposition: their words, parameters and file names."""

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final
from urllib.parse import unquote_to_bytes

from app.mail.parts.charset import decode
from app.mail.parts.words import expand, unfold


@dataclass(frozen=True, slots=True)
class ContentType:
    """What a part says it is."""

    media_type: str
    parameters: dict[str, str]
    named: bool = True
    """Whether the part said it, and it is not a default."""

    @property
    def is_multipart(self) -> bool:
        """Whether there should be parts within."""
        return self.media_type.startswith("multipart/")

    @property
    def charset(self) -> str:
        """The charset label as written; empty where there is none."""
        words = self.parameters.get("charset", "").strip("'\" ").split()
        return words[0].lower() if words else ""

    @property
    def boundary(self) -> bytes:
        """The boundary of a multipart; empty where there is none."""
        written = self.parameters.get("boundary", "")
        return written.rstrip().encode("utf-8", "surrogateescape")

    def as_plain_text(self) -> "ContentType":
        """Return the same, read as plain text: what a broken multipart is."""
        return replace(self, media_type="text/plain")


def content_type(value: bytes, *, default: str) -> ContentType:
    """Return what the Content-Type field ``value`` says.

    A media type without a subtype is ``text/plain`` (RFC 2045, section 5.2).
    """
    if not value:
        return ContentType(default, {}, named=False)
    text = unfold(value, faults=set())
    found = _MEDIA_TYPE.match(text)
    if found is None:
        return ContentType("text/plain", parameters(text), named=False)
    return ContentType(found[1].lower(), parameters(text[found.end() :]))


def parameters(text: str) -> dict[str, str]:
    """Return the parameters in ``text``, by lower-case name.

    Pieces and percent-encoding (RFC 2231) are put together; the first of two equal
    names counts, and the extended form before the plain one.
    """
    if not text:
        return {}
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    if not text.lstrip().startswith(";"):
        text = ";" + text
    for found in islice(_PARAMETER.finditer(text), _MOST_PARAMETERS):
        name, quoted, bare = found.groups()
        value = bare.strip() if quoted is None else _ESCAPED.sub(r"\1", quoted)
        if "*" in name:
            base, number, encoded = _piece(name.lower())
            pieces.setdefault(base, {}).setdefault(number, (value, encoded))
        else:
            plain.setdefault(name.lower(), value)
    return plain | {name: _joined(found) for name, found in pieces.items()}


def file_name(disposition: dict[str, str], kind: ContentType, *, told: str = "") -> str:
    """Return the name that a part gives its file, safe to show and to keep; or ''.

    ``told`` is the charset that a person chose.
    """
    for value in (disposition.get("filename"), kind.parameters.get("name")):
        name = expand(value, faults=set(), told=told) if value else ""
        name = safe_file_name(name)
        if name:
            return name
    return ""


def safe_file_name(name: str) -> str:
    """Return ``name`` without folders and without what deceives the eye.

    Control characters, line ends and marks that turn the writing direction go; what
    is too long for a file system is cut before its ending.
    """
    name = _DECEIVING.sub("", re.split(r"[/\\]", name)[-1])
    name = " ".join(name.split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= _MOST_ENDING:
        return f"{stem[: _MOST_NAME - len(ending) - 1]}.{ending}"
    return name[:_MOST_NAME]


def _piece(name: str) -> tuple[str, int, bool]:
    """Return base, number and whether encoded, of ``a*``, ``a*0``, ``a*0*``."""
    encoded = name.endswith("*")
    name = name.removesuffix("*")
    base, star, number = name.rpartition("*")
    if star and number.isdecimal() and len(number) <= _MOST_DIGITS:
        return base, int(number), encoded
    return name, 0, encoded


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    ordered = [pieces[number] for number in sorted(pieces)]
    first, encoded = ordered[0]
    label = ""
    if encoded and first.count("'") >= 2:  # noqa: PLR2004 - charset'language'value
        label, _, first = first.split("'", 2)
    content = b"".join(
        unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
        for value, encoded in [(first, encoded), *ordered[1:]]
    )
    return decode(content, label=label.casefold()).text


_MEDIA_TYPE: Final = re.compile(r"\s*+([\w.+!#$&^-]++/[\w.+!#$&^-]++)", re.ASCII)
_PARAMETER: Final = re.compile(
    r'(?:;|(?<="))\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))',
    re.DOTALL,
)
_ESCAPED: Final = re.compile(r'\\(["\\])')
_DECEIVING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_MOST_PARAMETERS: Final = 500
_MOST_DIGITS: Final = 4
_MOST_NAME: Final = 150
_MOST_ENDING: Final = 10
