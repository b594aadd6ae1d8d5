"""Plain text: a notice as lines for printing out, for mail, and for any program.

Lines are as wide as a letter on paper. A Chinese sign takes two columns; no line begins
with a mark that closes what stands before it.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

from app.domain.outline import Node, Outline
from app.web.reading import passages

WIDTH: Final = 76
"""Columns; RFC 5322 advises mail not to use more than 78."""

_INDENT: Final = "  "
_NOT_FIRST: Final = frozenset("，。、；：？！）》”’」』】,.;:?!)]}%‰％")
_NOT_LAST: Final = frozenset("（《“‘「『【([{")


def notice_lines(outline: Outline) -> Iterator[str]:
    """Yield a notice, line by line."""
    yield from wrapped(outline.title)
    byline = [outline.issuer, outline.published_on and outline.published_on.isoformat()]
    if any(byline):
        yield " · ".join(part for part in byline if part)
    yield from _paragraphs(outline.preamble)
    for node in outline.nodes():
        yield from node_lines(node)
    yield from _paragraphs(outline.closing or "")


def node_lines(node: Node) -> Iterator[str]:
    """Yield an item, without those below it."""
    yield ""
    yield from wrapped(f"[{node.path}] {node.label} {node.heading}".rstrip())
    for passage in passages(node):
        yield from _paragraphs("\n".join(passage.paragraphs))
        if passage.measures:
            yield ""
        for measure in passage.measures:
            yield from wrapped(" ".join(measure.split()), first="- ", rest=_INDENT)


def wrapped(text: str, *, first: str = "", rest: str = "") -> Iterator[str]:
    """Yield ``text`` in lines of `WIDTH` columns at most.

    ``first`` and ``rest`` stand before the first line and the others. Words of letters
    stay whole, unless one is longer than a line.
    """
    line, width = first, columns(first)
    for piece in _pieces(text):
        size = columns(piece)
        if width + size > WIDTH and line.strip():
            yield line.rstrip()
            line, width = rest, columns(rest)
            if piece.isspace():
                continue
        line += piece
        width += size
    yield line.rstrip()


def columns(text: str) -> int:
    """Return how many columns ``text`` takes."""
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WFA" else 1


def _pieces(text: str) -> Iterator[str]:
    """Yield what stays together: words, and signs with the marks beside them."""
    piece = ""
    for sign in text:
        joins = sign in _NOT_FIRST or piece[-1:] in _NOT_LAST or _in_word(piece, sign)
        if piece and (not joins or columns(piece) >= WIDTH // 2):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _in_word(piece: str, sign: str) -> bool:
    return _is_letter(piece[-1:]) and _is_letter(sign)


def _is_letter(sign: str) -> bool:
    return sign != "" and not sign.isspace() and _columns(sign) == 1


def _paragraphs(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if line.strip():
            yield ""
            yield from wrapped(" ".join(line.split()))
