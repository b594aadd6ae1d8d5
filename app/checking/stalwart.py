"""Structure: what stalwart's parser reads in a letter, as JSON.

It has a list of parts with their headers and bodies, and of three kinds (text, HTML,
attachments) the numbers of those parts that are of them.
"""

from collections.abc import Iterator
from typing import Any, Final

from app.checking.contents import Contents, text_of_html
from app.checking.points import Point, compared, packed
from app.mail.letter import Letter

POINTS: Final = (
    "stalwart.subject",
    "stalwart.from",
    "stalwart.to",
    "stalwart.text_complete",
    "stalwart.attachments",
)
WITH_CR: Final = ".crlf.json"
"""How names of expectations end that are for the same letter with CR before each LF."""

_BROKEN: Final = "\ufffd"
"""Where they could not read a character there is nothing to compare."""


def is_document(document: Any) -> bool:
    """Return whether a document is such a structure."""
    return isinstance(document, dict) and {"parts", "text_body"} <= document.keys()


def with_cr(raw: bytes) -> bytes:
    """Return ``raw`` with CR before each LF."""
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def compare(letter: Letter, expected: Any) -> list[Point]:
    """Return on which points we read the same."""
    contents = Contents(letter)
    return [
        *_subject(letter, expected),
        *_boxes(letter, expected),
        *_texts(contents, expected),
        *_attachments(contents, expected),
    ]


def _subject(letter: Letter, expected: Any) -> Iterator[Point]:
    theirs = _header(expected, "subject", "Text")
    if isinstance(theirs, str) and _BROKEN not in theirs:
        same = packed(theirs) == packed(letter.subject)
        yield compared("stalwart.subject", letter.subject, theirs, agrees=same)


def _boxes(letter: Letter, expected: Any) -> Iterator[Point]:
    """Yield what From and To come to; what has no ``@`` is no address for us."""
    senders = _addresses(expected, "from")
    if senders:
        ours = letter.sender.address if letter.sender else None
        yield compared("stalwart.from", ours, senders[0])
    receivers = _addresses(expected, "to")
    if receivers:
        found = [box.address for box in letter.to]
        yield compared("stalwart.to", found, receivers)


def _texts(contents: Contents, expected: Any) -> Iterator[Point]:
    texts = [
        text
        for number in expected["text_body"]
        for text in [_text(expected["parts"][number])]
        if text is not None and _BROKEN not in text and packed(text)
    ]
    if texts:
        missing = [text for text in texts if not contents.say(text)]
        yield compared(
            "stalwart.text_complete",
            contents.letter.text,
            "\n".join(missing),
            agrees=not missing,
        )


def _attachments(contents: Contents, expected: Any) -> Iterator[Point]:
    parts = [expected["parts"][number] for number in expected.get("attachments", ())]
    if parts:
        missing = [part for part in parts if not _holds(contents, part)]
        yield compared(
            "stalwart.attachments",
            [(file.file_name, file.media_type) for file in contents.files],
            [_named(part) for part in missing],
            agrees=not missing,
        )


def _holds(contents: Contents, part: Any) -> bool:
    """Return whether a part is among our files, or said by the letter.

    What we show as text we do not keep as a file; a letter is there whole. Signatures
    of what is signed, which nobody reads, are left to the original.
    """
    if _kind(part) in _SIGNATURES:
        return True
    body = part["body"]
    if not isinstance(body, dict):
        return True
    text = _text(part)
    if text is not None:
        return _BROKEN in text or contents.hold(text)
    if isinstance(body.get("Message"), dict):
        return _holds_letter(contents, body["Message"])
    content = body.get("Binary", body.get("InlineBinary"))
    return content is None or contents.hold_file(bytes(content))


def _holds_letter(contents: Contents, expected: Any) -> bool:
    """Return whether all texts of a letter within are said somewhere in ours."""
    texts = [_text(expected["parts"][number]) for number in expected["text_body"]]
    readable = [text for text in texts if text is not None and _BROKEN not in text]
    return all(contents.hold(text) for text in readable)


def _text(part: Any) -> str | None:
    """Return what a part says; None: it is no text."""
    body = part["body"]
    if not isinstance(body, dict):
        return None
    if isinstance(body.get("Html"), str):
        return text_of_html(body["Html"])
    text = body.get("Text")
    return text if isinstance(text, str) else None


def _header(expected: Any, name: str, kind: str) -> Any:
    """Return the last value of a header of the letter itself, of that kind."""
    values = [
        header["value"][kind]
        for header in expected["parts"][0]["headers"]
        if header["name"] == name and isinstance(header["value"], dict)
        if kind in header["value"]
    ]
    return values[-1] if values else None


def _addresses(expected: Any, name: str) -> list[str]:
    written = _header(expected, name, "Address") or {}
    boxes = [*(written.get("List") or ())]
    for group in written.get("Group") or ():
        boxes += group.get("addresses") or ()
    found = [box.get("address") or "" for box in boxes]
    return [address for address in found if "@" in address]


def _named(part: Any) -> str:
    """Return a name for a part of theirs: that of its file, or what it is."""
    for header in part["headers"]:
        for attribute in _content(header).get("attributes") or ():
            if attribute["name"] in {"name", "filename"}:
                return str(attribute["value"])
    return _kind(part) or "a part without a type"


def _kind(part: Any) -> str:
    """Return the media type that a part names; empty where it names none."""
    for header in part["headers"]:
        if header["name"] == "content_type":
            kind = _content(header)
            return f"{kind.get('c_type')}/{kind.get('c_subtype')}"
    return ""


def _content(header: Any) -> dict[str, Any]:
    value = header["value"]
    content = value.get("ContentType") if isinstance(value, dict) else None
    return content if isinstance(content, dict) else {}


_SIGNATURES: Final = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)
