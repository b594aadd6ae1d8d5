"""Containers: what a file is that begins like many others, told by what is in it.

Office files are ZIP archives (ECMA-376, part 2) or compound files (MS-CFB); so are
programs and installers. The directory of either says which parts there are; none is
unpacked for that.
"""

import io
import zipfile
from typing import Final

MOST_PARTS: Final = 5_000
"""Parts of an archive that are looked at; a document has some dozens."""

_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TYPES: Final = "[Content_Types].xml"
_PROGRAMS: Final = ("vbaproject.bin", "activex")
"""Parts that run when somebody opens the document."""

_ENTRY: Final = 128
"""Bytes of a directory entry, which begins with its name in UTF-16."""


def is_office_file(content: bytes, *, folder: str) -> bool:
    """Return whether it is an Office Open XML file that has ``folder``, and no macros.

    A name that stands somewhere in its bytes is not enough: the archive's own directory
    has to have it.
    """
    if not content.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    runs = any(word in name.lower() for name in names for word in _PROGRAMS)
    parts = _TYPES in names and any(name.startswith(folder) for name in names)
    return parts and not runs and len(names) <= MOST_PARTS


def is_compound_file(content: bytes, *streams: str) -> bool:
    """Return whether it is a compound file that has one of ``streams``.

    Installers (MSI) are compound files, too, and have none of a document's.
    """
    if not content.startswith(_COMPOUND):
        return False
    return any(_has_entry(content, stream) for stream in streams)


def _has_entry(content: bytes, stream: str) -> bool:
    """Return whether a directory entry is called ``stream``: entries stand aligned."""
    name = f"{stream}\0".encode("utf-16-le")
    place = content.find(name)
    while place >= 0:
        if place % _ENTRY == 0:
            return True
        place = content.find(name, place + 1)
    return False
