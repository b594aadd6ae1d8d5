"""One lesson: texts with their labels, the weights they teach, and how sure those are.

Two linear models are learned apart and added: one of characters and pairs, one of the
lexicon's terms and topics.  (Apart, each has to be right by itself; that makes the sum
better than one model of everything.)  A label whose name means an area of public
affairs starts from what the lexicon knows of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from sys import intern
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.classify.areas import areas_named
from app.classify.descent import Texts, Weights, descend
from app.classify.ensemble import Classifier
from app.classify.features import (
    SOUND,
    SPOKEN,
    Encoder,
    Numbers,
    Places,
    Row,
    Seen,
    Vocabulary,
    rarities,
    row_of,
    topic_names,
)
from app.classify.learned import Learned
from app.classify.packed import Times
from app.classify.sureness import sureness_of
from app.classify.voices import Voices
from app.classify.writing import Written

_MANY = 3_000
"""From so many examples on, what only one of them has is not learned."""

_MOST_GRAMS = 50_000
_MOST_TERMS = 10_000
_FEW = 30
"""With fewer examples, none are held back to see how sure one may be."""

_COST = 0.5
_COST_OF_CORRECTIONS = 0.1
"""What a miss costs beside the length of the weights."""

_PARTS = 5
_ROUNDS = 15
_ROUNDS_OF_MANY = 8

_BELIEVED_SPOKEN = 0.35
_BELIEVED_SOUND = 0.2
"""The weight that a topic of a label's area starts from."""

_HEAD = 0.25
_MOST_HEAD = 1.5
_SURE = 0.9999

_FREQUENCY = 0.05
"""Weight of how much commoner a gram is with a label (naive Bayes)."""

_SMOOTHING = 50.0


@dataclass(frozen=True, slots=True)
class Read:
    """A text to learn from."""

    row: Row
    label: int
    is_whole: bool
    """Not only an opening or a subject; these are not counted for rarity."""
    beliefs: Weights | None = None
    """The log-probabilities that are to be corrected."""

    @classmethod
    def of(
        cls, seen: Seen, label: int, *, is_whole: bool, before: Classifier | None
    ) -> Self:
        """Keep of a reading what a lesson needs; names are kept once for all texts."""
        row = row_of(seen)
        grams = Times([*map(intern, row.grams.names)], row.grams.numbers)
        terms = Times([*map(intern, row.terms.names)], row.terms.numbers)
        return cls(
            row=Row(grams=grams, terms=terms, topics=row.topics),
            label=label,
            is_whole=is_whole,
            beliefs=None if before is None else before.beliefs(seen),
        )


class Lesson:
    """What is the same whichever of the examples are learned from."""

    def __init__(
        self,
        labels: Sequence[str | None],
        told: Sequence[Read],
        voices: Voices,
        before: Classifier | None = None,
    ) -> None:
        """Take the labels, what is known of them beforehand, and what is corrected."""
        self._before = before
        self._labels = labels
        self._told = told
        self._voices = voices

    def learned(self, groups: Sequence[Sequence[Read]]) -> Learned:
        """Learn from all, and from parts to see how sure the whole may be."""
        reads = [*self._told, *(read for group in groups for read in group)]
        self._vocabulary = self._vocabulary_of([r.row for r in reads if r.is_whole])
        encoder = Encoder(self._vocabulary, self._voices)
        self._grams = [encoder.grams(read.row) for read in reads]
        self._others = [encoder.others(read.row) for read in reads]
        self._beliefs = np.zeros((len(reads), len(self._labels)))
        if self._before:
            self._beliefs[:] = [read.beliefs for read in reads]
        self._targets = np.array([read.label for read in reads], np.intp)
        self._whole = np.array([read.is_whole for read in reads])
        owners = [index for index, group in enumerate(groups) for _ in group]
        self._owners = np.array([-1] * len(self._told) + owners, np.intp)
        weights = self._fit(np.arange(len(reads)))
        own = self._targets[self._whole & (self._owners >= 0)]
        number = np.bincount(own, minlength=len(self._labels))
        sharpness, trust = self._sureness(len(groups))
        written = Written(
            labels=tuple(label for label in self._labels if label is not None),
            counts=dict(zip(self._labels, number.tolist(), strict=True)),
            sharpness=sharpness,
            trust=trust,
            corrects=self._before is not None,
            features=self._vocabulary.names,
            rarity=self._vocabulary.rarity[:-1],
            weights=weights[:-2].astype(np.float16).astype(np.float32),
            bias=weights[-1].astype(np.float32),
        )
        return Learned(written, self._voices)

    def _vocabulary_of(self, texts: Sequence[Row]) -> Vocabulary:
        least = 2 if len(texts) > _MANY else 1
        grams = [row.grams.names for row in texts]
        terms = [row.terms.names for row in texts]
        rare = rarities(grams, least=least, most=_MOST_GRAMS)
        rare |= rarities(terms, least=1, most=_MOST_TERMS)
        rare |= dict.fromkeys(topic_names(self._voices), 1.0)
        return Vocabulary(list(rare), np.array(list(rare.values()), np.float32))

    def _sureness(self, examples: int) -> tuple[float, float]:
        """Learn without some of the examples, and see how sure of them one may be."""
        scores: list[Weights] = []
        tried: list[int] = []
        parts = _PARTS if examples < _MANY else 1
        for part in range(parts if examples >= _FEW else 0):
            held = (self._owners >= 0) & (self._owners % _PARTS == part)
            weights = self._fit(np.flatnonzero(~held))
            for index in np.flatnonzero(held & self._whole).tolist():
                scores.append(self._scores(index, weights))
                tried.append(index)
        return sureness_of(scores, self._targets[tried], self._beliefs[tried])

    def _scores(self, index: int, weights: Weights) -> Weights:
        bias: Weights = weights[-1]
        for places, sizes in (self._grams[index], self._others[index]):
            bias = bias + np.einsum("i,ij->j", sizes, weights.take(places, axis=0))
        return bias

    def _fit(self, chosen: NDArray[np.intp]) -> Weights:
        """Learn from the chosen texts; the last line of the weights is the bias."""
        labels = self._targets[chosen]
        own = labels[self._whole[chosen] & (self._owners[chosen] >= 0)]
        counts = np.bincount(own, minlength=len(self._labels)) + 1.0
        costs = np.sqrt(counts.mean() / counts)
        cost = _COST if self._before is None else _COST_OF_CORRECTIONS
        rounds = _ROUNDS if own.size < _MANY else _ROUNDS_OF_MANY
        weights = self._nothing()
        if not self._before:
            weights += _FREQUENCY * self._frequencies(chosen)
        for encoded, start in (
            (self._grams, self._start()),
            (self._others, self._believed()),
        ):
            texts = self._texts(encoded, chosen)
            weights += descend(texts, start, costs, cost=cost, rounds=rounds)
        return weights

    def _texts(
        self, encoded: Sequence[tuple[Places, Numbers]], chosen: NDArray[np.intp]
    ) -> Texts:
        """Put texts one after the other, each with a last feature, the bias, of 1."""
        bias = np.array([len(self._vocabulary) + 1], np.intp)
        one = np.ones(1, np.float32)
        texts = [encoded[index] for index in chosen]
        ends = np.cumsum([len(places) + 1 for places, _ in texts])
        heads = np.zeros((len(chosen), len(self._labels)))
        if self._before:
            heads = _heads(self._beliefs[chosen])
        return Texts(
            bounds=np.concatenate(([0], ends)).astype(np.intp),
            places=np.concatenate([a for places, _ in texts for a in (places, bias)]),
            sizes=np.concatenate([a for _, sizes in texts for a in (sizes, one)]),
            labels=self._targets[chosen],
            heads=heads,
        )

    def _nothing(self) -> Weights:
        return np.zeros((len(self._vocabulary) + 2, len(self._labels)))

    def _start(self) -> Weights:
        """Give the weights before any example: a text has no label."""
        weights = self._nothing()
        weights[-1] = 0 if self._before else -1
        return weights

    def _believed(self) -> Weights:
        """Give such weights with what labels' names say of topics."""
        weights = self._start()
        if self._before:
            return weights
        for column, label in enumerate(self._labels):
            for area in areas_named(label or ""):
                for topic, share in area.topics.items():
                    spoken, sound = self._vocabulary.places(
                        [SPOKEN + topic, SOUND + topic]
                    )
                    weights[spoken, column] = _BELIEVED_SPOKEN * share
                    weights[sound, column] = _BELIEVED_SOUND * share
        weights[-2] = 0
        return weights

    def _frequencies(self, chosen: NDArray[np.intp]) -> Weights:
        """Say of each gram how much commoner it is with a label than in all."""
        sums = np.zeros((len(self._labels), len(self._vocabulary) + 2))
        for index in chosen:
            places, sizes = self._grams[index]
            np.add.at(sums[self._targets[index]], places, sizes)
        overall = sums.sum(axis=0)
        said = overall > 0
        overall = (overall + 1e-3) / (overall + 1e-3).sum()
        lengths = sums.sum(axis=1, keepdims=True) + _SMOOTHING
        shares = (sums + _SMOOTHING * overall) / lengths
        frequencies: Weights = np.log(shares / overall).T
        frequencies[~said] = 0
        return frequencies


def _heads(beliefs: NDArray[np.float64]) -> Weights:
    """Give the head start that log-probabilities are worth beside margins of 1."""
    odds = beliefs - np.log1p(-np.minimum(np.exp(beliefs), _SURE))
    heads: Weights = np.clip(odds * _HEAD, -_MOST_HEAD, _MOST_HEAD)
    return heads
