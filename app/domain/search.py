"""Full-text search in Chinese without a dictionary: pairs of neighbouring signs.

A run of Chinese signs is indexed as its overlapping pairs and its last sign; a query
is the phrase of its pairs. So any substring is found, exactly, on both databases.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS: Final = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W_]+", re.UNICODE)
_MIXED: Final = re.compile(rf"[{_HAN}]+|[^{_HAN}]+")

MOST_WORDS: Final = 8
"""Words of a query beyond these are passed over."""


def tokens(text: str) -> str:
    """Return what the index holds of ``text``: tokens with spaces between."""
    return " ".join(token for run in _runs(text) for token in _indexed(run))


def phrases(query: str) -> list[list[str]]:
    """Return the phrases that a text must hold to match ``query``.

    An empty list: the query has no sign that could be found. A last token ending in
    ``*`` stands for all that begin with it.
    """
    return [_sought(run) for run in list(_runs(query[:200]))[:MOST_WORDS]]


def _runs(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", text).lower()
    for match in _RUNS.finditer(folded):
        yield from _MIXED.findall(match.group())


def _indexed(run: str) -> Iterator[str]:
    if not _is_han(run):
        yield run[:64]
        return
    yield from (run[i : i + 2] for i in range(len(run) - 1))
    yield run[-1]


def _sought(run: str) -> list[str]:
    if not _is_han(run) or len(run) == 1:
        return [run[:64] + "*"]
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _is_han(run: str) -> bool:
    return re.match(f"[{_HAN}]", run) is not None
