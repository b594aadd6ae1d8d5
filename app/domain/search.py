"""Full-text search in Chinese without a dictionary: pairs of neighbouring signs.

A run of Chinese signs is indexed as its overlapping pairs and its last sign; a query
is the phrase of its pairs. So any substring is found, exactly, on both databases.
"""

import re
import unicodedata
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
    return [_sought(run) for run in _runs(query[:200])[:MOST_WORDS]]


def _runs(text: str) -> list[str]:
    """Return what ``text`` is made of: runs of Chinese signs, and of other letters."""
    return _RUNS.findall(unicodedata.normalize("NFKC", text).lower())


def _sought(run: str) -> list[str]:
    if not _is_han(run) or len(run) == 1:
        return [run[:64] + "*"]
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _is_han(run: str) -> bool:
    return _HEAD.match(run) is not None
