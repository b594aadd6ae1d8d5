"""Kinds of files: which hold one letter, which an mbox, and which no letter at all."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Final

from app.gateways.mbox import SEPARATOR

HEAD: Final = 2**13
"""Bytes of a file from which its kind is told."""


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
    if "expected" in folders or _OTHER.fullmatch(suffix) or path.name.startswith("."):
        return Kind.OTHER
    if head.startswith(_BINARY):
        return Kind.OTHER
    named = suffix in _LETTERS or path.name.isdecimal() or _is_in_maildir(path)
    if not named and _is_mbox(path, head):
        return Kind.MBOX
    is_letter = named or "mails" in folders or has_headers(head)
    return Kind.LETTER if is_letter else Kind.OTHER


def has_headers(head: bytes) -> bool:
    """Return whether a file begins with header fields as letters have them."""
    lines = _top(head).split(b"\n")
    if lines and _FROM.match(lines[0]):
        lines = lines[1:]
    names = set()
    for line in lines:
        field = _FIELD.match(line)
        if field:
            names.add(field[1].lower())
        elif line[:1] not in {b" ", b"\t"}:
            break
    return bool(names & _TELLING) or len(names & _COMMON) > 1


def _is_mbox(path: Path, head: bytes) -> bool:
    """Return whether a file is an mbox, by its name or because it begins as one.

    Where letters lie one by one, some begin with the line that an mbox had above them.
    """
    if path.suffix.casefold() in _MBOXES or "mbox" in path.name.casefold():
        return _FROM.match(_top(head)) is not None
    if path.parent.name.casefold() == "mbox":
        return _FROM.match(_top(head)) is not None
    return "mails" not in path.parts and SEPARATOR.match(head) is not None


def _is_in_maildir(path: Path) -> bool:
    folder = path.parent
    return folder.name in _MAILDIR and all(
        (folder.parent / name).is_dir() for name in _MAILDIR
    )


def _top(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")


_LETTERS: Final = frozenset({".eml", ".msg", ".raw", ".mail", ".email", ".mime"})
_MBOXES: Final = frozenset({".mbox", ".mbx"})
_MAILDIR: Final = ("new", "cur")
_OTHER: Final = re.compile(
    r"\.(?:bin|c|css|csv|dat|docx?|gif|gz|html?|ics|jpe?g|js|json|list|md|out|p12|p7m"
    r"|pdf|pem|pl|png|py|rb|rst|rtf|sh|svg|tokens|toml|tree|vcf|xhtml|xlsx?|xml|ya?ml"
    r"|zip)"
)
_BINARY: Final = (
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"PK\x03\x04",
    b"\xff\xd8",
)
_TNEF: Final = b"\x78\x9f\x3e\x22"
"""The signature of TNEF ([MS-OXTNEF] 2.1.3.1)."""

_FROM: Final = re.compile(rb">?From [^\r\n]")
_FIELD: Final = re.compile(rb"([!-9;-~]{1,60})[ \t]*:")
_TELLING: Final = frozenset(
    {b"content-type", b"message-id", b"mime-version", b"received", b"return-path"}
)
_COMMON: Final = frozenset(
    {b"cc", b"content-transfer-encoding", b"date", b"delivered-to", b"from"}
    | {b"reply-to", b"sender", b"subject", b"to", b"x-mailer"}
)
