"""Hot topics: how many wrote about one in a time, how that changed, and which it is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

WEEKS: Final = (1, 4, 12)
"""The times that can be looked at, in weeks."""

LEAST: Final = 3
"""So many opinions at least are a topic."""

_DAYS: Final = 7


class Trend(StrEnum):
    """How many write now, beside how many wrote in the time before."""

    NEW = "new"
    """Nobody did."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class Written:
    """When somebody wrote."""

    at: datetime
    person: bytes | int
    """Whose: the same value is the same person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What came in a time, and in the one before."""

    opinions: int
    people: int

    before: int
    """How many opinions came in as long a time before."""

    parts: tuple[int, ...]
    """How many came in each part of it, the last one now: in each week, and in each
    day of a single week."""

    @property
    def trend(self) -> Trend:
        """How many more or fewer than before, a third at least and not by one alone."""
        more = self.opinions - self.before
        if not self.before:
            return Trend.NEW
        if abs(more) > 1 and 3 * abs(more) >= self.before:
            return Trend.RISING if more > 0 else Trend.FALLING
        return Trend.STEADY


def period(written: Iterable[Written], weeks: int, *, now: datetime) -> Period:
    """Count what was written in the last ``weeks``."""
    parts = _DAYS if weeks == 1 else weeks
    part = timedelta(weeks=weeks) / parts
    counts: Counter[int] = Counter()
    people = set()
    for one in written:
        ago = max((now - one.at) // part, 0)
        counts[ago] += 1
        if ago < parts:
            people.add(one.person)
    return Period(
        opinions=sum(counts[ago] for ago in range(parts)),
        people=len(people),
        before=sum(counts[ago] for ago in range(parts, 2 * parts)),
        parts=tuple(counts[ago] for ago in reversed(range(parts))),
    )


def same_topics(
    topics: Sequence[Sequence[int]], earlier: Mapping[int, int]
) -> list[int | None]:
    """Say which of the earlier topics each one is; None: it is none of them.

    ``topics`` hold keys of opinions, the hottest first; ``earlier`` says of which topic
    an opinion was. One is the same if most of its opinions that were of any are of it,
    and nobody before has taken it.
    """
    taken: set[int] = set()
    found: list[int | None] = []
    for topic in topics:
        were = Counter(earlier[key] for key in topic if key in earlier)
        ((likeliest, number),) = were.most_common(1) or [(0, 0)]
        same = 2 * number > were.total() and likeliest not in taken
        found.append(likeliest if same else None)
        if same:
            taken.add(likeliest)
    return found
