"""The limits of a letter's structure, and the error of a letter that goes past them."""

from dataclasses import dataclass
from enum import StrEnum

from app.errors import InvalidInput


class Excess(StrEnum):
    """What a letter has too much of to be read."""

    SIZE = "too_large"
    DEPTH = "too_deep"
    PARTS = "too_many_parts"
    HEADER_FIELDS = "too_many_header_fields"
    HEADER_BYTES = "header_too_large"
    LINE = "line_too_long"


class UnreadableLetter(InvalidInput):
    """A letter's structure goes past the limits; it is kept and held, never read."""

    code = "unreadable_letter"

    def __init__(self, reason: Excess, *, most: int) -> None:
        """Say which limit the letter passed."""
        super().__init__(f"the letter is {reason.replace('_', ' ')} (limit {most})")
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much structure is read; what is past a limit was not written by a person.

    They hold for a letter together with all letters in it.
    Postfix cuts headers at 100 KB and stops at 100 levels; digests of busy lists have
    some hundred parts.
    """

    size: int = 50 * 2**20
    """Bytes of the whole letter."""

    depth: int = 50
    """Multiparts within one another."""

    parts: int = 1_000
    """Parts, at all depths together."""

    header_fields: int = 5_000
    """Header fields, of all parts together."""

    header_bytes: int = 2**20
    """Bytes in header blocks, of all parts together."""

    line: int = 10 * 2**20
    """Bytes of one line; some programs write a whole file into one."""

    containers: int = 100
    """Attached letters, TNEF and S/MIME that are opened; others are kept as files."""

    nesting: int = 8
    """Such containers within one another."""

    unpacked: int = 50 * 2**20
    """Bytes that such containers hold, all together."""

    text: int = 1_000_000
    """Characters of readable text; what is beyond is cut off, which is a fault only."""

    tags: int = 200_000
    """HTML tags of one part that are read; text behind them is cut off."""
