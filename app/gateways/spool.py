"""The spool: letters from files, one after another, however many there are.

An eml file holds one letter; an mbox file many, each after a line ``From …``
(RFC 4155); a Maildir one in each file of its ``new`` and ``cur``. Of an mbox no more
than one letter is in memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from app.errors import InvalidInput

_EML: Final = {".eml"}
_MBOX: Final = {".mbox", ".mbx"}
_MAILDIR: Final = ("new", "cur")

_LINE: Final = 2**16
"""Bytes of a line that are read at once."""

_SEPARATOR: Final = re.compile(rb"From .*\d\d?:\d\d.*\d{4}|From [^ ]+@[^ ]+ ")
"""What begins a letter of an mbox: a moment follows, or at least a sender. A line of
the text that begins with "From" and was not quoted has neither."""

_QUOTED: Final = re.compile(rb">+From ")


class NoLetters(InvalidInput):
    """There are no letters at that place."""

    code = "no_letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledLetter:
    """A letter that was found in a file."""

    name: str
    """The file, and the place within it where it holds many."""

    content: bytes | None
    """None: it is larger than allowed."""

    size: int
    """Bytes of the file that it takes."""


def files_at(path: Path) -> list[Path]:
    """Return the files at ``path`` that hold letters, in the order of their names.

    Raises:
        NoLetters: There are none.
    """
    found = sorted(_files(path)) if path.is_dir() else [path]
    if not found:
        raise NoLetters(f"{path}: no eml, mbox or Maildir is there")
    return found


def letters_in(file: Path, *, most: int) -> Iterator[SpooledLetter]:
    """Yield the letters in ``file``, none of them above ``most`` bytes."""
    with file.open("rb") as stream:
        begins_as_mbox = stream.read(5) == b"From "
        stream.seek(0)
        if begins_as_mbox or file.suffix.lower() in _MBOX:
            yield from _mbox(file.name, stream, most=most)
            return
        content = stream.read(most + 1)
    size = file.stat().st_size
    yield SpooledLetter(
        name=file.name, content=content if len(content) <= most else None, size=size
    )


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and (_holds_letters(path) or _is_in_maildir(path)):
            yield path


def _holds_letters(path: Path) -> bool:
    """Return whether the name of ``path`` says so; MH folders have numbers only."""
    return path.suffix.lower() in _EML | _MBOX or path.name.isdecimal()


def _is_in_maildir(path: Path) -> bool:
    folder = path.parent
    if folder.name not in _MAILDIR or path.name.startswith("."):
        return False
    return all((folder.parent / name).is_dir() for name in _MAILDIR)


def _mbox(name: str, stream: BinaryIO, *, most: int) -> Iterator[SpooledLetter]:
    letter = _Letter(most=most)
    number = 0
    blank, whole = True, True
    while line := stream.readline(_LINE):
        # A separator stands at the start of the file or after a blank line.
        if blank and whole and _SEPARATOR.match(line):
            if number:
                yield letter.spooled(f"{name}:{number}")
            number += 1
            letter = _Letter(most=most)
            letter.size = len(line)
        else:
            letter.add(line, whole=whole)
        blank = whole and line in (b"\n", b"\r\n")
        whole = line.endswith(b"\n")
    if number or letter.size:
        yield letter.spooled(f"{name}:{number or 1}")


class _Letter:
    """A letter of an mbox as it is read."""

    def __init__(self, *, most: int) -> None:
        self.size = 0
        self._most = most
        self._lines: list[bytes] | None = []
        self._kept = 0

    def add(self, line: bytes, *, whole: bool) -> None:
        """Add a line, or a further piece of one; a quoted ``From`` is unquoted."""
        self.size += len(line)
        if whole and _QUOTED.match(line):
            line = line[1:]
        self._kept += len(line)
        if self._kept > self._most + 2:
            self._lines = None
        if self._lines is not None:
            self._lines.append(line)

    def spooled(self, name: str) -> SpooledLetter:
        """Return the letter without the blank line that the mbox added to it."""
        content = None
        if self._lines is not None:
            if self._lines and self._lines[-1] in (b"\n", b"\r\n"):
                self._lines.pop()
            content = b"".join(self._lines)
        return SpooledLetter(name=name, content=content, size=self.size)
