"""How much every two of many messages share, without ever comparing all of them.

A message is its pairs of neighbouring characters, weighed by how rare they are
(TF-IDF); the subject is weighed apart, for its few words say more than as many of the
text.  Pairs with a particle in them are left out: they straddle two words or say
nothing.  Products are summed up along the postings of each pair of characters, a block
of messages at a time, so memory grows with what is shared and not with the square.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.classify.neighbours import Neighbours, Numbers, Places, named
from app.classify.plain import plain_words

ELSEWHERE: Final = 50
"""So many messages on other matters are believed to be somewhere, so that what all of
the first few have in common is not taken for what everybody always says."""

A_HANDFUL: Final = 60
"""Among fewer messages whatever two of them share looks rare."""

_OFTEN_ELSEWHERE: Final = 0.5
"""In which share of those elsewhere there are the words that stand in any letter; it is
believed where there is but a handful to count."""

_SUBJECT: Final = 0.35
"""What the subject counts beside the text."""

_FEW: Final = 20
_SHARE_OF_FEW: Final = 0.3
_MANY: Final = 300
_SHARE_OF_MANY: Final = 0.1
"""Up to how many messages may have a pair that still tells them apart: a third of some
hundred, a tenth of many thousand; see `_most_holders`."""

_ALONE: Final = 0.1
"""What a pair that no other message has adds to the length of its own, beside one that
some have: a short message that shares a common word is not thereby all about that."""

_MOST_OF_ONE: Final = 96
"""Of a message so many pairs are compared: its weightiest."""

_LEAST: Final = 0.04
"""Messages that share less share nothing."""

_MOST_LINKS: Final = 600_000
_MOST_LINKS_OF_ONE: Final = 60
"""How many links are kept at most, and for each message: the strongest of all."""

_AT_ONCE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Weighed:
    """Messages as weighed pairs of characters; that of ``i`` begin at ``bounds[i]``."""

    bounds: Places
    pairs: Places
    """In rising order within a message."""

    weights: Numbers
    """A message's weights are a vector of length one, as good as."""

    def __len__(self) -> int:
        """Say how many messages there are."""
        return len(self.bounds) - 1


@dataclass(frozen=True, slots=True)
class Links:
    """How much pairs of messages share, each pair once; a cosine."""

    first: Places
    second: Places
    strength: Numbers


def weigh(neighbours: Neighbours, originals: Places) -> Weighed:
    """Weigh messages: as many subjects first, then the texts in the same order.

    Of a message that is not its own of ``originals`` nothing is weighed.
    """
    many = len(originals)
    width = max(neighbours.different, 1)
    own = originals == np.arange(many)
    kept = own[neighbours.rows % max(many, 1)]
    cells, counts = np.unique(
        neighbours.rows[kept] * width + neighbours.pairs[kept], return_counts=True
    )
    rows, pairs = cells // width, cells % width
    # Two rising runs, of the subjects and of the texts: a stable sort merges them.
    merged = np.sort(rows % many * width + pairs, kind="stable")
    held = np.bincount(merged[_firsts(merged)] % width, minlength=width)
    weights = (1 + np.log(counts)) * np.log(
        (own.sum() + ELSEWHERE)
        / (held[pairs] + _elsewhere(neighbours, many)[pairs] + 0.5)
    )
    lengthens = np.where(held == 1, _ALONE, held <= _most_holders(int(own.sum())))
    weights = _of_length_one(rows, weights, lengthens[pairs], 2 * many)
    weights *= np.where(rows < many, _SUBJECT, 1 - _SUBJECT)
    rows, pairs, weights = _added_up(rows % many * width + pairs, weights, width)
    weights = _of_length_one(rows, weights, lengthens[pairs], many)
    kept = ((held > 1) & (lengthens > 0))[pairs]
    rows, pairs, weights = _weightiest(rows[kept], pairs[kept], weights[kept])
    return Weighed(
        bounds=np.searchsorted(rows, np.arange(many + 1)), pairs=pairs, weights=weights
    )


def _elsewhere(neighbours: Neighbours, many: int) -> Numbers:
    """Return in how many of the messages elsewhere each pair is believed to stand."""
    if many >= A_HANDFUL:
        return np.zeros(neighbours.different)
    plain = np.isin(neighbours.names, named(plain_words()))
    return np.where(plain, _OFTEN_ELSEWHERE * ELSEWHERE, 0.0)


def links_of(weighed: Weighed) -> Links:
    """Find the pairs of messages that share something worth mentioning."""
    many = len(weighed)
    rows = np.repeat(np.arange(many), np.diff(weighed.bounds))
    order = np.argsort(weighed.pairs, kind="stable")
    holders, shares = rows[order], weighed.weights[order]
    # Each entry meets those behind it in the postings of its pair of characters.
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    ends = np.searchsorted(weighed.pairs[order], weighed.pairs, side="right")
    ahead = ends - place - 1
    kept = _Kept(most=min(_MOST_LINKS, _MOST_LINKS_OF_ONE * many))
    for start, stop in _blocks(weighed.bounds, ahead, many):
        some = slice(weighed.bounds[start], weighed.bounds[stop])
        times = ahead[some]
        met = _spans(place[some] + 1, times)
        cells = np.repeat((rows[some] - start) * many, times) + holders[met]
        products = np.repeat(weighed.weights[some], times) * shares[met]
        sums = np.asarray(np.bincount(cells, weights=products, minlength=1), np.float64)
        (hits,) = np.nonzero(sums >= _LEAST)
        kept.add(hits // many + start, hits % many, sums[hits])
    return Links(*kept.all())


@dataclass(slots=True)
class _Kept:
    """The strongest links so far, ``most`` of them in the end."""

    most: int
    parts: list[tuple[Places, Places, Numbers]] = field(default_factory=list)
    number: int = 0

    def add(self, first: Places, second: Places, strength: Numbers) -> None:
        self.parts.append((first, second, strength))
        self.number += len(strength)
        if self.number > 4 * self.most:
            self.all()

    def all(self) -> tuple[Places, Places, Numbers]:
        """Return them, in the order in which they were added."""
        if not self.parts:
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, np.zeros(0)
        first, second, strength = map(np.concatenate, zip(*self.parts, strict=True))
        if len(strength) > self.most:
            chosen = np.sort(np.argpartition(strength, -self.most)[-self.most :])
            first, second, strength = first[chosen], second[chosen], strength[chosen]
        self.parts, self.number = [(first, second, strength)], len(strength)
        return first, second, strength


def _most_holders(many: int) -> float:
    most = min(_SHARE_OF_FEW * many, _MANY + _SHARE_OF_MANY * many)
    return max(most, _FEW)


def _of_length_one(
    rows: Places, weights: Numbers, lengthens: Numbers, many: int
) -> Numbers:
    squares = np.bincount(rows, weights=weights**2 * lengthens, minlength=many)
    return weights / np.sqrt(np.where(squares > 0, squares, 1.0))[rows]


def _added_up(
    cells: Places, weights: Numbers, width: int
) -> tuple[Places, Places, Numbers]:
    """Add up what the same message holds of the same pair."""
    order = np.argsort(cells, kind="stable")
    cells = cells[order]
    (starts,) = np.nonzero(_firsts(cells))
    if not len(starts):
        return cells, cells, weights
    sums = np.add.reduceat(weights[order], starts)
    return cells[starts] // width, cells[starts] % width, sums


def _firsts(cells: Places) -> NDArray[np.bool_]:
    """Mark the first of each run of equal ones."""
    marked = np.ones(len(cells), dtype=np.bool_)
    np.not_equal(cells[1:], cells[:-1], out=marked[1:])
    return marked


def _weightiest(
    rows: Places, pairs: Places, weights: Numbers
) -> tuple[Places, Places, Numbers]:
    """Keep the `_MOST_OF_ONE` weightiest pairs of each message."""
    # Once lengths are one, no weight is as much as 2: half of it leads into no other
    # row.
    order = np.argsort(rows - np.minimum(weights, 1.0) / 2, kind="stable")
    first = np.searchsorted(rows, rows)
    kept = np.sort(order[np.arange(len(order)) - first < _MOST_OF_ONE])
    return rows[kept], pairs[kept], weights[kept]


def _blocks(bounds: Places, ahead: Places, many: int) -> list[tuple[int, int]]:
    """Cut the messages into blocks that are each worked through at once."""
    behind = np.concatenate([[0], np.cumsum(ahead)])[bounds]
    blocks = []
    start = 0
    while start < many:
        stop = int(np.searchsorted(behind, behind[start] + _AT_ONCE, side="right")) - 1
        stop = min(max(stop, start + 1), start + max(_AT_ONCE // many, 1), many)
        blocks.append((start, stop))
        start = stop
    return blocks


def _spans(starts: Places, lengths: Places) -> Places:
    """Return the numbers from each start on, as many as its length, in a row."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total)
