"""Charts: where things stand in a picture that the server draws, as numbers alone.

The templates put them into SVG. Each picture stands beside the table of the same
numbers, which is what a screen reader reads; a number that is withheld has no bar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

Name = TypeVar("Name", bound=StrEnum)

WIDTH: Final = 640
HEIGHT: Final = 140
_BASE: Final = 1
"""What is left below the bars for the line that they stand on."""

_LEAST_BARS: Final = 12
"""For so many there is room always: a single one is a bar, too, and no wall."""

_GAP: Final = 0.25
_MOST_BARS: Final = 104


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a bar that lies: from 0 to 100."""

    name: str
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar that stands."""

    label: str
    x: float
    y: float
    width: float
    height: float
    number: int | None
    """None: withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars beside each other, and the number that the highest is.

    Words are beside the picture: within it they would shrink with it on a phone.
    """

    bars: Sequence[Bar]
    highest: int
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - _BASE


def stretches(parts: Mapping[Name, int | None]) -> Sequence[Stretch]:
    """Return a bar cut as ``parts`` are; empty: one is withheld, or all are 0."""
    numbers = [number for number in parts.values() if number is not None]
    total = sum(numbers)
    if len(numbers) < len(parts) or not total:
        return ()
    found, x = [], 0.0
    for name, number in zip(parts, numbers, strict=True):
        width = 100 * number / total
        if number:
            found.append(Stretch(name=name.value, x=round(x, 2), width=round(width, 2)))
        x += width
    return found


def columns(numbers: Sequence[tuple[str, int | None]]) -> Chart:
    """Return the bars of the last numbers, as many as can be told apart."""
    numbers = numbers[-_MOST_BARS:]
    highest = max((number or 0 for _, number in numbers), default=0)
    room = HEIGHT - _BASE
    step = WIDTH / max(len(numbers), _LEAST_BARS)
    bars = []
    for place, (label, number) in enumerate(numbers):
        height = room * (number or 0) / highest if highest else 0.0
        bars.append(
            Bar(
                label=label,
                x=round(place * step, 2),
                y=round(room - height, 2),
                width=round(step * (1 - _GAP), 2),
                height=round(height, 2),
                number=number,
            )
        )
    return Chart(bars=bars, highest=highest)
