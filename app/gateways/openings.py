"""Openings: how a file begins that holds a letter, and what its name says of it."""

import re
from pathlib import PurePath
from typing import Final

HEAD: Final = 2**13
"""Bytes of a file that are its opening."""


def may_hold_letter(name: str, head: bytes) -> bool:
    """Return whether neither its name nor its first bytes say that it is no letter."""
    path = PurePath(name)
    if name.startswith(".") or _OTHER.fullmatch(path.suffix.casefold()):
        return False
    return not head.startswith(_BINARY)


def is_named_as_letter(name: str) -> bool:
    """Return whether a file is called as one letter; MH folders have numbers only."""
    return PurePath(name).suffix.casefold() in _LETTERS or name.isdecimal()


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


def has_from_line(head: bytes) -> bool:
    """Return whether a file begins with a line as mboxes have above letters."""
    return _FROM.match(_top(head)) is not None


def _top(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")


_LETTERS: Final = frozenset({".eml", ".msg", ".raw", ".mail", ".email", ".mime"})
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

_FROM: Final = re.compile(rb">?From [^\r\n]")
_FIELD: Final = re.compile(rb"([!-9;-~]{1,60})[ \t]*:")
_TELLING: Final = frozenset(
    {b"content-type", b"message-id", b"mime-version", b"received", b"return-path"}
)
_COMMON: Final = frozenset(
    {b"cc", b"content-transfer-encoding", b"date", b"delivered-to", b"from"}
    | {b"reply-to", b"sender", b"subject", b"to", b"x-mailer"}
)
