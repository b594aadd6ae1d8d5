"""Guess from its wording what an opinion asks for (性质)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from app.classify.lexicon import Topic, expand
from app.classify.spotting import Spotter
from app.domain.vocabulary import Kind

_STRONG = 2.0
_WEAK = 0.35
_LEAST = 1.0
_MARGIN = 0.5

_KINDS = tuple(Kind)
_BIAS: Mapping[Kind, float] = {
    Kind.COMPLAINT: 1.2,
    Kind.SUGGESTION: 0.0,
    Kind.INQUIRY: 0.0,
    Kind.REPORT: -0.4,
    Kind.PRAISE: 0.0,
}
"""What each kind starts from: most people write because something is wrong."""


def guess_kind(text: str) -> Kind | None:
    """Say what a folded text asks for; None if the wording does not show it."""
    scores = dict(_BIAS)
    seen: set[tuple[int, str]] = set()
    for hit in _spotter().spot(text):
        key = (hit.term.topic, hit.term.form)
        if key not in seen:
            seen.add(key)
            scores[_KINDS[hit.term.topic]] += hit.term.worth
    ranked = sorted(scores, key=lambda kind: -scores[kind])
    best, second = ranked[:2]
    if not seen or scores[best] < _LEAST or scores[best] - scores[second] < _MARGIN:
        return None
    return best


@cache
def _spotter() -> Spotter:
    source = resources.files("app.classify").joinpath("kinds.toml")
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return Spotter([_topic(kind, tables[kind.value]) for kind in _KINDS])


def _topic(kind: Kind, table: Mapping[str, str]) -> Topic:
    terms: dict[str, float] = {}
    for key, strength in (("strong", _STRONG), ("weak", _WEAK)):
        for term in table[key].split():
            for form in expand(term):
                terms.setdefault(form, strength)
    return Topic(name=kind.value, zh=kind.value, en=kind.value, terms=terms)
