"""The tally: what all letters of a collection came to, in numbers only."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.checking.points import Point

MOST_SLOWEST: Final = 3


class Finding(StrEnum):
    """A kind of thing that is found in letters, and can be listed."""

    EXCEPTION = "exceptions"
    HELD = "held"
    REPLACED = "replaced"
    """U+FFFD that the sender did not send."""

    REPLACED_BY_SENDER = "replaced-by-sender"
    EMPTY = "empty"
    """No text, though there is some."""

    AUTOMATIC_BY_LIST = "automatic-by-list"
    """Taken for a machine's, though a list carried it."""

    FORWARD = "forwards"
    MARKED = "marked"
    """Something in it is a quote, a signature or an addition."""

    DISAGREE = "disagree"
    INCOMPARABLE = "incomparable"
    """An expectation that is not in the form it should have."""

    OTHER = "no-letters"
    UNREADABLE = "unreadable"
    """A file that cannot be opened."""


Note = Callable[[str, str, str], None]
"""Is told of each thing found: its kind, where it was, and more about it."""


@dataclass(slots=True)
class Tally:
    """The numbers so far."""

    note: Note
    letters: int = 0
    variants: int = 0
    texts: int = 0
    by_list: int = 0
    answerable: int = 0
    """Letters that a machine may answer."""

    found: Counter[Finding] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    bytes_read: int = 0
    slowest: list[tuple[float, str]] = field(default_factory=list)
    """CPU seconds and place of those that took most, as a heap."""

    def find(self, finding: Finding, name: str, detail: str = "") -> None:
        """Count something that was found, and tell of it."""
        self.found[finding] += 1
        self.note(finding, name, detail)

    def hold(self, reason: str, name: str) -> None:
        """Count a letter that is held."""
        self.held[reason] += 1
        self.find(Finding.HELD, name, reason)

    def judge(self, name: str, points: list[Point]) -> None:
        """Count on which points there is agreement."""
        for point in points:
            self.compared[point.name] += 1
            self.agreed[point.name] += point.agrees
            if not point.agrees:
                self.found[Finding.DISAGREE] += 1
                self.note(point.name, name, point.difference)

    def spend(self, name: str, *, cpu_seconds: float, peak_mb: float) -> None:
        """Count what reading a letter cost."""
        self.cpu_seconds += cpu_seconds
        self.peak_mb = max(self.peak_mb, peak_mb)
        heapq.heappush(self.slowest, (cpu_seconds, name))
        if len(self.slowest) > MOST_SLOWEST:
            heapq.heappop(self.slowest)

    def below(self, percent: float) -> list[str]:
        """Return the points on which there is agreement in less of the cases."""
        return sorted(
            name
            for name, number in self.compared.items()
            if 100 * self.agreed[name] < percent * number
        )

    @property
    def is_well(self) -> bool:
        """Whether every letter came to a record, and nothing failed."""
        failed = (Finding.EXCEPTION, Finding.UNREADABLE)
        return not any(self.found[finding] for finding in failed)
