"""How much has been read of a letter, and of the letters and containers within it."""

from dataclasses import dataclass, field
from typing import Final

from app.mail.parts.html import Budget
from app.mail.parts.limits import Excess, Limits, UnreadableLetter


@dataclass(slots=True)
class Tally:
    """What counts against the limits, in one letter with all that is packed in it.

    Counting each letter within by itself would let a thousand small ones through.
    """

    limits: Limits
    size: int = 0
    """Bytes of the letter: what is packed well is no reason to hold much more."""

    as_charset: str = ""
    """The charset that a person chose for all of it; empty: what it says and is."""

    parts: int = 0
    near_boundaries: int = 0
    header_fields: int = 0
    header_bytes: int = 0
    containers: int = 0
    unpacked: int = 0
    nesting: int = 0
    """Containers that are open around what is being read."""

    text_bytes: int = field(init=False)
    """How many bytes of text are still decoded."""

    budget: Budget = field(init=False)
    """How much HTML is still read."""

    packed: Budget = field(init=False)
    """How many signs of what is packed are still looked at, and how many characters
    unpacked of rich text, which may give HTML again."""

    def __post_init__(self) -> None:
        """Begin with all that the limits allow."""
        self.text_bytes = self.limits.text * _MOST_BYTES
        self.budget = Budget(self.limits.tags, self.limits.text)
        self.packed = Budget(self.limits.tags, self.limits.text)

    def count_part(self) -> None:
        """Count a part.

        Raises:
            UnreadableLetter: There are too many.
        """
        self.parts += 1
        if self.parts > self.limits.parts:
            raise UnreadableLetter(Excess.PARTS, most=self.limits.parts)

    def count_near_boundary(self) -> None:
        """Count a line that begins as boundaries do, and is none.

        Raises:
            UnreadableLetter: There are too many.
        """
        self.near_boundaries += 1
        if self.near_boundaries > _NEAR_BOUNDARIES_PER_PART * self.limits.parts:
            raise UnreadableLetter(Excess.PARTS, most=self.limits.parts)

    def count_header(self, size: int) -> None:
        """Count a header field of ``size`` bytes.

        Raises:
            UnreadableLetter: There are too many fields, or too many bytes of them.
        """
        self.header_fields += 1
        self.header_bytes += size
        if self.header_fields > self.limits.header_fields:
            raise UnreadableLetter(Excess.HEADER_FIELDS, most=self.limits.header_fields)
        if self.header_bytes > self.limits.header_bytes:
            raise UnreadableLetter(Excess.HEADER_BYTES, most=self.limits.header_bytes)

    @property
    def room(self) -> int:
        """How many bytes may yet be taken out of containers; 0: no more are opened."""
        limits = self.limits
        full = self.containers >= limits.containers or self.nesting >= limits.nesting
        return 0 if full else self.space

    @property
    def space(self) -> int:
        """How many bytes may yet be unpacked in the container that is open."""
        most = min(self.limits.unpacked, self.size * _GROWTH + _SMALL)
        return max(most - self.unpacked, 0)

    def enter(self, size: int) -> None:
        """Count a container that holds ``size`` bytes; what is read next is in it."""
        self.containers += 1
        self.unpacked += size
        self.nesting += 1

    def leave(self) -> None:
        """Go on with what is around the container."""
        self.nesting -= 1


_GROWTH: Final = 2
_SMALL: Final = 8 * 2**20
_MOST_BYTES: Final = 4
"""Bytes of a character, in the charsets that take most."""

_NEAR_BOUNDARIES_PER_PART: Final = 300
"""Lines may look like boundaries and be none: comments in SQL, rules in plain text."""
