"""Levels from the order in which styles of number first appear.

Nothing is fixed: any style may be the top, and levels may be skipped. A style that
is not open opens a level below the current item; one that is open goes back to it.
"""

from dataclasses import dataclass, field

from app.domain.outline.numbering import KIN, Number


@dataclass(slots=True)
class _Level:
    styles: set[str]
    last: int


@dataclass(slots=True)
class Levels:
    """The levels that are open at one point of the text."""

    _open: list[_Level] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def place(self, number: Number) -> int:
        """Take the next number; return its depth, counted from 1."""
        depth = self._depth_of(number)
        del self._open[depth:]
        if depth > len(self._open):
            self._open.append(_Level({number.style}, number.value))
        level = self._open[depth - 1]
        level.styles.add(number.style)
        level.last = number.value
        self._seen.add(number.style)
        return depth

    def _depth_of(self, number: Number) -> int:
        for depth, level in enumerate(self._open, start=1):
            if number.style in level.styles:
                return depth
        for depth, level in enumerate(self._open, start=1):
            if self._continues(level, number):
                return depth
        return len(self._open) + 1

    def _continues(self, level: _Level, number: Number) -> bool:
        """Whether a list goes on in a mark that its writer mixed up (`1.` then `2、`).

        A style that already had a level of its own was not mixed up.
        """
        if number.style in self._seen or number.value != level.last + 1:
            return False
        return any(number.style in kin and kin & level.styles for kin in KIN)
