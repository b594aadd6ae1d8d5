"""Find the lexicon's terms in a text, all topics at once."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, compress
from operator import add

from app.classify.lexicon import GAP, Topic
from app.classify.text import SENTENCE_END

REACH = 8
"""How many characters a gap may hold."""

_MOST = 1_500
"""How many hits of one text are looked at: more of them tell nothing new."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A term of one topic, ready to be looked for; itself alone is equal to it."""

    topic: int
    form: str
    worth: float
    """Its strength, shared among the topics that have it; 0 for a mask."""
    unless: tuple[str, ...] = ()
    """What else in the text would cancel it."""


Hit = tuple[Term, int, int]
"""A place in a folded text where a term stands, from its start to its end.

A bare tuple: hundreds are made of one opinion, and a named one costs as much as
finding it.
"""


@dataclass(slots=True)
class _Piece:
    """A piece of terms: those that end with it, and what others go on with."""

    characters: str
    terms: list[Term] = field(default_factory=list)
    further: dict[str, list["_Piece"]] = field(default_factory=dict)
    goes_on_shortly: bool = False
    """Whether some of ``further`` is a single character."""

    def follow(self, characters: str) -> "_Piece":
        """Give the piece that comes after a gap."""
        self.goes_on_shortly |= len(characters) == 1
        return _piece_of(self.further, characters)


def _piece_of(pieces: dict[str, list[_Piece]], characters: str) -> _Piece:
    """Give a piece from an index by its first one or two characters."""
    held = pieces.setdefault(characters[:2], [])
    for piece in held:
        if piece.characters == characters:
            return piece
    held.append(_Piece(characters))
    return held[-1]


class Spotter:
    """Looks for every term of the topics; built once and then only read."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        """Index the terms by their pieces."""
        owners = Counter(form for topic in topics for form in topic.terms)
        self._pieces: dict[str, list[_Piece]] = {}
        for index, topic in enumerate(topics):
            for form, strength in topic.terms.items():
                worth = strength / math.sqrt(owners[form])
                self._add(Term(index, form, worth, _exceptions(form, topic)))
            for form in topic.masks:
                self._add(Term(index, form, 0.0))

    def _add(self, term: Term) -> None:
        first, *others = term.form.split(GAP)
        piece = _piece_of(self._pieces, first)
        for other in others:
            piece = piece.follow(other)
        piece.terms.append(term)

    def spot(self, text: str) -> list[Hit]:
        """Find the terms of a folded text, without those that its context cancels."""
        hits = self._candidates(text)
        masked: dict[int, set[int]] = defaultdict(set)
        for term, start, end in hits:
            if not term.worth:
                masked[term.topic].update(range(start, end))
        if masked:
            hits = [
                hit
                for hit in hits
                if hit[0].worth and hit[1] not in masked.get(hit[0].topic, ())
            ]
        return [
            hit
            for hit in hits
            if not hit[0].unless or not any(other in text for other in hit[0].unless)
        ]

    def _candidates(self, text: str) -> list[Hit]:
        pieces = self._pieces
        pairs, present = paired(text)
        place = _Text(text, pairs)
        hits, begins_with = place.hits, text.startswith
        # The loops that compare are the interpreter's own.
        begins = (
            compress(enumerate(heads), map(pieces.__contains__, heads))
            for heads in (pairs, text)
        )
        for start, head in chain.from_iterable(begins):
            for piece in pieces[head]:
                characters = piece.characters
                if characters != head and not begins_with(characters, start):
                    continue
                end = start + len(characters)
                for term in piece.terms:
                    hits.append((term, start, end))
                # What is nowhere in the text need not be looked for near by.
                if piece.further and not present.isdisjoint(piece.further):
                    place.go_on(piece, start, end)
            if len(hits) > _MOST:
                break
        return hits


def _exceptions(form: str, topic: Topic) -> tuple[str, ...]:
    return tuple(
        other
        for word, others in topic.unless.items()
        if word in form
        for other in others
    )


@lru_cache(maxsize=1)  # several spotters read a text one after the other
def paired(text: str) -> tuple[Sequence[str], frozenset[str]]:
    """Return each sign of a folded text with the one after it; then all that it holds.

    The second has single signs, too.
    """
    pairs = list(map(add, text, text[1:] + SENTENCE_END))
    return pairs, frozenset(pairs).union(text)


class _Text:
    """A text, and the terms found in it so far."""

    __slots__ = ("hits", "pairs", "text")

    def __init__(self, text: str, pairs: Sequence[str]) -> None:
        self.text = text
        self.pairs = pairs
        self.hits: list[Hit] = []

    def go_on(self, piece: _Piece, start: int, at: int) -> None:
        """Look for what may come after ``piece``, which ends at ``at``.

        It comes within reach, but not beyond the sentence.
        """
        text, further = self.text, piece.further
        limit = at + REACH
        stop = text.find(SENTENCE_END, at, limit + 1)
        limit = stop if stop >= 0 else limit
        near = self.pairs[at : limit + 1]
        if piece.goes_on_shortly:
            near = [*near, *text[at : limit + 1]]
        if further.keys().isdisjoint(near):
            return
        heads = dict.fromkeys(filter(further.__contains__, near))
        for other in chain.from_iterable(map(further.__getitem__, heads)):
            length = len(other.characters)
            place = text.find(other.characters, at, limit + length)
            if 0 <= place <= limit:
                end = place + length
                self.hits += [(term, start, end) for term in other.terms]
                if other.further:
                    self.go_on(other, start, end)
