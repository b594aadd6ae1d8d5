"""Count a text by single characters and pairs, and compare such counts."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, compress, pairwise
from operator import add, ne
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

from app.classify.packed import PackedRows, Small, Sums, Times
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


Rows = dict[str, dict[int, float]]
"""For each gram, what it weighs for which documents."""

Table = NDArray[np.float32]


class Likelihoods:
    """Which of several documents a text sounds like."""

    def __init__(self, documents: Sequence[Counts]) -> None:
        """Weigh every gram against the whole."""
        grams = dict.fromkeys(chain.from_iterable(documents))
        self.places = {gram: place for place, gram in enumerate(grams)}
        """Every gram with its column in ``counts``."""
        self.counts: Small = np.zeros((len(documents), len(grams)), np.float16)
        """How often the documents, by lines, have them."""
        for line, document in zip(self.counts, documents, strict=True):
            line[[self.places[gram] for gram in document]] = list(document.values())
        likelihoods = likely(self.counts)
        telling = np.flatnonzero(likelihoods.any(axis=1))
        likelihoods = likelihoods[telling]  # and what it was taken from is gone
        names = list(grams)
        self._rows = PackedRows([names[place] for place in telling], likelihoods)

    def score(self, times: Times) -> Sums:
        """Say how much each document sounds like the text."""
        sums, known = self._rows.total(times)
        return evened(sums, known)


_SMOOTHING = np.float32(5.0)
_CEILING = np.float32(5.0)
_FLOOR = np.float32(0.1)


def likely(counts: Table | Small) -> Small:
    """Say how strongly each gram, by lines, speaks for each document, by columns.

    It does for those in which it is commoner than overall, by the logarithm of how much
    commoner (a naive Bayes model without its negative half, so that a document is not
    blamed for what it leaves out).
    """
    common = counts.sum(axis=0, dtype=np.float32)
    common /= common.sum() or np.float32(1)
    weights = np.zeros(counts.shape[::-1], np.float16)
    # Line by line: all at once would take five times the memory of the outcome.
    for index, line in enumerate(map(_exact, counts)):
        said = np.flatnonzero(line > 0)
        length = line.sum() + _SMOOTHING
        shares = (line[said] + _SMOOTHING * common[said]) / length
        more = np.minimum(np.log(shares / common[said]), _CEILING)
        telling = more > _FLOOR
        weights[said[telling], index] = more[telling]
    return weights


def _exact(line: Sums | Small) -> Sums:
    return line.astype(np.float32)


def evened(sums: Sums, known: float) -> Sums:
    """Bring sums of likelihoods to what they would be for a text of any length."""
    return sums / np.float32(math.sqrt(known + 5.0))


class Wording:
    """Documents as vectors of length one (TF-IDF), to which a text may be close."""

    _SINGLE = 0.6
    """What a single character counts beside a pair."""

    def __init__(self, documents: Sequence[Counts], common: Iterable[Counts]) -> None:
        """Weigh the grams; one is rare if few documents or ``common`` have it."""
        seen: Counter[str] = Counter()
        others = 0
        for document in documents:
            seen.update(document.keys())
        for counts in common:
            seen.update(counts.keys())
            others += 1
        every = len(documents) + others
        self._rarity = {
            gram: math.log((every + 1) / (number + 0.5))
            * (self._SINGLE if len(gram) == 1 else 1.0)
            for gram, number in seen.items()
        }
        self._by_document = [_unit(document, self._rarity) for document in documents]

    def rows(self) -> Rows:
        """Give what each gram brings; the last column is for a text's own length."""
        documents = len(self._by_document)
        rows = {gram: {documents: rare**2} for gram, rare in self._rarity.items()}
        for index, weights in enumerate(self._by_document):
            for gram, weight in weights.items():
                rows[gram][index] = weight
        return rows

    def weights(self, index: int) -> Counts:
        """Say how much each gram brings a text closer to one document."""
        return self._by_document[index]


class Closeness:
    """How close a text is to documents, by their wording and by how they are spoken of.

    Both are looked up at once, for looking up is what takes the time.
    """

    def __init__(
        self, wording: Wording, number: int, spoken: Sequence[str], counts: Table
    ) -> None:
        """Index ``number`` documents, of which ``counts`` says how they are spoken of.

        It has a column for each gram of ``spoken``; it may have lines for more
        documents, which have no wording.
        """
        likelihoods = likely(counts)
        rows = wording.rows()
        for gram in spoken:
            rows.setdefault(gram, {})
        places = {gram: place for place, gram in enumerate(rows)}
        self._number = number
        self._known = number + 1
        """The column that counts the grams which are known from speech."""
        table = np.zeros((len(rows), self._known + 1 + len(counts)), np.float32)
        for place, row in enumerate(rows.values()):
            for column, weight in row.items():
                table[place, column] = weight
        lines = [places[gram] for gram in spoken]
        table[lines, self._known] = likelihoods.any(axis=1)
        table[lines, self._known + 1 :] = likelihoods
        self._rows = PackedRows(list(rows), table)

    def score(self, times: Times) -> tuple[Sums, Sums]:
        """Give the cosine with each document, and how much each is spoken of so."""
        sums, _ = self._rows.total(times)
        length = math.sqrt(sums[self._number]) or 1.0
        cosines = sums[: self._number] / np.float32(length)
        return cosines, evened(sums[self._known + 1 :], float(sums[self._known]))


def _unit(document: Counts, rarity: Counts) -> dict[str, float]:
    """Weigh a document's grams as a vector of length one, times the text's rarity."""
    weights = {gram: damped(count) * rarity[gram] for gram, count in document.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {gram: weight / length * rarity[gram] for gram, weight in weights.items()}
