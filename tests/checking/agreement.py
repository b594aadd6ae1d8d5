"""What tests of all forms of expectation ask."""

from collections.abc import Iterable

from app.checking.points import Point
from app.mail.letter import Letter, read_letter


def letter(text: str) -> Letter:
    """Return ``text`` as a letter that was read."""
    return read_letter(text.encode())


def wrong(points: Iterable[Point]) -> list[str]:
    """Return the names of the points that disagree."""
    return [point.name for point in points if not point.agrees]
