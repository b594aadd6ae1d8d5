"""Find which of many texts nearly repeat an earlier one (MinHash, in bands).

A campaign of thousands is one text for whoever looks for topics: otherwise its words
would be taken for what everybody says, and comparing its letters would take all day.
"""

from typing import Final

import numpy as np

from app.classify.neighbours import Neighbours, Places

_BANDS: Final = 6
_HASHES: Final = 6
"""So many numbers are drawn of a text for each band. Texts that have all of a band in
common are compared: of those that share nine pairs in ten, 99 of 100; of those that
share half, one in ten."""

_ALIKE: Final = 0.75
"""From which share of the numbers on it is a copy."""

_SEED: Final = 20_150
_HALF: Final = np.uint64(32)


def originals_of(neighbours: Neighbours, first: int) -> Places:
    """Return for each text the earliest one that it nearly repeats, or itself.

    Texts begin at row ``first``; what stands before is not looked at.
    """
    originals = np.arange(len(neighbours.bounds) - 1 - first)
    begins = int(np.searchsorted(neighbours.rows, first))
    rows = neighbours.rows[begins:] - first
    if not len(rows):
        return originals
    present, starts = np.unique(rows, return_index=True)
    drawn = _drawn(neighbours.pairs[begins:], starts)
    for band in np.split(drawn, _BANDS):
        order = np.lexsort(band)
        along = band[:, order]
        fresh = np.ones(len(order), dtype=np.bool_)
        fresh[1:] = np.any(along[:, 1:] != along[:, :-1], axis=0)
        leaders = order[
            np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
        ]
        alike = np.mean(drawn[:, leaders] == drawn[:, order], axis=0) >= _ALIKE
        np.minimum.at(originals, present[order[alike]], present[leaders[alike]])
    return _followed(originals)


def _drawn(
    pairs: Places, starts: Places
) -> np.ndarray[tuple[int, int], np.dtype[np.uint64]]:
    """Draw the same numbers of texts with the same pairs: a column for each text."""
    chance = np.random.default_rng(_SEED)
    factors = chance.integers(1, 1 << 63, _BANDS * _HASHES, dtype=np.uint64) * 2 + 1
    numbers = pairs.astype(np.uint64) + np.uint64(1)
    drawn = []
    for factor in factors:
        mixed = numbers * factor
        mixed ^= mixed >> _HALF
        mixed *= factor
        drawn.append(np.minimum.reduceat(mixed, starts))
    return np.array(drawn)


def _followed(originals: Places) -> Places:
    """Let the copy of a copy be one of what that was copied from."""
    while True:
        further = originals[originals]
        if np.array_equal(further, originals):
            return originals
        originals = further
