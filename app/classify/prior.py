"""What a notice says by itself: which topics its sections are about, and in what words.

Built once for a notice, with no opinion yet received.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from app.classify.grams import Cosines, Counts, count_grams
from app.classify.lexicon import Topic
from app.classify.plain import has_filler
from app.classify.text import SENTENCE_END, fold

ENOUGH = 2.5
"""The match at which a topic surely has a section of its own."""

_HEADING = 3.0
_ANCESTOR = 0.2
_ANCESTOR_ALONE = 2.0
"""What a heading further up counts where no section itself has the topic's words."""

Shares = Mapping[str, Mapping[str, float]]
"""By topic: sections, by path, with the share of it that somebody gave them."""

_PAIR = 2
_COMMON = 0.3
"""In more than this share of the sections a pair tells none from another."""

_LEAST_SHARE = 0.001
_SHARPNESS = 1.4
"""How strongly the best section of a topic draws it away from the others."""


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


@dataclass(frozen=True, slots=True)
class Link:
    """How much of a topic belongs to a section of this notice."""

    topic: str
    section: str
    share: float
    terms: tuple[str, ...]
    """The notice's words that tie them, folded."""


@dataclass(frozen=True, slots=True)
class _Folded:
    heading: str
    body: str
    ancestors: str

    def match(self, term: str) -> float:
        """Say how strongly one official term stands in the section itself."""
        count = self.body.count(term)
        said = 1 + 0.5 * math.log(count) if count else 0.0
        return said + _HEADING * (term in self.heading)


@dataclass(slots=True)
class _Match:
    """How strongly a section speaks of a topic, and by which words."""

    strength: float = 0.0
    terms: list[str] = field(default_factory=list)

    def add(self, strength: float, *terms: str) -> None:
        """Count one more sign."""
        self.strength += strength
        self.terms += [term for term in terms if term not in self.terms]


class SectionModel:
    """The sections that an opinion can be about, their topics and their wording."""

    def __init__(
        self,
        sections: Sequence[SectionText],
        topics: Sequence[Topic],
        given: Shares | None = None,
    ) -> None:
        """Tie the topics to the sections and index the sections' wording.

        ``given`` shares stand in place of those that the words of the notice would
        come to, which `links` tells all the same.
        """
        chosen = [section for section in sections if _is_candidate(section)]
        self.paths = tuple(section.path for section in chosen)
        folded = [_fold_section(section) for section in chosen]
        fixed = [_placed((given or {}).get(t.name, {}), self.paths) for t in topics]
        shares, self.links = _tie(folded, self.paths, topics, fixed)
        self.shares = _with_kin(shares, topics, fixed)
        """For each topic, the sections (by index) with their shares; what is left to
        one belongs to no section of this notice."""
        self.shared = _as_table(self.shares, len(chosen))
        """The same as a table, with what is left to one in its last column."""
        background = [
            count_grams(SENTENCE_END.join((*topic.official, fold(topic.zh))))
            for topic in topics
        ]
        documents = [_document(text) for text in folded]
        self.wording = Cosines(documents, background)
        self.common = _common(documents)
        """The pairs that so many sections have that they tell none from another."""

        self._known = frozenset(
            chain.from_iterable((*t.official, *t.terms) for t in topics)
        )
        self._telling: dict[int, Counts] = {}

    def telling(self, section: int) -> Counts:
        """Return the pairs of a section that explain why an opinion is about it.

        With how much each brings a text closer to it (`Cosines.weights`).
        """
        if section not in self._telling:
            weights = self.wording.weights(section)
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


def _common(documents: Sequence[Counts]) -> frozenset[str]:
    held = Counter(chain.from_iterable(documents))
    most = max(1.0, _COMMON * len(documents))
    return frozenset(gram for gram, number in held.items() if number > most)


def _is_candidate(section: SectionText) -> bool:
    """Opinions are about leaves, and about a parent that promises something itself."""
    return section.is_leaf or bool(section.measures)


def _fold_section(section: SectionText) -> _Folded:
    body = section.body or SENTENCE_END.join(section.measures)
    return _Folded(
        heading=fold(section.heading),
        body=fold(body),
        ancestors=fold(SENTENCE_END.join(section.ancestors)),
    )


def _document(section: _Folded) -> Counts:
    return count_grams(section.heading + SENTENCE_END + section.body)


def _tie(
    sections: Sequence[_Folded],
    paths: Sequence[str],
    topics: Sequence[Topic],
    fixed: Sequence[Mapping[int, float]],
) -> tuple[list[dict[int, float]], tuple[Link, ...]]:
    shares: list[dict[int, float]] = []
    links: list[Link] = []
    for topic, given in zip(topics, fixed, strict=True):
        matches = _matches(sections, topic)
        strengths = {index: match.strength for index, match in matches.items()}
        share = _shares(strengths)
        shares.append(_beside(given, strengths) if given else share)
        links += [
            Link(topic.name, paths[index], part, tuple(matches[index].terms))
            for index, part in share.items()
        ]
    return shares, tuple(links)


def _shares(strengths: Mapping[int, float]) -> dict[int, float]:
    """Divide a topic among the sections that match it; a weak match leaves a rest."""
    covered = min(1.0, max(strengths.values(), default=0.0) / ENOUGH)
    sharp = {index: strength**_SHARPNESS for index, strength in strengths.items()}
    whole = sum(sharp.values()) or 1.0
    parts = {index: covered * part / whole for index, part in sharp.items()}
    return {index: part for index, part in parts.items() if part > _LEAST_SHARE}


def _placed(given: Mapping[str, float], paths: Sequence[str]) -> dict[int, float]:
    return {i: given[path] for i, path in enumerate(paths) if path in given}


def _beside(
    given: Mapping[int, float], strengths: Mapping[int, float]
) -> dict[int, float]:
    """Divide among the other sections what the given shares leave of a topic."""
    whole = max(1.0, sum(given.values()))
    parts = {index: share / whole for index, share in given.items() if share > 0}
    others = _shares({i: s for i, s in strengths.items() if i not in given})
    room = 1.0 - sum(parts.values())
    scale = min(1.0, room / (sum(others.values()) or 1.0))
    for index, share in others.items():
        if share * scale > _LEAST_SHARE:
            parts[index] = share * scale
    return parts


def _matches(sections: Sequence[_Folded], topic: Topic) -> dict[int, _Match]:
    own: dict[int, _Match] = {}
    above: dict[int, _Match] = {}
    for term in topic.official:
        found = [(i, said) for i, s in enumerate(sections) if (said := s.match(term))]
        worth = _worth(term, among=len(sections), found=len(found))
        for index, strength in found:
            own.setdefault(index, _Match()).add(strength * worth, term)
        under = [i for i, section in enumerate(sections) if term in section.ancestors]
        for index in under:
            worth = _worth(term, among=len(sections), found=1)
            above.setdefault(index, _Match()).add(worth, term)
    best = max((match.strength for match in own.values()), default=0.0)
    counted = _ANCESTOR + _ANCESTOR_ALONE * max(0.0, 1.0 - best / ENOUGH)
    for index, match in above.items():
        own.setdefault(index, _Match()).add(match.strength * counted, *match.terms)
    return own


def _worth(term: str, *, among: int, found: int) -> float:
    """A long term and a rare one tie more firmly."""
    if not found:
        return 0.0
    rarity = math.log(1 + among / found) / math.log(1 + among)
    return rarity * (1 + 0.3 * (min(len(term), 7) - 2))


def _with_kin(
    shares: Sequence[dict[int, float]],
    topics: Sequence[Topic],
    fixed: Sequence[Mapping[int, float]],
) -> list[dict[int, float]]:
    """Let a topic that has little of its own here lean on its kin."""
    index_of = {topic.name: index for index, topic in enumerate(topics)}
    return [
        _lean(dict(own), shares, topic, index_of, given)
        for own, topic, given in zip(shares, topics, fixed, strict=True)
    ]


def _lean(
    own: dict[int, float],
    shares: Sequence[dict[int, float]],
    topic: Topic,
    index_of: Mapping[str, int],
    given: Mapping[int, float],
) -> dict[int, float]:
    if topic.kin is None:
        return own
    name, willing = topic.kin
    spare = max(0.0, 1.0 - sum(own.values())) * willing
    for index, part in shares[index_of[name]].items():
        if index not in given:
            own[index] = own.get(index, 0.0) + spare * part
    return own


def _as_table(
    shares: Sequence[Mapping[int, float]], sections: int
) -> NDArray[np.float64]:
    table = np.zeros((len(shares), sections + 1))
    for topic, parts in enumerate(shares):
        for section, share in parts.items():
            table[topic, section] = share
    table[:, -1] = np.maximum(0.0, 1.0 - table.sum(axis=1))
    return table
