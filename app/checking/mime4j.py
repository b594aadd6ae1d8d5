"""Decoded parts: what mime4j finds in a letter, as XML that names files beside it.

``text-body`` elements name the files that hold a text without its transfer encoding,
``binary-body`` elements those of all else.
"""

from collections.abc import Callable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

from app.checking.contents import Contents, text_of_html
from app.checking.points import Point, compared, packed
from app.mail.letter import Letter
from app.mail.parts.charset import decode
from app.mail.parts.parameters import ContentType, content_type

POINTS: Final = ("mime4j.texts", "mime4j.files")
DECODED: Final = "_decoded.xml"
"""How names of such expectations end."""

Beside = Callable[[str], bytes | None]
"""Returns what a file beside the expectation holds; None: there is none."""


def compare(letter: Letter, structure: bytes, beside: Beside) -> list[Point]:
    """Return whether every decoded part is in ours, as text or as a file.

    A structure that is no XML says nothing.
    """
    try:
        root = ET.fromstring(structure)  # noqa: S314 - the expectation of whoever asks
    except ET.ParseError:
        return []
    contents = Contents(letter)
    missing: dict[str, list[str]] = {"text": [], "binary": []}
    seen = {"text": 0, "binary": 0}
    for kind, name, label, html in _bodies(root):
        content = beside(name)
        if content is None:
            continue
        seen[kind] += 1
        if not _holds(contents, content, label=label, html=html, text=kind == "text"):
            missing[kind].append(name)
    return [
        compared(point, letter.text, missing[kind], agrees=not missing[kind])
        for kind, point in zip(("text", "binary"), POINTS, strict=True)
        if seen[kind]
    ]


def _holds(
    contents: Contents, content: bytes, *, label: str, html: bool, text: bool
) -> bool:
    if not text:
        return contents.hold_file(content)
    said = decode(content, label=label).text
    if not packed(said) or contents.hold(said):
        return True
    return html and contents.hold(text_of_html(said))


def _bodies(root: ET.Element) -> Iterator[tuple[str, str, str, bool]]:
    """Yield kind, file, charset and whether it is HTML, of each part that counts.

    Of alternatives of which one is plain text, the others do not: nobody sees them.
    """
    around = {child: parent for parent in root.iter() for child in parent}
    unseen: set[ET.Element] = set()
    for multipart in root.iter("multipart"):
        if _type_of(around.get(multipart, root)).media_type == _ALTERNATIVE:
            unseen |= _unseen(multipart)
    for body in root.iter():
        if body.tag in _BODIES and body not in unseen:
            kind = _type_of(around.get(body, root))
            html = kind.media_type == "text/html"
            yield _BODIES[body.tag], body.get("name", ""), kind.charset, html


def _unseen(alternatives: ET.Element) -> set[ET.Element]:
    """Return all texts in alternatives that stand beside one that is plain."""
    parts = alternatives.findall("body-part")
    plain = [part for part in parts if _type_of(part).media_type == "text/plain"]
    others = [part for part in parts if plain and part is not plain[0]]
    return {text for part in others for text in part.iter("text-body")}


def _type_of(entity: ET.Element) -> ContentType:
    for field in entity.iterfind("header/field"):
        name, _, value = (field.text or "").strip().partition(":")
        if name.strip().casefold() == "content-type":
            return content_type(value.encode(), default="text/plain")
    return content_type(b"", default="text/plain")


_ALTERNATIVE: Final = "multipart/alternative"
_BODIES: Final = {"text-body": "text", "binary-body": "binary"}
