"""Likeness: whether two texts say the same in nearly the same words, and where not.

What the database looks up are *keys*: a few numbers made of a text so that texts which
are alike share some. One stands for the whole of it; most are MinHash bands over runs
of three characters, which find texts alike as a whole; the others are made of single
clauses, which find a letter in which somebody wrote much of their own around the shared
words, in whatever order.
A key only says where to look: `compare` decides, on the texts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.classify.text import CLAUSE_END, SENTENCE_END, fold_whole

LEAST: Final = 12
"""Signs from which on the same words of two people are more than a coincidence."""

_BANDS: Final = 10
_ROWS: Final = 3
_CLAUSES: Final = 5
_LEAST_CLAUSE: Final = 10
MOST_KEYS: Final = 1 + _BANDS + _CLAUSES

_RUN: Final = 3
_ALIKE: Final = 0.5
_CONTAINED: Final = 0.7
_LEAST_CONTAINED: Final = 40
"""Runs that two texts share, where one stands within a longer one."""

_SAME: Final = 0.9
_VARIANT: Final = 0.6
"""Share of a clause's runs that the shared words have, from which on it is a variant
of something in them."""

_LEAST_OWN: Final = 8
"""Signs of a clause that says something: a name and where one lives do not."""

_MARKS: Final = re.compile(f"[{SENTENCE_END}{CLAUSE_END}]+")
_PIECES: Final = re.compile(r"[^。！？!?；;，,、：:\n]*[。！？!?；;，,、：:\n]*")

Runs = frozenset[int]
"""The distinct runs of a text, as hashes."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text made ready for comparison."""

    signs: str
    """Folded and without any mark."""

    clauses: tuple[str, ...]
    runs: Runs

    @property
    def is_short(self) -> bool:
        """Whether two people may well say this and know nothing of each other."""
        return len(self.signs) < LEAST


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two texts are, from 0 to 1."""

    alike: float
    """The share of what stands in both, of what stands in either (Jaccard)."""

    contained: float
    """The share of the shorter one that stands in the longer one."""

    is_near: bool
    """Whether one is the other's near-duplicate."""

    @property
    def is_same(self) -> bool:
        """Whether they are the same but for trifles, with nothing said in one alone."""
        return self.is_near and self.alike >= _SAME


@dataclass(frozen=True, slots=True)
class OwnPiece:
    """A stretch of a text as it was written, and whether the shared text lacks it."""

    text: str
    own: bool


NOTHING_ALIKE: Final = Likeness(0.0, 0.0, is_near=False)


def words(text: str) -> Words:
    """Return ``text`` ready for comparison; as far as it is folded."""
    clauses = _clauses(text)
    signs = "".join(clauses)
    return Words(signs=signs, clauses=clauses, runs=_runs(signs))


def keys(of: Words, *, realm: int) -> tuple[int, ...]:
    """Return the keys by which texts like this one are found, at most `MOST_KEYS`.

    Texts of different realms share none. A short text has none: others who say it need
    not know of each other.
    """
    if of.is_short:
        return ()
    factors, offsets = _hashing()
    hashes = (_hashes(of.signs) >> np.uint64(32)).astype(np.uint32)
    lowest = (factors * hashes + offsets).min(axis=1).reshape(_BANDS, _ROWS)
    bands = [
        _number(f"{realm}:{place}:".encode() + band.tobytes())
        for place, band in enumerate(lowest)
    ]
    clauses = {
        _number(f"{realm}:clause:{clause}".encode())
        for clause in of.clauses
        if len(clause) >= _LEAST_CLAUSE
    }
    whole = _number(f"{realm}:whole:{of.signs}".encode())
    return (whole, *bands, *sorted(clauses)[:_CLAUSES])


def compare(one: Words, other: Words) -> Likeness:
    """Return how alike two texts are; a short one is like its very words alone."""
    if one.is_short or other.is_short:
        if one.signs and one.signs == other.signs:
            return Likeness(1.0, 1.0, is_near=False)
        return NOTHING_ALIKE
    both = len(one.runs & other.runs)
    either = len(one.runs) + len(other.runs) - both
    alike, contained = both / either, both / min(len(one.runs), len(other.runs))
    within = contained >= _CONTAINED and both >= _LEAST_CONTAINED
    return Likeness(alike, contained, is_near=alike >= _ALIKE or within)


def own_signs(of: Words, shared: Words) -> int:
    """Return how many signs of a text stand in clauses that ``shared`` lacks."""
    known = frozenset(shared.clauses)
    return sum(
        len(clause)
        for clause in of.clauses
        if len(clause) >= _LEAST_OWN
        and clause not in known
        and not _is_variant(clause, shared.runs)
    )


def own_pieces(text: str, shared: Words) -> list[OwnPiece]:
    """Return all of ``text``, stretch by stretch: shared, or the writer's own."""
    known = frozenset(shared.clauses)
    pieces = [piece for piece in _PIECES.findall(text) if piece]
    said = ["".join(_clauses(piece)) for piece in pieces]
    runs = _runs_of_each(said)
    found: list[OwnPiece] = []
    for piece, signs, of in zip(pieces, said, runs, strict=True):
        shares = not signs or signs in known or _are_variant(of, shared.runs)
        own = found[-1].own if found and not signs else not shares
        before = found.pop().text if found and found[-1].own == own else ""
        found.append(OwnPiece(before + piece, own=own))
    return found


def shared_words(texts: Sequence[Words]) -> Words:
    """Return the clauses that more than half of ``texts`` have, as one text."""
    counts: dict[str, int] = {}
    for one in texts:
        for clause in dict.fromkeys(one.clauses):
            counts[clause] = counts.get(clause, 0) + 1
    clauses = tuple(
        clause for clause, times in counts.items() if 2 * times > len(texts)
    )
    signs = "".join(clauses)
    return Words(signs=signs, clauses=clauses, runs=_runs(signs))


def _is_variant(clause: str, runs: Runs) -> bool:
    """Return whether most of what a clause says stands in a text of these runs."""
    return _are_variant(_runs(clause), runs)


def _are_variant(own: Runs, runs: Runs) -> bool:
    return bool(own) and len(own & runs) >= _VARIANT * len(own)


def _clauses(text: str) -> tuple[str, ...]:
    """Return the folded clauses of ``text``, without the marks between them."""
    return tuple(clause for clause in _MARKS.split(fold_whole(text)) if clause)


def _runs_of_each(said: Sequence[str]) -> list[Runs]:
    """Return the runs of each text, all hashed at once: one by one costs far more."""
    hashes = _hashes("".join(said)).tolist()
    found, start = [], 0
    for signs in said:
        end = start + len(signs)
        whole = len(signs) < _RUN
        found.append(
            _runs(signs) if whole else frozenset(hashes[start : end - _RUN + 1])
        )
        start = end
    return found


def _runs(signs: str) -> Runs:
    return frozenset(_hashes(signs).tolist())


def _hashes(signs: str) -> NDArray[np.uint64]:
    """Return a hash of each run, in their order; of very few signs, of each."""
    codes = np.frombuffer(signs.encode("utf-32-le", "replace"), dtype="<u4")
    codes = codes.astype(np.uint64)
    if codes.size < _RUN:
        return codes
    mixed = codes[:-2]
    for step in (codes[1:-1], codes[2:]):
        mixed = (mixed ^ (mixed >> np.uint64(29))) * _SPREAD + step
    mixed = mixed * _SPREAD
    hashes: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(32))
    return hashes


_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio, which spreads neighbours far apart (Knuth)."""


@cache
def _hashing() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return factors and offsets of the hash functions, the same for ever."""
    count = _BANDS * _ROWS
    drawn = b"".join(
        blake2b(place.to_bytes(2), digest_size=8).digest() for place in range(count)
    )
    table = np.frombuffer(drawn, dtype="<u4").astype(np.uint32).reshape(count, 2, 1)
    return table[:, 0] | np.uint32(1), table[:, 1].copy()


def _number(content: bytes) -> int:
    """Return 63 bits that stand for ``content``."""
    return int.from_bytes(blake2b(content, digest_size=8).digest()) >> 1


def most_hits(hits: Iterable[int], *, most: int) -> list[int]:
    """Return the ids that come most often in ``hits``, at most ``most``."""
    counts: dict[int, int] = {}
    for hit in hits:
        counts[hit] = counts.get(hit, 0) + 1
    return sorted(counts, key=lambda hit: (-counts[hit], hit))[:most]
