"""A notice made ready for reading: paragraphs, measures as lists, figures marked.

Nothing is left out or reworded: the pieces of a body, put together again, are the body.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

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

_NUMBER: Final = (
    rf"(?<![第{_DIGIT}])[{_DIGIT}]++(?:[,\uff0c][{_DIGIT}]{{3}}(?![{_DIGIT}]))*"
    rf"(?:[.\uff0e][{_DIGIT}]+)?"
)
_UNIT: Final = (
    r"(?:%|\uff05|‰|(?:余|多)?(?:十|百|千|万|亿)*(?:余|多)?"
    r"(?:元|人|名|户|件|起|宗|个|项|次|家|份|处|座|栋|条|所|辆|台|套|场|期|篇|批|册|"
    r"亩|公顷|平方米|平方公里|立方米|公里|千米|米|吨|公斤|千克|斤|"
    r"小时|分钟|天|倍|分|万|亿))"
)
_FIGURE: Final = re.compile(f"{_NUMBER}{_UNIT}")
"""A number with what it counts; dates and numbers of laws are none."""


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


def with_figures(text: str) -> Markup:
    """Return ``text`` as HTML, each number with its unit marked."""
    out, end = [], 0
    for match in _FIGURE.finditer(text):
        out.append(escape(text[end : match.start()]))
        out.append(Markup('<span class="figure">{}</span>').format(match.group()))
        end = match.end()
    return Markup("").join([*out, escape(text[end:])])


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
