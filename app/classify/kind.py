"""Guess from its wording what an opinion asks for (性质)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from app.classify.lexicon import Topic, expand
from app.classify.spotting import Spotter, Term
from app.classify.text import fold
from app.domain.vocabulary import Kind

_STRONG = 2.0
_WEAK = 0.35
_OPENING = 1.8
"""How much more the subject and the first words tell than the rest."""

_OPENING_LENGTH = 10
_QUESTION = 1.0
"""What it tells that an opinion ends with a question mark."""

_LEAST = 1.2
_MARGIN = 0.3

_KINDS = tuple(Kind)
_BIAS: Mapping[Kind, float] = {
    Kind.COMPLAINT: 2.2,
    Kind.SUGGESTION: 0.0,
    Kind.INQUIRY: 0.0,
    Kind.REPORT: 0.0,
    Kind.PRAISE: 0.0,
}
"""What each kind starts from: most people write because something is wrong."""


def kind_of(*, subject: str, text: str) -> Kind | None:
    """Say what an opinion asks for; None if the wording does not show it."""
    folded = fold(f"{subject}\n{text}" if subject else text)
    opening = len(fold(subject)) + _OPENING_LENGTH
    worths: dict[Term, float] = {}
    for term, start, _ in _spotter().spot(folded):
        worth = term.worth * (_OPENING if start < opening else 1.0)
        worths[term] = max(worth, worths.get(term, 0.0))
    scores = dict(_BIAS)
    for term, worth in worths.items():
        scores[_KINDS[term.topic]] += worth
    if text.rstrip().endswith(("?", "？")):
        scores[Kind.INQUIRY] += _QUESTION
    best, second = sorted(scores, key=lambda kind: -scores[kind])[:2]
    if scores[best] < _LEAST or scores[best] - scores[second] < _MARGIN:
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
