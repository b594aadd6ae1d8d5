"""Full-text search in Chinese without a dictionary: pairs of neighbouring signs.

A run of Chinese signs is indexed as its overlapping pairs and its last sign; a query
is the phrase of its pairs. So any substring is found, exactly, on both databases.
"""

import re
import unicodedata
from collections.abc import Iterator
from operator import add
from typing import Final

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS: Final = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_HEAD: Final = re.compile(f"[{_HAN}]")

MOST_WORDS: Final = 8
"""Words of a query beyond these are passed over."""


def tokens(text: str) -> str:
    """Return what the index holds of ``text``: tokens with spaces between."""
    found: list[str] = []
    for run in _runs(text):
        if len(run) > 1 and _is_han(run):
            found += map(add, run, run[1:])
            found.append(run[-1])
        else:
            found.append(run[:64])
    return " ".join(found)


def phrases(query: str) -> list[list[str]]:
    """Return the phrases that a text must hold to match ``query``.

    An empty list: the query has no sign that could be found. A last token ending in
    ``*`` stands for all that begin with it.
    """
    return [_sought(run) for run in words(query)]


def words(query: str) -> list[str]:
    """Return the words of a query, each a run of Chinese signs or of other letters."""
    return [run if _is_han(run) else run[:64] for run in _runs(query[:200])][
        :MOST_WORDS
    ]


def fold(text: str) -> str:
    """Return ``text`` without differences of width and case."""
    return unicodedata.normalize("NFKC", text).lower()


def places(folded: str, word: str) -> Iterator[tuple[int, int]]:
    """Yield where a word of a query stands in what `fold` returned, as in slices.

    Chinese signs are found anywhere, other letters where a run of them begins.
    """
    if _is_han(word):
        yield from (match.span() for match in re.finditer(re.escape(word), folded))
        return
    for match in _RUNS.finditer(folded):
        if match[0].startswith(word):
            yield match.start(), match.start() + len(word)


def _runs(text: str) -> list[str]:
    """Return what ``text`` is made of: runs of Chinese signs, and of other letters."""
    return _RUNS.findall(fold(text))


def _sought(run: str) -> list[str]:
    if not _is_han(run) or len(run) == 1:
        return [run + "*"]
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _is_han(run: str) -> bool:
    return _HEAD.match(run) is not None
