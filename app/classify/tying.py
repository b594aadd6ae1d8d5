"""How topics are tied to the sections of a notice: by the official words in both."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.classify.lexicon import Topic

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
class Link:
    """How much of a topic belongs to a section of this notice."""

    topic: str
    section: str
    share: float
    terms: tuple[str, ...]
    """The notice's words that tie them, folded."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A section's text, folded."""

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


def tie(
    sections: Sequence[Folded],
    paths: Sequence[str],
    topics: Sequence[Topic],
    fixed: Sequence[Mapping[int, float]],
) -> tuple[list[dict[int, float]], tuple[Link, ...]]:
    """Say for each topic how much of it belongs to which section, and by which words.

    ``fixed`` shares, where there are some, stand before those of the words.
    """
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


def placed(given: Mapping[str, float], paths: Sequence[str]) -> dict[int, float]:
    """Give the shares that somebody gave by the places of their sections."""
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


def _matches(sections: Sequence[Folded], topic: Topic) -> dict[int, _Match]:
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


def with_kin(
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
