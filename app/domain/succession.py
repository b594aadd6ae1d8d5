"""Succession: which section of a new version is which section of the one before.

An opinion is tied to an item, not to a number. Items are matched by what they say:
first equal headings in the same place in the tree, then equal headings anywhere, then
the most alike by shared pairs of signs, best pair first.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from app.domain.outline import Node

ALIKE: Final = 0.5
"""Two items that share less than this of their pairs are different items."""

_SAME_PLACE: Final = 0.1
"""What standing at the same path adds to likeness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWords:
    """What a section says, to be compared."""

    path: str
    label: str
    heading: str
    text: str

    @classmethod
    def of(cls, node: Node) -> Self:
        """Take the words of an outline's node."""
        return cls(
            path=node.path, label=node.label, heading=node.heading, text=node.body
        )

    def pairs(self) -> frozenset[str]:
        """Return the pairs of neighbouring signs in it."""
        plain = re.sub(r"\W+", "", self.heading + self.text)
        return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def matched(
    before: Sequence[SectionWords], after: Sequence[SectionWords]
) -> dict[str, str]:
    """Return for each path of ``after`` that is an old item its path in ``before``."""
    same: dict[str, str] = {}
    _match_equal(before, after, same, by=lambda words: (words.path, words.heading))
    _match_equal(before, after, same, by=lambda words: (words.heading, words.text))
    _match_equal(before, after, same, by=lambda words: words.heading)
    _match_alike(before, after, same)
    return same


def _match_equal(
    before: Sequence[SectionWords],
    after: Sequence[SectionWords],
    same: dict[str, str],
    *,
    by: Callable[[SectionWords], Hashable],
) -> None:
    """Match what is equal ``by`` some measure and unique on both sides."""
    old, new = _left(before, same.values()), _left(after, same.keys())
    olds = _unique(old, by)
    news = _unique(new, by)
    for measure, words in news.items():
        if measure in olds:
            same[words.path] = olds[measure].path


def _match_alike(
    before: Sequence[SectionWords],
    after: Sequence[SectionWords],
    same: dict[str, str],
) -> None:
    """Match the most alike first, until nothing alike is left."""
    old = [(words, words.pairs()) for words in _left(before, same.values())]
    new = [(words, words.pairs()) for words in _left(after, same.keys())]
    ranked = sorted(
        (
            (_likeness(a, b) + _SAME_PLACE * (x.path == y.path), x.path, y.path)
            for x, a in old
            for y, b in new
        ),
        reverse=True,
    )
    taken: set[str] = set()
    for likeness, old_path, new_path in ranked:
        if likeness < ALIKE:
            break
        if old_path not in taken and new_path not in same:
            same[new_path] = old_path
            taken.add(old_path)


def _left(
    sections: Sequence[SectionWords], taken: Collection[str]
) -> list[SectionWords]:
    gone = set(taken)
    return [words for words in sections if words.path not in gone]


def _unique(
    sections: Sequence[SectionWords], by: Callable[[SectionWords], Hashable]
) -> dict[Hashable, SectionWords]:
    count = Counter(by(words) for words in sections)
    return {by(words): words for words in sections if count[by(words)] == 1}


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common pairs (Dice's coefficient)."""
    whole = len(one) + len(other)
    return 2 * len(one & other) / whole if whole else 0.0
