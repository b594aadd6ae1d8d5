"""What stands inside quotation marks, book-title marks and brackets."""

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]

_PAIRS: Final = {
    "”": "“",
    "’": "‘",
    "》": "《",
    "〉": "〈",
    "」": "「",
    "』": "『",
    "】": "【",
    "〕": "〔",
    ")": "(",
    "]": "[",
}
_OPENERS: Final = frozenset(_PAIRS.values())
_MARKS = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_OPENERS)) + '"]')


def enclosed_spans(folded: str) -> list[Span]:
    """Return the outermost enclosed stretches of a paragraph, in order.

    A mark without its partner encloses nothing: one forgotten quotation mark must
    not swallow the rest of the paragraph.
    """
    waiting: list[tuple[str, int]] = []
    count = dict.fromkeys(_OPENERS | {'"'}, 0)
    spans: list[Span] = []
    for match in _MARKS.finditer(folded):
        sign, place = match[0], match.start()
        opener = _PAIRS.get(sign, sign)
        closes = sign in _PAIRS or (sign == '"' and count[sign])
        if not closes:
            waiting.append((sign, place))
            count[sign] += 1
            continue
        if not count[opener]:
            continue
        start = _take_back(waiting, count, opener)
        while spans and spans[-1][0] > start:
            spans.pop()
        spans.append((start, place + 1))
    return spans


def _take_back(
    waiting: list[tuple[str, int]], count: dict[str, int], opener: str
) -> int:
    """Drop what was opened since; return where ``opener`` stands."""
    while True:
        sign, place = waiting.pop()
        count[sign] -= 1
        if sign == opener:
            return place


def outside(
    matches: Iterator[re.Match[str]], spans: list[Span]
) -> Iterator[re.Match[str]]:
    """Yield those matches, in order, that begin in none of the spans."""
    remaining = iter(spans)
    start, end = next(remaining, (0, 0))
    for match in matches:
        while end and end <= match.start():
            start, end = next(remaining, (0, 0))
        if not end or match.start() < start:
            yield match
