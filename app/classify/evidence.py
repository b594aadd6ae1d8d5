"""Show why: the citizen's own words that pointed to a section."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Literal, NamedTuple

from app.classify.plain import is_plain
from app.classify.prior import SectionModel
from app.classify.spotting import Hit, Term, paired
from app.classify.text import CLAUSE_END, SENTENCE_END, Folded

Source = Literal["notice", "topic"]

_MOST = 6
"""How many words of one section are shown."""

_PAIR = 2
_LEAST = 0.25
"""A word that weighs less explains nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the citizen that speak for a section."""

    term: str
    """As the citizen wrote them."""

    section: str
    weight: float
    source: Source
    """``topic``: the lexicon ties them to the section; ``notice``: it uses them too."""


class _Span(NamedTuple):
    start: int
    end: int
    weight: float
    source: Source


def evidence_for(
    sections: Iterable[int],
    *,
    text: Folded,
    hits: Sequence[Hit],
    weights: Sequence[float],
    model: SectionModel,
) -> tuple[Evidence, ...]:
    """Give the words that speak for each of these sections, the heaviest first."""
    found: list[Evidence] = []
    places = _best_places(hits, weights)
    pairs, _ = paired(text.text)
    for section in sections:
        spans = [
            *_of_topics(section, places, model.shares),
            *_words_among(_of_notice(pairs, model.telling(section)), text.text, model),
        ]
        found += [
            Evidence(
                term=text.quote(span.start, span.end),
                section=model.paths[section],
                weight=round(span.weight, 3),
                source=span.source,
            )
            for span in _heaviest(spans, text.text)
        ]
    return tuple(found)


def _best_places(
    hits: Sequence[Hit], weights: Sequence[float]
) -> dict[Term, tuple[float, int, int]]:
    """Take each term where it weighs most."""
    best: dict[Term, tuple[float, int, int]] = {}
    for term, start, end in hits:
        weight = weights[start]
        known = best.get(term)
        if known is None or weight > known[0]:
            best[term] = weight, start, end
    return best


def _of_topics(
    section: int,
    places: Mapping[Term, tuple[float, int, int]],
    shares: Sequence[Mapping[int, float]],
) -> Iterable[_Span]:
    """Give the places of the terms whose topics belong to the section."""
    for term, (weight, start, end) in places.items():
        share = shares[term.topic].get(section)
        if share is not None:
            yield _Span(start, end, term.worth * share * weight, "topic")


def _words_among(
    spans: Iterable[_Span], text: str, model: SectionModel
) -> Iterable[_Span]:
    """Leave out what says little, and pairs that may be parts of two other words."""
    for span in spans:
        words = text[span.start : span.end]
        if not is_plain(words) and (len(words) > _PAIR or model.is_word(words)):
            yield span


def _of_notice(pairs: Sequence[str], worth: Mapping[str, float]) -> Iterable[_Span]:
    """Join neighbouring pairs that the section has too."""
    worths = list(map(worth.get, pairs))
    start, before, weight = 0, -1, 0.0
    for index in compress(range(len(worths)), worths):
        if index > before + 1:
            if weight:
                yield _Span(start, before + 2, weight, "notice")
            start, weight = index, 0.0
        weight += worths[index] or 0.0
        before = index
    if weight:
        yield _Span(start, before + 2, weight, "notice")


def _heaviest(spans: Iterable[_Span], text: str) -> list[_Span]:
    """Choose the best spans that do not overlap, each wording once."""
    chosen: list[_Span] = []
    seen: set[str] = set()
    for span in sorted(spans, key=_rank):
        if span.weight < _LEAST:
            continue
        if len(chosen) == _MOST:
            break
        words = text[span.start : span.end].strip(CLAUSE_END + SENTENCE_END)
        overlaps = any(span.start < o.end and o.start < span.end for o in chosen)
        if words in seen or overlaps:
            continue
        seen.add(words)
        chosen.append(span)
    return chosen


def _rank(span: _Span) -> tuple[bool, float, int, int]:
    """Put the words of topics first: somebody chose them, so they are words."""
    return span.source != "topic", -span.weight, span.start, -span.end
