"""The spool: letters from files, one after another, however many there are.

An eml file holds one letter, an mbox many (`mbox`), a Maildir one in each file of its
``new`` and ``cur``; folders may lie within folders. A file with another name, or none
that tells, holds one if it begins like one (`openings`); all else is passed over, and
named. What is not a plain file, a pipe for one, holds none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import InvalidInput
from app.gateways import openings
from app.gateways.mbox import SEPARATOR, letters_in_mbox
from app.gateways.spooled import SpooledLetter

_EML: Final = {".eml"}
_MBOX: Final = {".mbox", ".mbx"}
_MAILDIR: Final = ("new", "cur")
_KEPT_BY_PROGRAMS: Final = re.compile(
    r"\..*|dovecot[.-].*|courier.*|maildirfolder|maildirsize|subscriptions"
    r"|.*\.(?:msf|cmeta|ibex\.index.*)",
    re.DOTALL,
)
"""What mail programs note for themselves beside the letters."""


class NoLetters(InvalidInput):
    """There are no letters at that place."""

    code = "no_letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """The files at a place, in the order of their names."""

    files: tuple[Path, ...]
    """Those that hold letters."""

    passed_over: tuple[Path, ...] = ()
    """Those that hold none, but for what mail programs note for themselves."""


def spool_at(path: Path) -> Spool:
    """Return what lies at ``path``; a single file is taken at its owner's word.

    Raises:
        NoLetters: There are none, or ``path`` cannot be read.
    """
    if path.is_dir():
        return _spool_in(path)
    if not path.is_file():
        raise NoLetters(f"{path}: is no file and no folder")
    try:
        with path.open("rb") as stream:
            if not stream.read(1):
                raise NoLetters(f"{path}: is empty")
    except OSError as error:
        raise NoLetters(f"{path}: cannot be read: {error.strerror}") from None
    return Spool(files=(path,))


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


def _spool_in(folder: Path) -> Spool:
    files, passed_over = [], []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.stat().st_size and _holds_letters(path):
            files.append(path)
        elif not _is_of_no_account(path):
            passed_over.append(path)
    if not files:
        raise NoLetters(f"{folder}: no eml, mbox or Maildir is there")
    return Spool(files=tuple(files), passed_over=tuple(passed_over))


def _holds_letters(path: Path) -> bool:
    """Return whether its name, place or opening says so.

    MH folders have numbers only; mail programs call an mbox as they call the folder.
    What cannot be read counts as letters: the import will say that it could not.
    """
    named = path.suffix.lower() in _EML | _MBOX or path.name.isdecimal()
    if named or _is_in_maildir(path):
        return True
    if _is_of_no_account(path):
        return False
    try:
        with path.open("rb") as stream:
            head = stream.read(openings.HEAD)
    except OSError:
        return True
    if SEPARATOR.match(head.partition(b"\n")[0]):
        return True
    if not openings.may_hold_letter(path.name, head):
        return False
    return openings.is_named_as_letter(path.name) or openings.has_headers(head)


def _is_of_no_account(path: Path) -> bool:
    """Return whether nobody misses it: programs' notes, letters still on their way."""
    if _KEPT_BY_PROGRAMS.fullmatch(path.name):
        return True
    return path.parent.name == "tmp" and _has_maildir(path.parent.parent)


def _is_in_maildir(path: Path) -> bool:
    folder = path.parent
    if folder.name not in _MAILDIR or path.name.startswith("."):
        return False
    return _has_maildir(folder.parent)


def _has_maildir(folder: Path) -> bool:
    return all((folder / name).is_dir() for name in _MAILDIR)
