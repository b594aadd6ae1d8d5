"""Kinds of files: which hold one letter, which an mbox, and which no letter at all."""

from enum import StrEnum
from pathlib import Path
from typing import Final

from app.gateways.mbox import SEPARATOR
from app.gateways.openings import (
    has_from_line,
    has_headers,
    is_named_as_letter,
    may_hold_letter,
)


class Kind(StrEnum):
    """What a file holds."""

    LETTER = "letter"
    MBOX = "mbox"
    TNEF = "tnef"
    OTHER = "other"
    """No letter: a document, an expectation, a text without headers."""


def kind_of(path: Path, head: bytes) -> Kind:
    """Tell the kind of a file by its place, its name and its first bytes.

    A file below ``expected`` is no letter, one below ``mails`` or in a Maildir always
    is, unless its name says something else. For others the headers tell.
    """
    suffix, folders = path.suffix.casefold(), set(path.parts[:-1])
    if suffix == ".tnef" or head.startswith(_TNEF):
        return Kind.TNEF
    if "expected" in folders or not may_hold_letter(path.name, head):
        return Kind.OTHER
    named = is_named_as_letter(path.name) or _is_in_maildir(path)
    if not named and _is_mbox(path, head):
        return Kind.MBOX
    is_letter = named or "mails" in folders or has_headers(head)
    return Kind.LETTER if is_letter else Kind.OTHER


def _is_mbox(path: Path, head: bytes) -> bool:
    """Return whether a file is an mbox, by its name or because it begins as one.

    Where letters lie one by one, some begin with the line that an mbox had above them.
    """
    if path.suffix.casefold() in _MBOXES or "mbox" in path.name.casefold():
        return has_from_line(head)
    if path.parent.name.casefold() == "mbox":
        return has_from_line(head)
    return "mails" not in path.parts and SEPARATOR.match(head) is not None


def _is_in_maildir(path: Path) -> bool:
    folder = path.parent
    return folder.name in _MAILDIR and all(
        (folder.parent / name).is_dir() for name in _MAILDIR
    )


_MBOXES: Final = frozenset({".mbox", ".mbx"})
_MAILDIR: Final = ("new", "cur")
_TNEF: Final = b"\x78\x9f\x3e\x22"
"""The signature of TNEF ([MS-OXTNEF] 2.1.3.1)."""
