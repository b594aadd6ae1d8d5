"""Spooled letters: what is found in files, before anybody reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledLetter:
    """A letter that was found in a file."""

    name: str
    """The file, and the place within it where it holds many."""

    content: bytes | None
    """None: it is larger than allowed."""

    size: int
    """Bytes of the file that it takes."""

    separator: bytes = b""
    """The line that stood before it in an mbox."""
