"""Rows of numbers that are looked up by name and added up, all columns at once."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Row = Mapping[int, float]
"""Weights by column."""

Sums = NDArray[np.float32]
"""One number for each column."""


class Times(NamedTuple):
    """Names of rows, and how often each is to be added."""

    names: Sequence[str]
    numbers: Sums


class PackedRows:
    """Rows that can be looked up by name and added up."""

    def __init__(self, rows: Mapping[str, Row], columns: int) -> None:
        """Pack the rows; the last line of the table, for unknown names, is empty."""
        self._places = {name: place for place, name in enumerate(rows)}
        self._empty = len(rows)
        self._table = np.zeros((len(rows) + 1, columns), np.float32)
        for place, row in enumerate(rows.values()):
            for column, weight in row.items():
                self._table[place, column] = weight

    def total(self, times: Times) -> tuple[Sums, float]:
        """Add up the named rows; also say how many rows that were."""
        names, numbers = times
        places = np.fromiter(
            map(self._places.get, names, [self._empty] * len(names)),
            np.intp,
            len(names),
        )
        known = float(numbers[places != self._empty].sum())
        # Not `@`: BLAS would start threads for a product as small as this.
        return np.einsum("i,ij->j", numbers, self._table.take(places, axis=0)), known
