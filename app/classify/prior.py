"""What a notice says by itself: which topics its sections are about, and in what words.

Built once for a notice, with no opinion yet received.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from app.classify.grams import (
    Closeness,
    Counts,
    Likelihoods,
    Table,
    Wording,
    count_grams,
)
from app.classify.lexicon import Topic
from app.classify.plain import has_filler
from app.classify.text import SENTENCE_END, fold
from app.classify.tying import Folded, placed, tie, with_kin

Shares = Mapping[str, Mapping[str, float]]
"""By topic: sections, by path, with the share of it that somebody gave them."""

_PAIR = 2
_COMMON = 0.3
"""In more than this share of the sections a pair tells none from another."""

_LEAST_SPOKEN = 0.4
"""A topic that is spread over many sections tells none of them from another: it colours
only how that one is spoken of which has so much of it."""


@dataclass(frozen=True, slots=True)
class SectionText:
    """One section of a notice, as far as classification needs it."""

    path: str
    heading: str
    body: str
    measures: tuple[str, ...] = ()
    ancestors: tuple[str, ...] = ()
    """The headings above it, from the chapter down."""
    is_leaf: bool = True


class SectionModel:
    """The sections that an opinion can be about, their topics and their wording."""

    def __init__(
        self,
        sections: Sequence[SectionText],
        topics: Sequence[Topic],
        given: Shares | None = None,
        sound: Likelihoods | None = None,
    ) -> None:
        """Tie the topics to the sections and index the sections' wording.

        ``sound`` is how citizens speak of each topic (`Voices.sound`).

        ``given`` shares stand in place of those that the words of the notice would
        come to, which `links` tells all the same.
        """
        chosen = [section for section in sections if _is_candidate(section)]
        self.paths = tuple(section.path for section in chosen)
        folded = [_fold_section(section) for section in chosen]
        fixed = [placed((given or {}).get(t.name, {}), self.paths) for t in topics]
        shares, self.links = tie(folded, self.paths, topics, fixed)
        self.shares = with_kin(shares, topics, fixed)
        """For each topic, the sections (by index) with their shares; what is left to
        one belongs to no section of this notice."""
        self.shared = _as_table(self.shares, len(chosen))
        """The same as a table, with what is left to one in its last column."""
        background = [
            count_grams(SENTENCE_END.join((*topic.official, fold(topic.zh))))
            for topic in topics
        ]
        documents = [_document(text) for text in folded]
        self._wording = Wording(documents, background)
        spoken, counts = _spoken_of(documents, sound, self.shared)
        self.closeness = Closeness(self._wording, len(documents), spoken, counts)
        self.common = _common(documents)
        """The pairs that so many sections have that they tell none from another."""

        self._known = frozenset(
            chain.from_iterable((*t.official, *t.terms) for t in topics)
        )
        self._telling: dict[int, Counts] = {}

    def telling(self, section: int) -> Counts:
        """Return the pairs of a section that explain why an opinion is about it.

        With how much each brings a text closer to it (`Wording.weights`).
        """
        if section not in self._telling:
            weights = self._wording.weights(section)
            self._telling[section] = {
                pair: weight
                for pair, weight in weights.items()
                if len(pair) == _PAIR and pair not in self.common
                and not pair.isascii() and not has_filler(pair)
            }  # fmt: skip
        return self._telling[section]

    def is_word(self, characters: str) -> bool:
        """Return whether folded characters are a word that the topics know."""
        return characters in self._known


def _spoken_of(
    documents: Sequence[Counts],
    sound: Likelihoods | None,
    shared: NDArray[np.float64],
) -> tuple[list[str], Table]:
    """Count how each section is spoken of: in its own words and those of its topics.

    A topic counts by its share there. Last is what belongs to no section.
    """
    places = dict(sound.places) if sound else {}
    for gram in chain.from_iterable(documents):
        places.setdefault(gram, len(places))
    counts = np.zeros((len(documents) + 1, len(places)), np.float32)
    if sound is not None:
        known = sound.counts.shape[1]
        for topic, section in np.argwhere(shared > _LEAST_SPOKEN).tolist():
            share = np.float32(shared[topic, section])
            counts[section, :known] += share * sound.counts[topic]
    for line, document in zip(counts, documents, strict=False):
        line[[places[gram] for gram in document]] += list(document.values())
    return list(places), counts


def _common(documents: Sequence[Counts]) -> frozenset[str]:
    held = Counter(chain.from_iterable(documents))
    most = max(1.0, _COMMON * len(documents))
    return frozenset(gram for gram, number in held.items() if number > most)


def _is_candidate(section: SectionText) -> bool:
    """Opinions are about leaves, and about a parent that promises something itself."""
    return section.is_leaf or bool(section.measures)


def _fold_section(section: SectionText) -> Folded:
    body = section.body or SENTENCE_END.join(section.measures)
    return Folded(
        heading=fold(section.heading),
        body=fold(body),
        ancestors=fold(SENTENCE_END.join(section.ancestors)),
    )


def _document(section: Folded) -> Counts:
    return count_grams(section.heading + SENTENCE_END + section.body)


def _as_table(
    shares: Sequence[Mapping[int, float]], sections: int
) -> NDArray[np.float64]:
    table = np.zeros((len(shares), sections + 1))
    for topic, parts in enumerate(shares):
        for section, share in parts.items():
            table[topic, section] = share
    table[:, -1] = np.maximum(0.0, 1.0 - table.sum(axis=1))
    return table
