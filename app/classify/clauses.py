"""Find the clause of a notice that an opinion meets: the other half of the evidence."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Final

from app.classify.plain import has_filler, is_plain
from app.classify.text import CLAUSE_END, SENTENCE_END, Folded, fold, fold_with_origins

_CLAUSE: Final = re.compile(r"[^。；;！？!?\n]+[。；;！？!?]?")
_LONGEST: Final = 120
"""Signs of a clause that are shown."""

_OF_A_TERM: Final = 4.0
"""What a pair of signs counts that stands in words which decided, beside any other."""

_HEADING: Final = 1.2
"""How much more the heading says than any other clause."""

_PAIR: Final = 2
_MARKS: Final = frozenset(CLAUSE_END + SENTENCE_END)
_MOST_CLAUSES: Final = 60


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the notice, and the words in it that the citizen used too."""

    text: str
    shared: tuple[str, ...]
    """As the notice writes them, in order; none: it is shown for want of a better."""


def matching_clause(
    heading: str,
    paragraphs: Sequence[str],
    *,
    said: str,
    terms: Sequence[str],
    common: Container[str] = (),
) -> Clause:
    """Return the clause of a section that shares most with what a citizen ``said``.

    ``terms`` are the words that decided, which count for more.  Pairs in ``common``
    are all over the notice, so that sharing them is no reason to show a clause.
    """
    pairs = {
        pair: 1.0
        for pair in _pairs(fold(said))
        if not has_filler(pair) and pair not in common
    }
    deciding = {pair for term in terms for pair in _pairs(fold(term))}
    pairs |= dict.fromkeys(deciding, _OF_A_TERM)
    best, most = fold_with_origins(heading), 0.0
    for place, clause in enumerate(_clauses(heading, paragraphs)):
        folded = fold_with_origins(clause)
        own = set(_pairs(folded.text))
        score = sum(pairs.get(pair, 0.0) for pair in own) / sqrt(len(own) + 8)
        score *= _HEADING if place == 0 else 1.0
        if score > most and any(_shared(folded, pairs, deciding)):
            best, most = folded, score
    return Clause(best.original[:_LONGEST], tuple(_shared(best, pairs, deciding)))


def _clauses(heading: str, paragraphs: Sequence[str]) -> Iterator[str]:
    yield heading
    found = (
        each.group().strip() for text in paragraphs for each in _CLAUSE.finditer(text)
    )
    for _, clause in zip(range(_MOST_CLAUSES), found, strict=False):
        yield clause


def _pairs(folded: str) -> Iterator[str]:
    for one, two in pairwise(folded):
        if one not in _MARKS and two not in _MARKS:
            yield one + two


def _shared(
    clause: Folded, pairs: Container[str], deciding: Container[str]
) -> Iterator[str]:
    """Yield the runs of ``clause`` whose pairs all stand in ``pairs`` as well.

    A pair by itself may be the end of one word and the start of another: it counts if
    it is one of those ``deciding``.
    """
    start: int | None = None
    text = f"{clause.text}{SENTENCE_END}"
    for place, pair in enumerate(map("".join, pairwise(text))):
        if pair in pairs:
            start = place if start is None else start
        elif start is not None:
            words = text[start : place + 1]
            if words in deciding or (len(words) > _PAIR and not is_plain(words)):
                yield clause.quote(start, place + 1)
            start = None
