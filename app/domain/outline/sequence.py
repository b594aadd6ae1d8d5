"""Numbers that are missing or stand twice: warnings, never a lost item."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from app.domain.outline.faults import missing_number, repeated_number
from app.domain.outline.tree import Item

_WIDEST_GAP: Final = 20
"""Where a number leaps further, it is odd itself, and no others were lost."""

_MOST_WARNINGS: Final = 100


@dataclass(slots=True)
class _Run:
    """Numbers that are counted through, perhaps over several sections."""

    last: int = 0
    first: int = 0
    printed: dict[int, Item] = field(default_factory=dict)
    """The first item that has each value."""

    repeated: list[str] = field(default_factory=list)

    def add(self, item: Item) -> None:
        """Count the next item."""
        value = item.number.value
        self.first = self.first or value
        self.last = value
        if self.printed.setdefault(value, item) is not item:
            self.repeated.append(repeated_number(item.label))

    def faults(self) -> Iterator[str]:
        """Yield a warning for each value twice there, or wanting before the highest."""
        yield from self.repeated
        values = sorted(value for value in self.printed if value >= self.first)
        for before, after in pairwise(values):
            if not 1 < after - before <= _WIDEST_GAP:
                continue
            sibling = self.printed[before]
            for value in range(before + 1, after):
                yield missing_number(sibling.number.label_of(value, sibling.label))


def number_faults(items: Sequence[Item]) -> list[str]:
    """Return a warning for each number that is missing or repeated."""
    warnings: dict[str, None] = {}
    for run in _runs(items):
        for fault in run.faults():
            warnings[fault] = None
            if len(warnings) >= _MOST_WARNINGS:
                return list(warnings)
    return list(warnings)


def _runs(items: Sequence[Item]) -> list[_Run]:
    """Gather siblings; a list that goes on from an earlier section's joins its run."""
    siblings: dict[int, list[Item]] = {}
    for item in items:
        siblings.setdefault(item.parent, []).append(item)

    runs: list[_Run] = []
    latest: dict[str, _Run] = {}
    for group in siblings.values():
        first = group[0].number
        run = latest.get(first.style)
        if run is None or first.value == 1 or first.value < run.last:
            run = _Run()
            runs.append(run)
            latest[first.style] = run
        for item in group:
            run.add(item)
    return runs
