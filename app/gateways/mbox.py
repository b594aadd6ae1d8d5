"""Mboxes: letters one after another in one file, no more than one of them in memory.

Each follows a line ``From …`` (RFC 4155). What begins so within a letter is written
down in three ways: quoted (mboxo, mboxrd), or left as it is after a head that says how
long the body is (mboxcl2). All are read; a length is believed only where the next
letter, or the end, is where it says.
"""

import os
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from app.gateways.spooled import SpooledLetter

SEPARATOR: Final = re.compile(rb"From .*\d\d?:\d\d.*\d{4}|From [^ ]+@[^ ]+?(?: |\r?$)")
"""What begins a letter: a moment follows, or at least a sender. A line of the text
that begins with "From" and was not quoted has neither."""

_LINE: Final = 2**16
"""Bytes of a line that are read at once."""

_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_UNQUOTED: Final = re.compile(rb"^From ", re.MULTILINE)
_LENGTH: Final = re.compile(rb"content-length:\s*(\d{1,15})\s*$", re.IGNORECASE)
_BLANK: Final = (b"\n", b"\r\n")


def letters_in_mbox(
    name: str, stream: BinaryIO, *, most: int
) -> Iterator[SpooledLetter]:
    """Yield the letters of an mbox called ``name``, none above ``most`` bytes."""
    letter = _Letter(most=most)
    number = 0
    blank, whole = True, True
    while line := stream.readline(_LINE):
        # A separator stands at the start of the file or after a blank line.
        if blank and whole and SEPARATOR.match(line):
            if number:
                yield letter.spooled(f"{name}:{number}")
            number += 1
            letter = _Letter(most=most, separator=line)
        else:
            letter.add(line, whole=whole)
        blank = whole and line in _BLANK
        whole = line.endswith(b"\n")
        if blank and letter.head_ends and letter.take_body(stream):
            whole = True
    if number or letter.size:
        yield letter.spooled(f"{name}:{number or 1}")


class _Letter:
    """A letter as it is read."""

    def __init__(self, *, most: int, separator: bytes = b"") -> None:
        self.size = len(separator)
        self.head_ends = False
        """Whether the line that was added last is the one that ends the head."""

        self._most = most
        self._separator = separator
        self._lines: list[bytes] | None = []
        self._kept = 0
        self._in_head = True
        self._length: int | None = None

    def add(self, line: bytes, *, whole: bool) -> None:
        """Add a line, or a further piece of one; a quoted ``From`` is unquoted."""
        self.size += len(line)
        if whole:
            self.head_ends = self._in_head and line in _BLANK
            self._in_head = self._in_head and not self.head_ends
            if self._in_head and (found := _LENGTH.match(line)):
                self._length = int(found[1])
            line = _QUOTED.sub(rb"\1", line)
        self._keep(line)

    def take_body(self, stream: BinaryIO) -> bool:
        """Take the body in one piece, if its length was told and is true."""
        self.head_ends = False
        length = self._length
        if length is None or not _ends(stream, length):
            return False
        self.size += length
        if self._kept + length > self._most:
            self._keep_nothing()
            stream.seek(length, os.SEEK_CUR)
            return True
        body = stream.read(length)
        # Where nothing was quoted that had to be, nothing was quoted at all.
        self._keep(body if _UNQUOTED.search(body) else _QUOTED.sub(rb"\1", body))
        return True

    def spooled(self, name: str) -> SpooledLetter:
        """Return the letter without the blank line that the mbox added to it."""
        content = None
        if self._lines is not None:
            if self._lines and self._lines[-1] in _BLANK:
                self._lines.pop()
            content = b"".join(self._lines)
        return SpooledLetter(
            name=name, content=content, size=self.size, separator=self._separator
        )

    def _keep(self, piece: bytes) -> None:
        self._kept += len(piece)
        if self._kept > self._most + len(_BLANK[1]):
            self._keep_nothing()
        if self._lines is not None:
            self._lines.append(piece)

    def _keep_nothing(self) -> None:
        self._lines = None


def _ends(stream: BinaryIO, length: int) -> bool:
    """Return whether a letter ends after ``length`` bytes more."""
    here = stream.tell()
    try:
        if stream.seek(0, os.SEEK_END) < here + length:
            return False
        stream.seek(here + length)
        after = stream.read(_LINE).lstrip(b"\r\n")
        return not after or SEPARATOR.match(after) is not None
    finally:
        stream.seek(here)
