"""The spool: letters from files, one after another, however many there are.

An eml file holds one letter, an mbox many (`mbox`), a Maildir one in each file of its
``new`` and ``cur``; folders may lie within folders. What is not a plain file, a pipe
for one, holds none.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.errors import InvalidInput
from app.gateways.mbox import SEPARATOR, letters_in_mbox
from app.gateways.spooled import SpooledLetter

_EML: Final = {".eml"}
_MBOX: Final = {".mbox", ".mbx"}
_MAILDIR: Final = ("new", "cur")
_FIRST_LINE: Final = 1_000


class NoLetters(InvalidInput):
    """There are no letters at that place."""

    code = "no_letters"


def files_at(path: Path) -> list[Path]:
    """Return the files at ``path`` that hold letters, in the order of their names.

    Raises:
        NoLetters: There are none, or ``path`` cannot be read.
    """
    if path.is_dir():
        found = sorted(_files(path))
        if not found:
            raise NoLetters(f"{path}: no eml, mbox or Maildir is there")
        return found
    if not path.is_file():
        raise NoLetters(f"{path}: is no file and no folder")
    try:
        with path.open("rb") as stream:
            if not stream.read(1):
                raise NoLetters(f"{path}: is empty")
    except OSError as error:
        raise NoLetters(f"{path}: cannot be read: {error.strerror}") from None
    return [path]


def letters_in(file: Path, *, most: int) -> Iterator[SpooledLetter]:
    """Yield the letters in ``file``, none of them above ``most`` bytes.

    Raises:
        OSError: It cannot be read, or not to its end.
    """
    with file.open("rb") as stream:
        begins_as_mbox = stream.read(5) == b"From "
        stream.seek(0)
        if begins_as_mbox or file.suffix.lower() in _MBOX:
            yield from letters_in_mbox(file.name, stream, most=most)
            return
        content = stream.read(most + 1)
    size = file.stat().st_size
    yield SpooledLetter(
        name=file.name, content=content if len(content) <= most else None, size=size
    )


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size and _holds_letters(path):
            yield path


def _holds_letters(path: Path) -> bool:
    """Return whether its name, place or first line says so.

    MH folders have numbers only; mail programs call an mbox as they call the folder.
    """
    named = path.suffix.lower() in _EML | _MBOX or path.name.isdecimal()
    return named or _is_in_maildir(path) or _begins_as_mbox(path)


def _is_in_maildir(path: Path) -> bool:
    folder = path.parent
    if folder.name not in _MAILDIR or path.name.startswith("."):
        return False
    return all((folder.parent / name).is_dir() for name in _MAILDIR)


def _begins_as_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return SEPARATOR.match(stream.readline(_FIRST_LINE)) is not None
    except OSError:
        return False
