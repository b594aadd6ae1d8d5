"""Kinds of files, told by their first bytes, and which of them a browser may show.

A name and what a sender calls a file prove nothing. What is shown is a short list of
kinds that hold no script, or that are shown as plain text whatever they hold.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Shown(StrEnum):
    """How the desk shows a file."""

    PICTURE = "picture"
    DOCUMENT = "document"
    TEXT = "text"
    NOT = "not"
    """It can be saved only."""


TEXT: Final = "text/plain"
UNKNOWN: Final = "application/octet-stream"

_BEGINNINGS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-elf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
_SHOWN: Final[Mapping[str, Shown]] = {
    "image/png": Shown.PICTURE,
    "image/jpeg": Shown.PICTURE,
    "image/gif": Shown.PICTURE,
    "image/webp": Shown.PICTURE,
    "image/bmp": Shown.PICTURE,
    "application/pdf": Shown.DOCUMENT,
    TEXT: Shown.TEXT,
}
_CONTAINERS: Final[Mapping[str, tuple[str, ...]]] = {
    "application/zip": ("vnd.openxmlformats-officedocument", "vnd.oasis.opendocument",
                        "epub", "zip", "java-archive"),
    "application/x-ole-storage": ("msword", "vnd.ms-", "x-ole-storage", "vnd.visio"),
}  # fmt: skip
"""What a container's bytes may also be called, by a part of that name."""

_SIGNS: Final = frozenset(b"\t\n\r\x0c\x1b")
_FIRST: Final = 4096
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def told_by_content(content: bytes) -> str:
    """Return the media type that the first bytes of a file speak of."""
    for beginning, media_type in _BEGINNINGS:
        if content.startswith(beginning):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "image/heic" if content[8:12] in {b"heic", b"mif1"} else "video/mp4"
    return TEXT if _is_text(content) else UNKNOWN


def how_shown(media_type: str) -> Shown:
    """Return how a file that is of this type by its content is shown."""
    return _SHOWN.get(media_type, Shown.NOT)


def agrees(claimed: str, found: str) -> bool:
    """Return whether what a sender called a file fits what it is."""
    claimed = claimed.partition(";")[0].strip().casefold()
    if claimed in {"", UNKNOWN, found}:
        return True
    if found == TEXT:
        return claimed.startswith(("text/", "application/json", "application/xml",
                                   "message/"))  # fmt: skip
    if found in _CONTAINERS:
        name = claimed.removeprefix("application/")
        return name.startswith(_CONTAINERS[found])
    same = {"image/jpg": "image/jpeg", "image/x-ms-bmp": "image/bmp",
            "application/x-pdf": "application/pdf", "text/rtf": "application/rtf",
            "application/x-zip-compressed": "application/zip"}  # fmt: skip
    return same.get(claimed) == found or (
        found == "video/mp4" and claimed.startswith(("video/", "audio/"))
    )


def as_text(content: bytes) -> str:
    """Return what a text says, in whichever of the usual charsets it is written."""
    if content.startswith(_WIDE_MARKS):
        return content.decode("utf-16", "replace")
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _is_text(content: bytes) -> bool:
    if content.startswith(_WIDE_MARKS):
        return True
    return all(sign >= ord(" ") or sign in _SIGNS for sign in content[:_FIRST])
