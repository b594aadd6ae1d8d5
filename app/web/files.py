"""Files that citizens send: which kinds are taken, told by their name and first bytes.

A name alone proves nothing and first bytes alone can be those of two kinds at once, so
both must say the same (OWASP, File Upload). The browser's media type is not believed.
What is in an archive or a compound file is told by its directory (`containers`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.datastructures import UploadFile

from app.domain.submission import File, clean
from app.errors import InvalidInput
from app.settings import Settings
from app.web.writing.containers import is_compound_file, is_office_file

_MOST_NAME: Final = 120
_MOST_ENDING: Final = 5

_FILE_TYPES: Final = slice(4, 12)
"""Where MP4 and HEIC say what they are (ISO/IEC 14496-12, ``ftyp``)."""


class FileRefused(InvalidInput):
    """A file cannot be taken; the code says why."""

    def __init__(self, code: str, file_name: str) -> None:
        """Name the file as the person named it."""
        super().__init__(f"a file was not taken: {code}", field="files", code=code)
        self.file_name = file_name


@dataclass(frozen=True, slots=True)
class _Type:
    media_type: str
    fits: Callable[[bytes], bool]


def _begins(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _office(folder: str) -> Callable[[bytes], bool]:
    """Return a test for an Office Open XML file that has ``folder``."""
    return partial(is_office_file, folder=folder)


def _compound(*streams: str) -> Callable[[bytes], bool]:
    """Return a test for a compound file that has one of ``streams``."""
    return lambda content: is_compound_file(content, *streams)


def _media(*brands: bytes) -> Callable[[bytes], bool]:
    return lambda content: content[_FILE_TYPES].startswith(
        tuple(b"ftyp" + brand for brand in brands)
    )


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_JPEG: Final = _Type("image/jpeg", _begins(b"\xff\xd8\xff"))

TYPES: Final[Mapping[str, _Type]] = {
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": _Type("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "gif": _Type("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": _Type(
        "image/webp",
        lambda content: content.startswith(b"RIFF") and content[8:12] == b"WEBP",
    ),
    "heic": _Type("image/heic", _media(b"heic", b"heix", b"mif1", b"msf1")),
    "pdf": _Type("application/pdf", _begins(b"%PDF-")),
    "doc": _Type("application/msword", _compound("WordDocument")),
    "xls": _Type("application/vnd.ms-excel", _compound("Workbook", "Book")),
    "wps": _Type("application/vnd.ms-works", _compound("WordDocument")),
    "docx": _Type(_WORD, _office("word/")),
    "xlsx": _Type(_SHEET, _office("xl/")),
    "txt": _Type("text/plain", _is_text),
    "mp3": _Type("audio/mpeg", _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "mp4": _Type("video/mp4", _media(b"isom", b"iso2", b"mp4", b"avc1", b"M4V", b"qt")),
}
"""What is taken, by the ending of the name."""


async def taken(
    uploads: Sequence[UploadFile], settings: Settings
) -> tuple[tuple[File, ...], tuple[FileRefused, ...]]:
    """Return the files among ``uploads`` that are taken, and what is wrong with others.

    A file that is too large is not read into memory.
    """
    if len(uploads) > settings.max_files:
        return (), (FileRefused("too_many_files", ""),)
    files, refused = [], []
    for upload in uploads:
        try:
            files.append(await _file(upload, settings.max_file_bytes))
        except FileRefused as problem:
            refused.append(problem)
    return tuple(files), tuple(refused)


def checked(name: str, content: bytes) -> File:
    """Return the file, if name and content say that it is of a kind we take.

    Raises:
        FileRefused: It is empty or of another kind.
    """
    name = safe_name(name)
    if not content:
        raise FileRefused("file_empty", name)
    kind = TYPES.get(ending(name))
    if kind is None:
        raise FileRefused("file_type", name)
    if not kind.fits(content):
        raise FileRefused("file_mismatch", name)
    return File(file_name=name, media_type=kind.media_type, content=content)


def safe_name(name: str) -> str:
    """Return the last part of ``name`` without what could fool a reader or a system."""
    plain = clean(name.replace("\\", "/").rpartition("/")[2], lines=False)
    if len(plain) <= _MOST_NAME:
        return plain or "file"
    suffix = f".{ending(plain)}" if 0 < len(ending(plain)) <= _MOST_ENDING else ""
    return plain[: _MOST_NAME - len(suffix)] + suffix


def ending(name: str) -> str:
    """Return what follows the last dot of ``name``, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


async def _file(upload: UploadFile, most: int) -> File:
    name = upload.filename or ""
    if (upload.size or 0) > most:
        raise FileRefused("file_too_large", safe_name(name))
    return checked(name, await upload.read())
