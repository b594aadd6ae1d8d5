"""Read pairs of neighbouring characters off many texts, and guess where words end.

There is no dictionary in this: what people write about now stands in none.  A word is
where characters follow each other more often than chance has it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.classify.text import CLAUSE_END, SENTENCE_END

Places = NDArray[np.int64]
Numbers = NDArray[np.float64]

PARTICLES: Final = (
    "的了我们是在有和不这那你他她它就都也要对为与及或请把被给让将从到向于以而且但并等个之其所些"
    "啊吗呢吧嘛"
)
"""Characters that stand between words, and in few that tell one matter from another."""

_SHIFT: Final = 21
_MARKS: Final = [ord(sign) for sign in f"{CLAUSE_END}{SENTENCE_END} "]
_OUT: Final = np.array([*_MARKS, *map(ord, PARTICLES)], dtype=np.int64)

_LOOSE: Final = 0.5
"""A weaker bond is none, in natural logarithms."""

_WEAKER: Final = 1.0
"""A bond that is so much weaker than both beside it is where one word meets another."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Every pair of neighbours in some texts, none with a mark or a particle in it."""

    joined: str
    """All texts, each with a mark behind it."""

    bounds: Places
    """Where in ``joined`` each text begins, and the end."""

    rows: Places
    """For each pair, in which text it stands ..."""

    places: Places
    """... where in ``joined`` ..."""

    pairs: Places
    """... and which of the different ones it is, of so many:"""

    different: int
    names: Places
    """For each of those its two characters, as `named` puts them."""

    bonds: Numbers
    """How much likelier its second character follows its first than any does."""


def named(pairs: Iterable[str]) -> Places:
    """Return pairs of characters as numbers."""
    numbers = [ord(pair[0]) << _SHIFT | ord(pair[1]) for pair in pairs]
    return np.array(numbers, dtype=np.int64)


def read_neighbours(texts: Sequence[str]) -> Neighbours:
    """Read the pairs of neighbours off folded texts."""
    joined = CLAUSE_END.join([*texts, ""])
    encoded = joined.encode("utf-32-le", "surrogatepass")
    signs = np.frombuffer(encoded, dtype=np.uint32).astype(np.int64)
    lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    bounds = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    inside = ~np.isin(signs, _OUT)
    (places,) = np.nonzero(inside[:-1] & inside[1:])
    numbers = signs[places] << _SHIFT | signs[places + 1]
    every, pairs, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    return Neighbours(
        joined=joined,
        bounds=bounds,
        rows=np.repeat(np.arange(len(texts)), lengths)[places],
        places=places,
        pairs=pairs,
        different=len(every),
        names=every,
        bonds=_bonds(every, counts)[pairs],
    )


def words_of(neighbours: Neighbours) -> Iterator[list[str]]:
    """Cut each text into what look like words; those that touch stand side by side.

    An empty word stands where a mark, a particle or a single character parts others.
    """
    joined = neighbours.joined
    bond = np.full(len(joined) + 1, -np.inf)
    bond[neighbours.places] = neighbours.bonds
    before, after = np.roll(bond, 1), np.roll(bond, -1)
    meets = (bond < before - _WEAKER) & (bond < after - _WEAKER)
    (ends,) = np.nonzero(((bond < _LOOSE) | meets)[: len(joined)])
    stops = np.searchsorted(ends, neighbours.bounds[1:] - 1, side="left").tolist()
    start, first = 0, 0
    for stop in stops:
        row = []
        for end in (ends[first : stop + 1] + 1).tolist():
            row.append(joined[start:end] if end - start > 1 else "")
            start = end
        first = stop + 1
        yield row


def _bonds(names: Places, counts: Places) -> Numbers:
    heads, tails = names >> _SHIFT, names & ((1 << _SHIFT) - 1)
    before = np.bincount(heads, weights=counts, minlength=1)
    after = np.bincount(tails, weights=counts, minlength=1)
    bonds = np.log(counts * float(counts.sum()) / (before[heads] * after[tails]))
    # Of what stands there once, nobody can say whether it is a word.
    return np.where(counts > 1, bonds, -np.inf)
