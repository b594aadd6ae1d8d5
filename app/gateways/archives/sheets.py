"""Sheets: the rows of a workbook or a csv file, read by a process that may die of it.

A workbook of a few kilobytes can claim cells by the thousand million. So another
process reads it, with a limit on its memory and time, and writes what it finds, line
by line, to a file that this one reads without having all of it in memory.
"""

import codecs
import csv
import importlib
import importlib.util
import json
import multiprocessing
import resource
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

from app.domain.importing.columns import MOST_COLUMNS
from app.domain.importing.words import Trouble
from app.gateways.archives.kinds import FileKind, UnreadableFile
from app.gateways.archives.merged import with_merged_days

MOST_BYTES: Final = 30 * 2**20
"""A list may have so many bytes; unpacked, ten times as many."""

MOST_SIGNS: Final = 20_100
"""Signs of a cell that are read: one with so many is refused anyway."""

WITHIN: Final = 120.0
MEMORY: Final = 2 * 2**30
_TIMES: Final = 10
_PIECE: Final = 2**18
_LIBRARY: Final = "python_calamine"
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, NotImplementedError,
)  # fmt: skip
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
"""What an xlsx with a password holds in place of its sheets."""

_DELIMITERS: Final = (",", "\t", ";")

MIDNIGHT: Final = time()
Line = tuple[int, list[str]]


def rows_in(
    kind: FileKind, file: Path, *, most: int, within: float = WITHIN
) -> Iterator[Line]:
    """Yield the rows that are not empty, each with its number, counted from 1.

    What the other process found is left beside ``file``, whose folder is to be one
    that goes when its work is done.

    Raises:
        UnreadableFile: They cannot be read, or are more than ``most``.
    """
    if file.stat().st_size > MOST_BYTES:
        raise UnreadableFile(Trouble.TOO_LARGE_UNPACKED)
    if kind is FileKind.BOOK:
        _check_book(file)
    target = file.with_name(f"{file.name}.rows")
    process = multiprocessing.get_context("spawn").Process(
        target=_read_apart, args=(kind.value, str(file), str(target), most)
    )
    process.start()
    process.join(within)
    if process.is_alive():
        process.kill()
        process.join()
        raise UnreadableFile(Trouble.TOO_LARGE_UNPACKED)
    if process.exitcode != 0:
        raise UnreadableFile(Trouble.BROKEN_FILE)
    with target.open(encoding="utf-8") as lines:
        yield from _lines(lines)


def _lines(lines: TextIO) -> Iterator[Line]:
    for line in lines:
        found = json.loads(line)
        if isinstance(found, str):
            raise UnreadableFile(Trouble(found))
        number, cells = found
        yield number, cells


def _check_book(file: Path) -> None:
    """Hold that a workbook can be read, and is no bomb: unpacked bytes are counted."""
    if importlib.util.find_spec(_LIBRARY) is None:
        raise UnreadableFile(Trouble.NO_SPREADSHEETS)
    if not zipfile.is_zipfile(file):
        # The library knows a locked workbook by the ending of its name alone.
        if _LOCKED in file.read_bytes():
            raise UnreadableFile(Trouble.LOCKED_FILE)
        return
    left = _TIMES * MOST_BYTES
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                left -= _unpacked(archive, entry, most=left)
    except _BROKEN:
        raise UnreadableFile(Trouble.BROKEN_FILE) from None


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, most: int) -> int:
    """Return how many bytes an entry unpacks to, whatever it says of itself."""
    size = 0
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > most:
                raise UnreadableFile(Trouble.TOO_LARGE_UNPACKED)
    return size


def _read_apart(kind: str, source: str, target: str, most: int) -> None:
    """Write the rows of ``source`` to ``target``; in a process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with Path(target).open("w", encoding="utf-8") as lines:
        try:
            lines.writelines(_written(FileKind(kind), source, most=most))
        except UnreadableFile as error:
            lines.write(json.dumps(error.trouble.value) + "\n")


def _written(kind: FileKind, source: str, *, most: int) -> Iterator[str]:
    rows = read_rows(kind, Path(source))
    for found, (number, cells) in enumerate(rows, start=1):
        if found > most:
            raise UnreadableFile(Trouble.TOO_MANY_PIECES)
        yield json.dumps([number, cells]) + "\n"


def read_rows(kind: FileKind, file: Path) -> Iterator[Line]:
    """Yield the rows of ``file`` that are not empty, read here and now.

    Raises:
        UnreadableFile: They cannot be read.
    """
    of_book = kind is FileKind.BOOK
    return numbered(_of_book(str(file)) if of_book else _of_text(str(file)))


def numbered(rows: Iterable[Sequence[Any]]) -> Iterator[Line]:
    """Yield the rows that hold something, as text.

    Raises:
        UnreadableFile: A row has more columns than are taken.
    """
    for number, row in enumerate(rows, start=1):
        cells = [as_text(cell)[:MOST_SIGNS] for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise UnreadableFile(Trouble.TOO_MANY_COLUMNS)
        if cells:
            yield number, cells


def as_text(cell: Any) -> str:
    """Return a cell as somebody would read it: a telephone number is no decimal."""
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == MIDNIGHT:
            return cell.date().isoformat()
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def charset_of(file: BinaryIO) -> str:
    """Return how a csv file is written: UTF-8, UTF-16 with its mark, or else GB18030.

    Raises:
        UnreadableFile: It is none of them.
    """
    file.seek(0)
    marked = file.read(2) in {b"\xff\xfe", b"\xfe\xff"}
    for charset in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        file.seek(0)
        # To "utf-8-sig" the beginning of a mark, and nothing more, is an empty text.
        strict = "utf-8" if charset == "utf-8-sig" else charset
        decoder = codecs.getincrementaldecoder(strict)()
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return charset
    raise UnreadableFile(Trouble.BAD_CHARSET)


def _of_text(source: str) -> Iterator[list[str]]:
    with Path(source).open("rb") as file:
        charset = charset_of(file)
    csv.field_size_limit(MOST_BYTES)
    with Path(source).open(encoding=charset, newline="") as text:
        first = text.readline(_PIECE)
        delimiter = max(_DELIMITERS, key=first.count)
        text.seek(0)
        try:
            yield from csv.reader(text, delimiter=delimiter)
        except csv.Error:
            raise UnreadableFile(Trouble.BROKEN_FILE) from None


def _of_book(source: str) -> Iterator[list[Any]]:
    """Yield the rows of a workbook's first sheet.

    The library has all cells of the sheet, and all texts of the book, before it gives
    the first: a csv of any length takes as much memory as one line of it, a workbook
    1.6 KB more with each row of ten cells (25 MB for ten rows, 57 MB for 20,000, 104 MB
    for 50,000). What bounds it is `MOST_BYTES`, and at the worst `MEMORY`, at which
    this process ends; it ends after one list anyway.
    """
    # Not everybody has it, and this process alone needs it.
    library = importlib.import_module(_LIBRARY)
    try:
        book = library.CalamineWorkbook.from_path(source)
        sheet = book.get_sheet_by_index(0)
        # Rows are counted from the first of the sheet, cells from the first that
        # holds something anywhere.
        left_of = [None] * (sheet.start[1] if sheet.start else 0)
        rows = ([*left_of, *row] for row in sheet.iter_rows())
        yield from with_merged_days(rows, sheet.merged_cell_ranges or ())
    except library.PasswordError:
        raise UnreadableFile(Trouble.LOCKED_FILE) from None
    except library.CalamineError:
        raise UnreadableFile(Trouble.BROKEN_FILE) from None
