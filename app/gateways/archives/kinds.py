"""What a file is, by its content first and by its name where that does not tell."""

import zipfile
from enum import StrEnum
from pathlib import PurePath
from typing import BinaryIO, Final

from app.domain.importing.words import Trouble
from app.gateways import openings
from app.gateways.mbox import SEPARATOR

_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_LISTS: Final = {".csv", ".tsv", ".txt"}
_BOOKS: Final = {".xlsx", ".xls", ".ods"}
_MBOX: Final = {".mbox", ".mbx"}
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument.spreadsheet"


class FileKind(StrEnum):
    """How a file is read."""

    MBOX = "mbox"
    LETTER = "letter"
    ZIP = "zip"
    BOOK = "book"
    """A workbook: xlsx, ods, xls."""

    TEXT = "text"
    """A list as text: csv."""


class UnreadableFile(Exception):
    """A file cannot be read."""

    def __init__(self, trouble: Trouble) -> None:
        """Say why."""
        super().__init__(trouble)
        self.trouble = trouble


def kind_of(name: str, file: BinaryIO) -> FileKind:
    """Return how ``file`` is read, which is called ``name``.

    Raises:
        UnreadableFile: Nobody knows.
    """
    file.seek(0)
    head = file.read(openings.HEAD)
    file.seek(0)
    suffix = PurePath(name).suffix.casefold()
    if head.startswith(_OLD_OFFICE):
        return FileKind.BOOK
    if head.startswith(_ZIP):
        return FileKind.BOOK if _is_book(file) else FileKind.ZIP
    if suffix in _LISTS or (suffix in _BOOKS and _is_text(head)):
        return FileKind.TEXT
    if SEPARATOR.match(head.partition(b"\n")[0]) or suffix in _MBOX:
        return FileKind.MBOX
    if openings.is_named_as_letter(name) or openings.has_headers(head):
        return FileKind.LETTER
    raise UnreadableFile(Trouble.UNKNOWN_FILE)


def _is_text(head: bytes) -> bool:
    """Return whether what is called a workbook is a list as text, renamed.

    A page or XML is none, though spreadsheets open those, too.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\0" not in head and not head.lstrip().startswith(b"<")


def _is_book(file: BinaryIO) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                return any(each.startswith("xl/") for each in names)
            return "mimetype" in names and (
                archive.getinfo("mimetype").file_size <= 2 * len(_OPEN_DOCUMENT)
                and archive.read("mimetype").strip() == _OPEN_DOCUMENT
            )
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError):
        raise UnreadableFile(Trouble.BROKEN_FILE) from None
    finally:
        file.seek(0)
