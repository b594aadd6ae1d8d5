"""OpenPGP within plain text (RFC 9580, section 6.2): what is signed, what is sealed."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bared:
    """A plain text without its armour."""

    text: str
    blocks: tuple[str, ...]
    """The encrypted blocks that stood in it."""


def bare(text: str) -> Bared:
    """Return ``text`` without encrypted blocks and without the frame of a signature.

    What is never closed is no block, but for an encrypted one that was cut off.
    """
    if _BEGIN not in text:
        return Bared(text, ())
    pieces: list[str] = []
    blocks: list[str] = []
    place = 0
    unclosed = False
    for found in _BLOCK.finditer(text):
        if found.start() < place or (unclosed and found[1] == _SIGNED):
            continue
        end = _end(text, found.end(), found[1])
        if end is None:
            unclosed = True
            continue
        pieces.append(text[place : found.start()])
        if found[1] == _MESSAGE:
            blocks.append(text[found.start() : end])
        elif found[1] == _SIGNED:
            pieces.append(_signed(text[found.end() : end]))
        place = end
    pieces.append(text[place:])
    return Bared("".join(pieces), tuple(blocks))


def _end(text: str, place: int, kind: str) -> int | None:
    """Return the place behind a block; None: it is left as it is."""
    closed_by = "SIGNATURE" if kind == _SIGNED else kind
    closing = f"\n-----END PGP {closed_by}-----"
    at = text.find(closing, place)
    if at < 0:
        return len(text) if kind == _MESSAGE else None
    return at + len(closing)


def _signed(framed: str) -> str:
    """Return what was signed: between its headers and its signature (section 7)."""
    _, _, signed = framed.partition("\n\n")
    signed, _, _ = signed.partition("\n-----BEGIN PGP SIGNATURE-----")
    return _DASHES.sub("", signed)


_BEGIN: Final = "-----BEGIN PGP "
_MESSAGE: Final = "MESSAGE"
_SIGNED: Final = "SIGNED MESSAGE"
_BLOCK: Final = re.compile(
    r"^-----BEGIN PGP (MESSAGE|SIGNED MESSAGE)-----[ \t]*+$", re.MULTILINE
)
_DASHES: Final = re.compile(r"^- (?=-)", re.MULTILINE)
