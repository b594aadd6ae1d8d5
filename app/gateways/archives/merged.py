"""Merged cells: a day that stands beside several rows is the day of each of them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

Place = tuple[int, int]
"""The row and the column of a cell, counted from 0."""


def with_merged_days(
    rows: Iterable[list[Any]], merged: Sequence[tuple[Place, Place]]
) -> Iterator[list[Any]]:
    """Yield ``rows`` with the days that are merged over several of them in each.

    A row without a day would count as one of today. Other cells stay as they are: a
    text or a number that is merged over several rows is that of one opinion.
    """
    lasts = {first: last[0] for first, last in merged if last[0] > first[0]}
    days: dict[int, tuple[int, date]] = {}
    for number, row in enumerate(rows):
        said = any(cell not in {None, ""} for cell in row)
        for place, cell in enumerate(row):
            if isinstance(cell, date) and (number, place) in lasts:
                days[place] = lasts[number, place], cell
            elif said and place in days and number <= days[place][0]:
                row[place] = days[place][1]
        yield row
