"""Count a text by single characters and pairs, and compare such counts."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, compress, pairwise
from operator import add, ne
from string import ascii_lowercase

import numpy as np

from app.classify.packed import PackedRows, Sums, Times
from app.classify.text import CLAUSE_END, SENTENCE_END

Counts = Mapping[str, float]
"""How often each character and each pair of neighbours occurs."""

_LATIN = frozenset(ascii_lowercase)
_RUN = re.compile(f"[^a-z0-9 {CLAUSE_END}{SENTENCE_END}]+|[a-z]{{2,}}")
_PAIR = re.compile(f"[^a-z0-9 {CLAUSE_END}{SENTENCE_END}]{{2}}")


def count_grams(text: str, weights: Sequence[float] | None = None) -> dict[str, float]:
    """Count the grams of a folded text; a place may weigh more.

    A gram is a character, a pair of neighbours or a whole Latin word; figures are left
    out, for they would tie a text to whatever happens to name the same year.
    """
    counts: dict[str, float] = dict(_plainly_counted(text))
    if weights is None:
        return counts
    for start, stop in pairwise(_changes(weights)):
        more = weights[start] - 1.0
        if not more:
            continue
        special = _plainly_counted(text[start:stop])
        if start and _PAIR.match(text, start - 1):
            special[text[start - 1 : start + 1]] += 1
        for gram, count in special.items():
            counts[gram] = counts.get(gram, 0.0) + count * more
    return counts


def _plainly_counted(text: str) -> Counter[str]:
    """Count every gram as one; the loops are the interpreter's own."""
    grams: list[Iterable[str]] = []
    for run in _RUN.findall(text):
        if run[0] in _LATIN:
            grams.append((run,))
        else:
            grams += run, map(add, run, run[1:])
    return Counter(chain.from_iterable(grams))


def _changes(weights: Sequence[float]) -> list[int]:
    """Return the places at which another weight begins, and both ends."""
    differ = map(ne, weights, weights[1:])
    return [0, *compress(range(1, len(weights)), differ), len(weights)]


def damped(count: float) -> float:
    """Let the tenth time count for less than the first."""
    return 1 + math.log(count) if count > 1 else count


def times_of(counts: Mapping[str, float]) -> Times:
    """Give the damped counts, for what adds up rows."""
    numbers = np.fromiter(counts.values(), np.float32, len(counts))
    often = numbers > 1
    numbers[often] = 1 + np.log(numbers[often])
    return Times(list(counts), numbers)


class Likelihoods:
    """Which of several documents a text sounds like.

    Each gram speaks for the documents in which it is commoner than overall, by the
    logarithm of how much commoner (a naive Bayes model without its negative half, so
    that a document is not blamed for what it leaves out).
    """

    _SMOOTHING = 5.0
    _CEILING = 5.0
    _FLOOR = 0.1

    def __init__(self, documents: Sequence[Counts]) -> None:
        """Weigh every gram against the whole."""
        overall: Counter[str] = Counter()
        for document in documents:
            overall.update(document)
        total = sum(overall.values()) or 1.0
        rows: dict[str, dict[int, float]] = {}
        for index, document in enumerate(documents):
            length = sum(document.values()) + self._SMOOTHING
            for gram, count in document.items():
                common = overall[gram] / total
                share = (count + self._SMOOTHING * common) / length
                weight = min(math.log(share / common), self._CEILING)
                if weight > self._FLOOR:
                    rows.setdefault(gram, {})[index] = weight
        self._rows = PackedRows(rows, len(documents))

    def score(self, times: Times) -> Sums:
        """Say how much each document sounds like the text."""
        sums, known = self._rows.total(times)
        return sums / np.float32(math.sqrt(known + 5.0))


class Cosines:
    """How close a text is to each of several documents (TF-IDF)."""

    _SINGLE = 0.6
    """What a single character counts beside a pair."""

    def __init__(self, documents: Sequence[Counts], common: Iterable[Counts]) -> None:
        """Index the documents; a gram is rare if few of them or ``common`` have it."""
        seen: Counter[str] = Counter()
        others = 0
        for document in documents:
            seen.update(document.keys())
        for counts in common:
            seen.update(counts.keys())
            others += 1
        every = len(documents) + others
        rarity = {
            gram: math.log((every + 1) / (number + 0.5))
            * (self._SINGLE if len(gram) == 1 else 1.0)
            for gram, number in seen.items()
        }
        # The last column adds up the text's own squared length.
        rows = {gram: {len(documents): rare**2} for gram, rare in rarity.items()}
        self._by_document = [_unit(document, rarity) for document in documents]
        for index, weights in enumerate(self._by_document):
            for gram, weight in weights.items():
                rows[gram][index] = weight
        self._rows = PackedRows(rows, len(documents) + 1)

    def score(self, times: Times) -> Sums:
        """Give the cosine of the text with each document."""
        sums, _ = self._rows.total(times)
        length = math.sqrt(sums[-1]) or 1.0
        return sums[:-1] / np.float32(length)

    def weights(self, index: int) -> Counts:
        """Say how much each gram brings a text closer to one document."""
        return self._by_document[index]


def _unit(document: Counts, rarity: Counts) -> dict[str, float]:
    """Weigh a document's grams as a vector of length one, times the text's rarity."""
    weights = {gram: damped(count) * rarity[gram] for gram, count in document.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {gram: weight / length * rarity[gram] for gram, weight in weights.items()}
