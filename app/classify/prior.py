"""What a notice says by itself: which topics its sections are about, and in what words.

Built once for a notice, with no opinion yet received.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.classify.grams import Cosines, Counts, count_grams
from app.classify.lexicon import Topic
from app.classify.text import SENTENCE_END, fold

ENOUGH = 2.5
"""The match at which a topic surely has a section of its own."""

_HEADING = 3.0
_ANCESTOR = 0.2
_ANCESTOR_ALONE = 2.0
"""What a heading further up counts where no section itself has the topic's words."""

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
        self, sections: Sequence[SectionText], topics: Sequence[Topic]
    ) -> None:
        """Tie the topics to the sections and index the sections' wording."""
        chosen = [section for section in sections if _is_candidate(section)]
        self.paths = tuple(section.path for section in chosen)
        folded = [_fold_section(section) for section in chosen]
        shares, self.links = _tie(folded, self.paths, topics)
        self.shares = _with_kin(shares, topics)
        """For each topic, the sections (by index) with their shares; what is left to
        one belongs to no section of this notice."""
        background = [
            count_grams(SENTENCE_END.join((*topic.official, fold(topic.zh))))
            for topic in topics
        ]
        self.wording = Cosines([_document(text) for text in folded], background)


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
    sections: Sequence[_Folded], paths: Sequence[str], topics: Sequence[Topic]
) -> tuple[list[dict[int, float]], tuple[Link, ...]]:
    shares: list[dict[int, float]] = []
    links: list[Link] = []
    for topic in topics:
        matches = _matches(sections, topic)
        share = _shares({index: match.strength for index, match in matches.items()})
        shares.append(share)
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
    shares: Sequence[dict[int, float]], topics: Sequence[Topic]
) -> list[dict[int, float]]:
    """Let a topic that has little of its own here lean on its kin."""
    index_of = {topic.name: index for index, topic in enumerate(topics)}
    return [
        _lean(dict(own), shares, topic, index_of)
        for own, topic in zip(shares, topics, strict=True)
    ]


def _lean(
    own: dict[int, float],
    shares: Sequence[dict[int, float]],
    topic: Topic,
    index_of: Mapping[str, int],
) -> dict[int, float]:
    if topic.kin is None:
        return own
    name, willing = topic.kin
    spare = max(0.0, 1.0 - sum(own.values())) * willing
    for index, part in shares[index_of[name]].items():
        own[index] = own.get(index, 0.0) + spare * part
    return own
