"""Say whether an opinion surely reports wrongdoing of those in office (举报).

Whom it is kept from cannot help its writer, so what only complains of a service, or
speaks of corruption in general, is no report here, whatever it is called.
"""

import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from app.classify.kind import KindGuess, guess_kind
from app.classify.lexicon import Topic, expand
from app.classify.spotting import Spotter
from app.classify.text import Folded, fold_with_origins
from app.domain.vocabulary import Kind

_ACTORS, _DEEDS, _SIGNS, _DENIALS, _SERVANTS, _TAKINGS, _PRIVATE = range(7)
_GROUPS: Final = (
    "actors", "deeds", "signs", "denials", "servants", "takings", "private",
)  # fmt: skip

_BREATH: Final = 40
"""Signs between who did it and what was done, at most."""

_DEED: Final = 1.0
_SIGN: Final = 0.6
_MEANT: Final = 0.6
"""What it adds that the whole sounds like a report."""

_DENIAL: Final = 1.2
_MOST_DEEDS: Final = 2
_MOST_SIGNS: Final = 3
_SURE: Final = 1.6
"""One deed of somebody in office and one sign that it is meant as a report."""

_MOST_TERMS: Final = 4


@dataclass(frozen=True, slots=True)
class Report:
    """How surely an opinion reports wrongdoing, and by which words."""

    score: float
    terms: tuple[str, ...] = ()
    """Whoever did it, what was done, and what makes it a report, as written."""

    @property
    def is_sure(self) -> bool:
        """Whether few people should see it before somebody has looked at it."""
        return self.score >= _SURE


def reported(*, subject: str, text: str, kind: Kind | None = None) -> Report:
    """Say how surely an opinion reports wrongdoing of those in office.

    ``kind`` is what it sounds like.
    """
    folded, found = _found(subject, text)
    deeds = _done_by(found[_DEEDS], sorted(found[_ACTORS]))
    if not deeds:
        return Report(0.0)
    quote = folded.quote
    done = dict.fromkeys(quote(*deed) for deed, _ in deeds)
    meant = kind is Kind.REPORT
    signs = dict.fromkeys(quote(*place) for place in found[_SIGNS])
    denials = {quote(*place) for place in found[_DENIALS]}
    score = (
        _DEED * min(len(done), _MOST_DEEDS)
        + _SIGN * min(len(signs), _MOST_SIGNS)
        - _DENIAL * len(denials)
        + (_MEANT if meant else 0.0)
    )
    if not signs and not meant:
        # Who speaks of such things in general names neither names nor proof.
        score = min(score, _DEED)
    actors = dict.fromkeys(quote(*actor) for _, actor in deeds)
    return Report(score, (*actors, *done, *signs)[:_MOST_TERMS])


def guess(*, subject: str, text: str) -> KindGuess:
    """Say what an opinion asks for, as `guess_kind` does by its wording alone.

    What else would be a complaint sounds like a report where somebody of a public
    hospital or school takes money that nobody may take there.
    """
    plain = guess_kind(subject=subject, text=text)
    if plain.kind not in {None, Kind.COMPLAINT}:
        return plain
    terms = _taken(subject, text)
    if not terms:
        return plain
    return KindGuess(Kind.REPORT, terms, by_wording=False)


def _taken(subject: str, text: str) -> tuple[str, ...]:
    """Return who takes what at a public hospital or school, as written; or nothing."""
    folded, found = _found(subject, text)
    if found[_DENIALS] or found[_PRIVATE]:
        return ()
    takings = _done_by(found[_TAKINGS], sorted(found[_SERVANTS]))
    quoted = [folded.quote(*place) for deed, by in takings for place in (by, deed)]
    return tuple(dict.fromkeys(quoted))[:_MOST_TERMS]


Place = tuple[int, int]


@lru_cache(maxsize=1)  # kind and gravity of a text are asked for one after the other
def _found(subject: str, text: str) -> tuple[Folded, Sequence[list[Place]]]:
    """Return the text, folded, and where the words of each group stand in it."""
    folded = fold_with_origins(f"{subject}\n{text}" if subject else text)
    found: list[list[Place]] = [[] for _ in _GROUPS]
    for term, start, end in _spotter().spot(folded.text):
        found[term.topic].append((start, end))
    return folded, found


def _done_by(
    deeds: Sequence[Place], actors: Sequence[Place]
) -> list[tuple[Place, Place]]:
    """Return the deeds that somebody in office is named beside, each with that one."""
    starts = [start for start, _ in actors]
    found = []
    last = 0
    for start, end in sorted(deeds, key=lambda place: (place[0], -place[1])):
        if start < last:
            continue
        last = end
        low = bisect_left(starts, start - _BREATH)
        high = bisect_right(starts, end + _BREATH)
        if low < high:
            found.append(((start, end), actors[low]))
    return found


@cache
def _spotter() -> Spotter:
    source = resources.files("app.classify").joinpath("reports.toml")
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return Spotter([_topic(group, tables) for group in _GROUPS])


def _topic(group: str, tables: Mapping[str, str]) -> Topic:
    terms: dict[str, float] = {}
    for term in tables[group].split():
        for form in expand(term):
            terms.setdefault(form, 1.0)
    return Topic(name=group, zh=group, en=group, terms=terms)
