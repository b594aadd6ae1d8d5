"""Small bounds: what follows of numbers that are withheld, for whoever adds up.

A withheld number is at least one, for zeros are shown. So each line of a table, its
parts beside its sum, says between what bounds the rest of it lies; and what it says of
one number another line goes on from, in every table that was cut from the same rows.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

Number = Hashable
"""Whatever names a number; the same one may stand in several lines."""

_ANY: Final = 10**12
"""More than anybody counts."""


@dataclass(frozen=True, slots=True)
class Line:
    """Numbers that add up to another."""

    parts: tuple[Number, ...]
    whole: Number


@dataclass(slots=True)
class Bounds:
    """Between what each number lies, as far as somebody can tell who sees the rest."""

    lines: Sequence[Line]
    least: dict[Number, int] = field(default_factory=dict)
    most: dict[Number, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        lines: Sequence[Line],
        numbers: Mapping[Number, int],
        withheld: Iterable[Number],
    ) -> "Bounds":
        """Return what follows where all but the ``withheld`` ones are shown."""
        found = cls(lines, dict(numbers), dict(numbers))
        for number in withheld:
            found.least[number], found.most[number] = 1, _ANY
        found._follow()
        return found

    def tells(self, number: Number) -> bool:
        """Return whether there is one answer for ``number`` alone."""
        return self.least[number] == self.most[number]

    def _follow(self) -> None:
        """Narrow the bounds along the lines until none says anything more."""
        through: dict[Number, list[int]] = {}
        for place, line in enumerate(self.lines):
            for number in (*line.parts, line.whole):
                through.setdefault(number, []).append(place)
        waiting = dict.fromkeys(range(len(self.lines)))
        while waiting:
            line = self.lines[waiting.popitem()[0]]
            for number in self._narrowed(line):
                waiting.update(dict.fromkeys(through[number]))

    def _narrowed(self, line: Line) -> list[Number]:
        """Narrow the bounds of one line; return of which numbers."""
        least, most = self.least, self.most
        low = sum(least[part] for part in line.parts)
        high = sum(most[part] for part in line.parts)
        top, bottom = most[line.whole], least[line.whole]
        changed = [line.whole] if low > bottom or high < top else []
        least[line.whole], most[line.whole] = max(low, bottom), min(high, top)
        for part in line.parts:
            smallest, largest = least[part], most[part]
            if smallest == largest:
                continue
            least[part] = max(smallest, bottom - (high - largest))
            most[part] = min(largest, top - (low - smallest))
            if (least[part], most[part]) != (smallest, largest):
                changed.append(part)
        return changed
