"""Guess from its wording what an opinion asks for (性质)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from app.classify.lexicon import Topic, expand
from app.classify.spotting import Spotter, Term
from app.classify.text import fold, fold_with_origins
from app.domain.vocabulary import Kind

_STRONG = 2.0
_WEAK = 0.35
_OPENING = 1.8
"""How much more the subject and the first words tell than the rest."""

_OPENING_LENGTH = 10
_QUESTION = 1.0
"""What it tells that an opinion ends with a question mark."""

_TELLING = 1.0
"""What a word has to be worth to be shown as a reason before others."""

_LEAST = 1.2
_MOST_TERMS = 4
"""How many words are shown for a kind."""

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


@dataclass(frozen=True, slots=True)
class KindGuess:
    """What an opinion seems to ask for, and by which words."""

    kind: Kind | None
    """None: the wording does not show it."""

    terms: tuple[str, ...] = ()
    """As the citizen wrote them, the heaviest first; none: no word says otherwise, and
    most people write for this."""

    by_wording: bool = True
    """Whether the wording alone shows it, and not who is said to have done what."""


def guess_kind(*, subject: str, text: str) -> KindGuess:
    """Say what an opinion asks for, and by which of its words."""
    folded = fold_with_origins(f"{subject}\n{text}" if subject else text)
    opening = len(fold(subject)) + _OPENING_LENGTH
    worths: dict[Term, float] = {}
    places: dict[Term, tuple[int, int]] = {}
    for term, start, end in _spotter().spot(folded.text):
        worth = term.worth * (_OPENING if start < opening else 1.0)
        if worth > worths.get(term, 0.0):
            worths[term], places[term] = worth, (start, end)
    best = _best(worths, asks=text.rstrip().endswith(("?", "？")))
    if best is None:
        return KindGuess(None)
    of_it = sorted(
        (term for term in worths if _KINDS[term.topic] is best),
        key=lambda term: -worths[term],
    )
    # Where no word tells it, a few that only hint at it are better than no reason.
    telling = [term for term in of_it if term.worth >= _TELLING]
    quotes = dict.fromkeys(folded.quote(*places[term]) for term in telling or of_it)
    shown = [quote for quote in quotes if telling or len(quote) > 1]
    return KindGuess(best, tuple(shown)[:_MOST_TERMS])


def _best(worths: Mapping[Term, float], *, asks: bool) -> Kind | None:
    scores = dict(_BIAS)
    for term, worth in worths.items():
        scores[_KINDS[term.topic]] += worth
    if asks:
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
