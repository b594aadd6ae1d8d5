"""A notice made ready for reading: paragraphs, and measures as lists.

Nothing is left out or reworded: the pieces of a body, put together again, are the body.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.outline import Node

_DIGIT: Final = "0-9\uff10-\uff19"
_ORDINAL: Final = re.compile(
    r"(?:第?[一二三四五六七八九十]+(?:是|要|、)?"
    rf"|[(\uff08]?[{_DIGIT}一二三四五六七八九十]+[)\uff09、.\uff0e]?|[①-⑳])\s*$"
)
"""What stands before a measure: 一是, 二要, (3), ④."""

_LONGEST_ORDINAL: Final = 8

_ENDS: Final = ";\uff1b。,\uff0c、."
_LEAST_MEASURES: Final = 2


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of paragraphs, or a list of measures."""

    paragraphs: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


def passages(node: Node) -> tuple[Passage, ...]:
    """Return the body of ``node`` as paragraphs and lists of measures."""
    found: list[Passage] = []
    listed: list[str] = []
    for piece, is_measure in _pieces(node):
        if is_measure:
            listed.append(piece)
            continue
        if listed:
            found.append(Passage(measures=tuple(listed)))
            listed = []
        found.append(Passage(paragraphs=tuple(piece.split("\n"))))
    if listed:
        found.append(Passage(measures=tuple(listed)))
    return tuple(found)


def short_name(node: Node, most: int) -> str:
    """Return what an item is called in a line: its label and heading, cut to fit."""
    heading = " ".join((node.heading or node.body).split())
    name = f"{node.label} {heading}".strip() or node.path
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _pieces(node: Node) -> Iterator[tuple[str, bool]]:
    """Yield the body in its order, piece by piece, and whether each is a measure."""
    places = _places(node.body, node.measures)
    end = 0
    for start, stop in places:
        between = node.body[end:start].strip()
        if between:
            yield between, False
        yield node.body[start:stop].strip(), True
        end = stop
    rest = node.body[end:].strip()
    if rest:
        yield rest, False


def _places(body: str, measures: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each measure stands, its ordinal with it; none: not all are found.

    Punctuation after a measure goes with it.
    """
    places: list[tuple[int, int]] = []
    end = 0
    for measure in measures:
        found = body.find(measure, end)
        if found < 0 or not measure:
            return []
        ordinal = _ORDINAL.search(body, max(end, found - _LONGEST_ORDINAL), found)
        start = ordinal.start() if ordinal else found
        end = found + len(measure)
        while end < len(body) and body[end] in _ENDS:
            end += 1
        places.append((start, end))
    return places if len(places) >= _LEAST_MEASURES else []
