"""Packed files: the names that stand in TNEF, as a list beside it tells.

A list has a name on each line; ``body.…`` there is no file, but what the letter says.
What was unpacked by others may stand in a folder beside it.
"""

from collections.abc import Mapping
from typing import Final

from app.checking.points import Point, compared
from app.mail.letter import Letter

POINTS: Final = ("tnef.names", "tnef.text", "tnef.contents")

_HEAD: Final = (
    b"Content-Type: application/ms-tnef; name=winmail.dat\n"
    b"Content-Transfer-Encoding: binary\n\n"
)
_BODY: Final = "body."
_MESSAGE: Final = "message."


def as_letter(tnef: bytes) -> bytes:
    """Return a letter that holds nothing but ``tnef``."""
    return _HEAD + tnef


def compare(
    letter: Letter, names: str, unpacked: Mapping[str, bytes] | None = None
) -> list[Point]:
    """Return whether the letter has all files that are named, and text if any is.

    ``unpacked`` are the files that somebody took out of it, by name.
    """
    listed = {line.strip() for line in names.split("\n")} - {""}
    files = {name for name in listed if not name.startswith(_BODY)}
    ours = {part.file_name for part in letter.attachments}
    points = [compared("tnef.names", ours, files, agrees=files <= ours)]
    if listed - files:
        points.append(compared("tnef.text", bool(letter.text.strip()), True))
    contents = {part.content for part in letter.attachments}
    theirs = {
        name: content
        for name, content in (unpacked or {}).items()
        if not name.startswith(_MESSAGE)
    }
    missing = [name for name, content in theirs.items() if content not in contents]
    if theirs:
        found = sorted(ours)
        points.append(compared("tnef.contents", found, missing, agrees=not missing))
    return points
