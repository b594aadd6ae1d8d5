"""A collection: the letters and texts below some folders, each with its expectations.

Files are taken one after another and nothing of them is kept, however many there are.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from app.checking import documents, expectations
from app.checking.kinds import Kind, kind_of
from app.checking.packed import as_letter
from app.checking.points import Point
from app.checking.stalwart import with_cr
from app.gateways.mbox import letters_in_mbox
from app.gateways.openings import HEAD
from app.mail.reading import Reading

Judge = Callable[[Reading], list[Point]]


class What(StrEnum):
    """What an entry of a collection is."""

    LETTER = "letter"
    VARIANT = "variant"
    """What is read like a letter, but is none: a packed file, or a letter that was
    counted before in another form."""

    TEXT = "text"
    """A text that is compared, but never was a letter."""

    FILE = "file"
    """A file of letters, as a whole."""

    OTHER = "other"
    """A file that is neither."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    """A file that the system does not let be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that was found in a collection."""

    name: str
    """The file, and the place within it where it holds many."""

    what: What
    raw: bytes = b""
    judges: Sequence[Judge] = ()
    """What compares the reading with the expectations."""

    compare: Callable[[], list[Point]] = list
    """What compares where nothing has to be read first."""


def entries(folders: Sequence[Path], *, most: int) -> Iterator[Entry]:
    """Yield all that is in ``folders`` and below, letters of up to ``most`` bytes."""
    for folder in folders:
        texts = documents.texts(folder)
        for text in texts:
            yield Entry(name=text.name, what=What.TEXT, compare=text.compare)
        claimed = {path for text in texts for path in text.files}
        for path in _files(folder):
            if path not in claimed:
                yield from _entries_of(path, most=most)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
    for where, inner, names in os.walk(folder):
        inner.sort()
        yield from (Path(where, name) for name in sorted(names))


def _entries_of(path: Path, *, most: int) -> Iterator[Entry]:
    """Yield what is in a file; one that cannot be read is an entry too."""
    name = str(path)
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            kind = kind_of(path, file.read(HEAD))
        if kind is Kind.OTHER:
            yield Entry(name=name, what=What.OTHER)
        elif kind is Kind.MBOX:
            yield from _mbox(path, most=most)
        elif path.stat().st_size > most:
            yield Entry(name=name, what=What.TOO_LARGE)
        elif kind is Kind.TNEF:
            raw = as_letter(path.read_bytes())
            judges = expectations.of_tnef(path)
            yield Entry(name=name, what=What.VARIANT, raw=raw, judges=judges)
        else:
            yield from _letter(path, path.read_bytes())
    except OSError:
        yield Entry(name=name, what=What.UNREADABLE)


def _letter(path: Path, raw: bytes) -> Iterator[Entry]:
    name = str(path)
    judges = [*expectations.of_letter(path), *expectations.of_place(path)]
    yield Entry(name=name, what=What.LETTER, raw=raw, judges=judges)
    variants = expectations.of_letter(path, with_cr=True)
    if variants:
        yield Entry(
            name=f"{name} (CRLF)",
            what=What.VARIANT,
            raw=with_cr(raw),
            judges=variants,
        )


def _mbox(path: Path, *, most: int) -> Iterator[Entry]:
    """Yield the letters of an mbox, and whether they are as many as expected."""
    count = 0
    judges = expectations.of_place(path)
    with path.open("rb") as stream:
        for letter in letters_in_mbox(str(path), stream, most=most):
            count += 1
            too_large = letter.content is None
            yield Entry(
                name=letter.name,
                what=What.TOO_LARGE if too_large else What.LETTER,
                raw=letter.content or b"",
                judges=judges,
            )
    compare = partial(expectations.of_mbox, path, count)
    yield Entry(name=str(path), what=What.FILE, compare=compare)
