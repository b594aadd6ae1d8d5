"""Succession: which section of a new version is which section of the one before.

An opinion is tied to an item, not to a number. Items are matched by what they say:
first the same words in the same chapter, then the same words anywhere, then the same
headings, then the most alike by shared pairs of signs, best pair first.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from app.domain.outline import Node

ALIKE: Final = 0.5
"""Two items that share less than this of their pairs are different items."""

MOST_COMPARED: Final = 500 * 500
"""More pairs of sections than this are not compared: so new a text is another one."""

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
    old, new = _placed(before), _placed(after)
    same: dict[str, str] = {}
    for measure in _MEASURES:
        _match_equal(old, new, same, by=measure)
    _match_alike(before, after, same)
    return same


@dataclass(frozen=True, slots=True)
class _Placed:
    """A section, with the headings that lead down to it."""

    words: SectionWords
    trail: tuple[str, ...]


# Headings repeat ("problems found" in every chapter): such an item is known by its
# text, or by the chapter that it moved with, before it is known by its number.
_MEASURES: Final[tuple[Callable[[_Placed], Hashable], ...]] = (
    lambda item: (item.trail, item.words.text),
    lambda item: (item.words.heading, item.words.text),
    lambda item: item.trail,
    lambda item: (item.words.path, item.words.heading),
    lambda item: item.words.heading,
)


def _placed(sections: Sequence[SectionWords]) -> list[_Placed]:
    """Return ``sections``, parents before children, each with its trail."""
    trails: dict[str, tuple[str, ...]] = {"": ()}
    for words in sections:
        above = trails.get(words.path.rpartition(".")[0], ())
        trails[words.path] = (*above, words.heading)
    return [_Placed(words, trails[words.path]) for words in sections]


def _match_equal(
    before: Sequence[_Placed],
    after: Sequence[_Placed],
    same: dict[str, str],
    *,
    by: Callable[[_Placed], Hashable],
) -> None:
    """Match what is equal ``by`` some measure and unique on both sides."""
    gone = set(same.values())
    olds = _unique([item for item in before if item.words.path not in gone], by)
    news = _unique([item for item in after if item.words.path not in same], by)
    for measure, item in news.items():
        if measure in olds:
            same[item.words.path] = olds[measure].words.path


def _match_alike(
    before: Sequence[SectionWords],
    after: Sequence[SectionWords],
    same: dict[str, str],
) -> None:
    """Match the most alike first, until nothing alike is left."""
    old = [(words, words.pairs()) for words in _left(before, same.values())]
    new = [(words, words.pairs()) for words in _left(after, same.keys())]
    if len(old) * len(new) > MOST_COMPARED:
        return
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
    items: Sequence[_Placed], by: Callable[[_Placed], Hashable]
) -> dict[Hashable, _Placed]:
    count = Counter(by(item) for item in items)
    return {by(item): item for item in items if count[by(item)] == 1}


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common pairs (Dice's coefficient)."""
    whole = len(one) + len(other)
    return 2 * len(one & other) / whole if whole else 0.0
