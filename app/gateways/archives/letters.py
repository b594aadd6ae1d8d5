"""Letters out of a file: a single one, an mbox, or a zip of such.

Nothing out of a zip is ever written to a file, so names in it lead nowhere; and what
it unpacks to is counted as it comes, whatever it says of itself.
"""

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from app.domain.importing.words import Trouble
from app.gateways.archives.kinds import FileKind, UnreadableFile
from app.gateways.mbox import SEPARATOR, letters_in_mbox
from app.gateways.spooled import SpooledLetter

MOST_UNPACKED: Final = 2**30
MOST_NAMES: Final = 100_000
_PIECE: Final = 2**18
_LINE: Final = 2**10
_ENCRYPTED: Final = 0x1
_LETTERS: Final = {".eml"}
_MBOXES: Final = {".mbox", ".mbx"}
_BESIDES: Final = "__MACOSX"
_MAILDIR: Final = {"cur", "new"}
"""The folders of a Maildir whose files are letters, whatever these are called."""

_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError,
    NotImplementedError,
)  # fmt: skip


def letters_in(
    kind: FileKind, name: str, file: BinaryIO, *, most: int
) -> Iterator[SpooledLetter]:
    """Yield the letters of a file, none of them above ``most`` bytes.

    Raises:
        UnreadableFile: It is broken, locked, or unpacks to too much.
    """
    if kind is FileKind.MBOX:
        yield from letters_in_mbox(name, file, most=most)
    elif kind is FileKind.ZIP:
        yield from _letters_in_zip(file, most=most)
    else:
        content = file.read(most + 1)
        yield _letter(name, content, most=most)


def _letters_in_zip(file: BinaryIO, *, most: int) -> Iterator[SpooledLetter]:
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(file) as archive:
            for letter in _letters_of(archive, most=most):
                left -= letter.size
                _hold(left)
                yield letter
    except _BROKEN:
        raise UnreadableFile(Trouble.BROKEN_FILE) from None


def _letters_of(archive: zipfile.ZipFile, *, most: int) -> Iterator[SpooledLetter]:
    for entry in _entries(archive):
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableFile(Trouble.LOCKED_FILE)
        yield from _letters_in_entry(archive, entry, most=most)


def _hold(left: int) -> None:
    """Hold that a zip may still unpack to something."""
    if left < 0:
        raise UnreadableFile(Trouble.TOO_LARGE_UNPACKED)


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MOST_NAMES:
        raise UnreadableFile(Trouble.TOO_MANY_PIECES)
    return [
        entry
        for entry in entries
        if not entry.is_dir()
        and _may_hold_letters(archive, entry)
        and not entry.filename.startswith(_BESIDES)
    ]


def _may_hold_letters(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(entry.filename)
    return (
        name.suffix.casefold() in _LETTERS | _MBOXES
        or name.parent.name in _MAILDIR
        or _is_mbox(archive, entry)
    )


def _is_mbox(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Return whether an entry is an mbox: mail programs call theirs ``Inbox``."""
    name = PurePosixPath(entry.filename)
    if name.suffix.casefold() in _MBOXES:
        return True
    if name.suffix or name.parent.name in _MAILDIR or entry.flag_bits & _ENCRYPTED:
        return False
    with archive.open(entry) as stream:
        return SEPARATOR.match(stream.readline(_LINE)) is not None


def _letters_in_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, most: int
) -> Iterator[SpooledLetter]:
    name = PurePosixPath(entry.filename)
    with archive.open(entry) as stream, tempfile.TemporaryFile() as file:
        if not _is_mbox(archive, entry):
            yield _letter(name.name, stream.read(most + 1), most=most)
            return
        # Whoever reads an mbox looks ahead and goes back, which a zip does slowly.
        left = MOST_UNPACKED
        while piece := stream.read(_PIECE):
            left -= len(piece)
            _hold(left)
            file.write(piece)
        file.seek(0)
        yield from letters_in_mbox(name.name, file, most=most)


def _letter(name: str, content: bytes, *, most: int) -> SpooledLetter:
    fits = len(content) <= most
    return SpooledLetter(
        name=name, content=content if fits else None, size=len(content)
    )
