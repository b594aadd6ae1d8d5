"""Mboxes: how many letters are in one, as mimekit's expectations tell.

Offsets are a JSON list with an entry for each letter; a summary is a text in which each
letter begins with its separator.
"""

import re
from typing import Any, Final

from app.checking.points import Point, compared

POINTS: Final = ("mbox.letters",)

_SUMMARIZED: Final = re.compile(r"^From ", re.MULTILINE)


def expected_letters(document: Any) -> int | None:
    """Return how many letters a document of offsets names; None: it is none."""
    if not isinstance(document, list) or not document:
        return None
    if not all(isinstance(one, dict) and "mboxMarkerOffset" in one for one in document):
        return None
    return len(document)


def summarized_letters(summary: str) -> int:
    """Return how many letters a summary names."""
    return len(_SUMMARIZED.findall(summary))


def compare(ours: int, theirs: int) -> list[Point]:
    """Return whether as many letters were found as are expected."""
    return [compared("mbox.letters", ours, theirs)]
