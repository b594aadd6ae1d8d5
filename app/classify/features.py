"""What the learner sees of an opinion: grams, terms, and the topics they point to."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from app.classify.emphasis import weigh
from app.classify.grams import count_grams, damped, times_of
from app.classify.packed import Times
from app.classify.spotting import Hit, Term
from app.classify.text import fold
from app.classify.voices import Voices

Numbers = NDArray[np.float32]
Places = NDArray[np.intp]

TERM = "\x01"
SPOKEN = "\x02"
SOUND = "\x03"
"""How the names of features other than grams begin; no folded text has such a sign."""

_REPETITION = 0.25
"""How much saying a term again adds."""

_LOUDNESS = 0.8
"""What the topics that a text sounds like count beside those that it names."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in one text."""

    grams: Times
    hits: Sequence[Hit]
    weights: Sequence[float]
    """For each character of the text."""
    spoken: NDArray[np.float64]
    """For each topic, how strongly the terms in the text name it."""
    sound: Numbers
    """For each topic, how much the text sounds like it."""


def see(subject: str, text: str, voices: Voices) -> Seen:
    """Read an opinion as it came."""
    folded = fold(f"{subject}\n{text}" if subject else text)
    return see_folded(folded, len(fold(subject)), voices)


def see_folded(text: str, subject_length: int, voices: Voices) -> Seen:
    """Read a folded text, whose first characters are the subject."""
    weights = weigh(text[:subject_length], text[subject_length:])
    hits = voices.spotter.spot(text)
    grams = times_of(count_grams(text, weights or None))
    return Seen(
        grams=grams,
        hits=hits,
        weights=weights,
        spoken=np.array(activation(hits, weights, len(voices.topics))),
        sound=voices.sound.score(grams),
    )


def activation(
    hits: Sequence[Hit], weights: Sequence[float], topics: int
) -> list[float]:
    """Add up, for each topic, its terms in the text: each once, at its best place."""
    best: dict[Term, float] = {}
    again: dict[Term, int] = {}
    for term, start, _ in hits:
        worth = term.worth * weights[start]
        before = best.get(term)
        if before is None:
            best[term] = worth
            continue
        again[term] = again.get(term, 1) + 1
        if worth > before:
            best[term] = worth
    activations = [0.0] * topics
    for term, worth in best.items():
        activations[term.topic] += worth
    for term, number in again.items():
        activations[term.topic] += best[term] * _REPETITION * math.log(number)
    return activations


@dataclass(frozen=True, slots=True)
class Row:
    """What a text is to the learner: names of features and their sizes."""

    grams: Times
    terms: Times
    topics: Numbers
    """In the order of `topic_names`."""


def row_of(seen: Seen) -> Row:
    """Take from a reading what the learner works with."""
    return Row(grams=seen.grams, terms=_terms_of(seen), topics=_topics_of(seen))


def _terms_of(seen: Seen) -> Times:
    """Give the lexicon's terms in a text, each at its best place."""
    best: dict[str, float] = {}
    for term, start, _ in seen.hits:
        weight = seen.weights[start]
        if weight > best.get(term.form, 0.0):
            best[term.form] = weight
    names = [TERM + form for form in best]
    return Times(names, np.fromiter(map(damped, best.values()), np.float32, len(best)))


class Vocabulary:
    """The features that a model knows, each with its place and its rarity."""

    def __init__(self, names: Sequence[str], rarity: Numbers) -> None:
        """Number the features."""
        self.names = tuple(names)
        self.rarity = np.append(rarity, np.float32(0))
        self._place = dict(zip(self.names, range(len(self.names)), strict=True)).get

    def __len__(self) -> int:
        """Say how many features there are; also the place of all that is unknown."""
        return len(self.names)

    def places(self, names: Sequence[str]) -> Places:
        """Give the places of features."""
        found = map(self._place, names, repeat(len(self)))
        return np.fromiter(found, np.intp, len(names))

    def sizes(self, times: Times) -> tuple[Places, Numbers]:
        """Give the places and sizes of a text's features, as a vector of length 1."""
        places = self.places(times.names)
        return places, unit(times.numbers * self.rarity.take(places))


class Encoder:
    """Turns what was seen into places and sizes of a vocabulary's features."""

    def __init__(self, vocabulary: Vocabulary, voices: Voices) -> None:
        """Find the topics' places once."""
        self._vocabulary = vocabulary
        self._topics = vocabulary.places(topic_names(voices))

    def __call__(self, row: Row) -> tuple[Places, Numbers]:
        """Give the places and sizes of all features of a text."""
        grams, of_grams = self.grams(row)
        others, of_others = self.others(row)
        return np.concatenate((grams, others)), np.concatenate((of_grams, of_others))

    def grams(self, row: Row) -> tuple[Places, Numbers]:
        """Give those of its grams alone."""
        return self._vocabulary.sizes(row.grams)

    def others(self, row: Row) -> tuple[Places, Numbers]:
        """Give those of the lexicon: of terms and topics."""
        terms, sizes = self._vocabulary.sizes(row.terms)
        return (
            np.concatenate((terms, self._topics)),
            np.concatenate((sizes, row.topics)),
        )


def topic_names(voices: Voices) -> list[str]:
    """Give the names of the topics' features: as they are named, and as they sound."""
    names = [topic.name for topic in voices.topics]
    return [*(SPOKEN + name for name in names), *(SOUND + name for name in names)]


def _topics_of(seen: Seen) -> Numbers:
    """Give the sizes of the topics' features, in the order of their names."""
    spoken = np.log1p(seen.spoken).astype(np.float32)
    return np.concatenate((unit(spoken), unit(seen.sound) * np.float32(_LOUDNESS)))


def rarities(
    texts: Sequence[Iterable[str]], *, least: int, most: int
) -> dict[str, float]:
    """Give the features of texts with the inverse logarithm of how many have them.

    Only features that ``least`` texts have, and of these the ``most`` commonest.
    """
    seen: Counter[str] = Counter()
    for names in texts:
        seen.update(names)
    kept = sorted(
        ((name, number) for name, number in seen.items() if number >= least),
        key=lambda item: (-item[1], item[0]),
    )
    every = len(texts) + 1
    return {name: math.log(every / (number + 1)) + 1 for name, number in kept[:most]}


def unit(numbers: Numbers) -> Numbers:
    """Bring a vector to length 1; nothing stays nothing."""
    length = math.sqrt(float(np.einsum("i,i->", numbers, numbers)))
    return numbers / np.float32(length) if length else numbers
