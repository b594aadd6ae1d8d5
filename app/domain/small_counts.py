"""Small counts: numbers so small that they could tell of a person are not given out.

What is published is tables: a row for each item, a column for each week (or channel,
kind, outcome), the sums of rows and columns, the sum of all. A number of one or two is
withheld. Somebody who subtracts what is shown from a sum must not find it again either,
so along each line others are withheld with it until at least two are, and until what is
left for them leaves more than one answer. A zero tells of nobody and is always shown.

Several tables may be cut from the same rows; their sums of rows are the same numbers,
and withheld in all of them or in none. Whoever goes from line to line through all of
them, with what each says of the next (`small_bounds`), must find no small number
either.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from app.domain.small_bounds import Bounds, Line

LEAST: Final = 3
"""Numbers from this one on are shown."""

Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)

Place = tuple[Any, Any]
"""A row and a column; that of a sum has `_SUM` in the place of either."""

Cells = dict[Place, int]

_SUM: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Generic[Row, Column]):
    """A table as it may be published; None: the number is withheld."""

    cells: Mapping[tuple[Row, Column], int | None]
    """Those that are not zero."""

    rows: Mapping[Row, int | None]
    columns: Mapping[Column, int | None]
    total: int | None

    def cell(self, row: Row, column: Column) -> int | None:
        """Return a number; None: it is withheld."""
        return self.cells.get((row, column), 0)


def guarded(
    tables: Mapping[str, Mapping[Row, Mapping[Column, int]]],
) -> dict[str, Shown[Row, Column]]:
    """Return ``tables`` as they may be published, by the names that they came by."""
    summed = {name: _with_sums(rows) for name, rows in tables.items()}
    hidden = {
        name: {place for place, number in cells.items() if 0 < number < LEAST}
        for name, cells in summed.items()
    }
    settled = False
    while not settled:
        while _hide_more(summed, hidden):
            pass
        settled = not _hide_from_solvers(summed, hidden)
    return {name: _shown(cells, hidden[name]) for name, cells in summed.items()}


def _with_sums(rows: Mapping[Row, Mapping[Column, int]]) -> Cells:
    """Return all numbers of a table that are not zero, with their sums.

    Their order is always the same, and so is what is withheld where it could be either
    of two: else whoever asks twice would be shown both.
    """
    cells: Cells = {}
    numbers = (
        (row, column, number)
        for row, line in sorted(rows.items(), key=_by_name)
        for column, number in sorted(line.items(), key=_by_name)
        if number
    )
    for row, column, number in numbers:
        for place in ((row, column), (row, _SUM), (_SUM, column), (_SUM, _SUM)):
            cells[place] = cells.get(place, 0) + number
    return cells


def _by_name(entry: tuple[object, object]) -> str:
    return str(entry[0])


def _hide_more(tables: Mapping[str, Cells], hidden: Mapping[str, set[Place]]) -> bool:
    """Withhold what one look at all lines asks for; return whether that was any."""
    before = sum(map(len, hidden.values()))
    sums = {place for gone in hidden.values() for place in gone if place[1] is _SUM}
    for name, cells in tables.items():
        gone = hidden[name]
        gone |= {place for place in sums if place in cells}
        for line in _lines(cells):
            _guard(line, cells, gone)
    return sum(map(len, hidden.values())) > before


def _lines(cells: Cells) -> Iterator[list[Place]]:
    """Yield the places of each row and each column, that of its sum last."""
    for axis in (0, 1):
        lines: dict[object, list[Place]] = {}
        for place in cells:
            lines.setdefault(place[axis], []).append(place)
        for line in lines.values():
            yield sorted(line, key=lambda place: place[1 - axis] is _SUM)


def _guard(
    line: list[Place],
    cells: Cells,
    hidden: set[Place],
) -> None:
    """Withhold one number more of a line whose withheld ones could be told."""
    *parts, whole = line
    gone = [place for place in line if place in hidden]
    left = sum(cells[place] for place in gone)
    alone = len(gone) == 1
    # All of them are ones, or all are twos, and whoever adds up knows it.
    alike = whole not in hidden and left in {len(gone), (LEAST - 1) * len(gone)}
    if not gone or not (alone or alike):
        return
    others = [place for place in parts if place not in hidden]
    spare = min(others, key=lambda place: cells[place], default=whole)
    hidden.add(spare)


def _hide_from_solvers(
    tables: Mapping[str, Cells], hidden: Mapping[str, set[Place]]
) -> bool:
    """Withhold a number from which small ones follow; return whether there was any."""
    numbers = {
        _named(name, place): number
        for name, cells in tables.items()
        for place, number in cells.items()
    }
    lines = [
        Line(tuple(_named(name, place) for place in parts), _named(name, whole))
        for name, cells in tables.items()
        for *parts, whole in _lines(cells)
    ]
    gone = {_named(name, place) for name in tables for place in hidden[name]}
    told = _told(lines, numbers, gone)
    if not told:
        return False
    # Of those that may help the one is taken that leaves the fewest, small ones first.
    spare = min(
        _spares(lines, numbers, gone, told[0]),
        key=lambda each: (len(_told(lines, numbers, gone | {each})), numbers[each]),
    )
    for name, cells in tables.items():
        hidden[name].update(place for place in cells if _named(name, place) == spare)
    return True


def _told(
    lines: list[Line], numbers: Mapping[Hashable, int], gone: set[Hashable]
) -> list[Hashable]:
    """Return the small numbers that follow from those that are not ``gone``."""
    bounds = Bounds.of(lines, numbers, gone)
    return [
        each
        for each, number in numbers.items()
        if number < LEAST and each in gone and bounds.tells(each)
    ]


def _spares(
    lines: list[Line],
    numbers: Mapping[Hashable, int],
    gone: set[Hashable],
    told: Hashable,
) -> list[Hashable]:
    """Return what may be withheld so that ``told`` no longer follows.

    It follows from its own lines, or from those in which the sums are added up.
    """
    sums: set[Hashable] = {
        each for each in numbers if isinstance(each, tuple) and each[1] is _SUM
    }
    shown = [each for each in numbers if each not in gone]
    beside = [{*line.parts, line.whole} for line in lines]
    groups: list[set[Hashable]] = [sums, *(those for those in beside if told in those)]
    found = [
        min(
            (each for each in shown if each in group),
            key=lambda each: numbers[each],
            default=None,
        )
        for group in groups
    ]
    whole = [line.whole for line in lines if told in line.parts]
    rest = [each for each in (*found, *whole) if each is not None and each not in gone]
    return rest or [min(shown, key=lambda each: numbers[each])]


def _named(name: str, place: Place) -> Hashable:
    """Return what a number is called; a sum of a row is the same in each table."""
    return place if place[1] is _SUM else (name, place)


def _shown(cells: Cells, hidden: set[Place]) -> Shown[Row, Column]:
    known = {
        place: None if place in hidden else number for place, number in cells.items()
    }
    return Shown(
        cells={p: n for p, n in known.items() if _SUM not in p},
        rows={p[0]: n for p, n in known.items() if p[1] is _SUM and p[0] is not _SUM},
        columns={
            p[1]: n for p, n in known.items() if p[0] is _SUM and p[1] is not _SUM
        },
        total=known.get((_SUM, _SUM), 0),
    )
