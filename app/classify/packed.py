"""Rows of numbers that are looked up by name and added up, all columns at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Sums = NDArray[np.float32]
"""One number for each column."""

Small = NDArray[np.float16]
"""Numbers that are kept: of what is added up three digits are enough."""


class Times(NamedTuple):
    """Names of rows, and how often each is to be added."""

    names: Sequence[str]
    numbers: Sums


class PackedRows:
    """Rows that can be looked up by name and added up."""

    def __init__(self, names: Sequence[str], lines: Small | Sums) -> None:
        """Pack the lines; another, for unknown names, is empty."""
        self._places = {name: place for place, name in enumerate(names)}
        self._empty = len(names)
        self._table = np.zeros((len(names) + 1, lines.shape[1]), np.float16)
        self._table[:-1] = lines

    def total(self, times: Times) -> tuple[Sums, float]:
        """Add up the named rows; also say how many rows that were."""
        names, numbers = times
        places = np.fromiter(
            map(self._places.get, names, [self._empty] * len(names)),
            np.intp,
            len(names),
        )
        known = float(numbers[places != self._empty].sum())
        rows = self._table.take(places, axis=0).astype(np.float32)
        # Not `@`: BLAS would start threads for a product as small as this.
        return np.einsum("i,ij->j", numbers, rows), known
