"""Comparison: new opinions against those in the index, and against each other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from app.classify.likeness import Likeness, Words, compare, most_hits, own_signs
from app.domain.correspondence import SuggestionGround

MOST_OF_A_KEY: Final = 32
"""How many opinions the index has under one key."""

_MOST_COMPARED: Final = 8
_MUCH_ALIKE: Final = 0.85
"""From which likeness on a text needs no place in the index beside the other's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An opinion ready for comparison."""

    id: int
    words: Words
    keys: frozenset[int]
    """By which texts like it are found."""

    writer: frozenset[int]
    """By which others of the same person are found: by address and by phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An opinion that was compared before."""

    words: Words
    group_id: int
    alone: bool
    """Whether nothing was found to be like it so far."""


@dataclass(slots=True, kw_only=True)
class Known:
    """What the index says of some sheets, and what comes to it as they are compared."""

    places: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The opinions that have a key."""

    opinions: dict[int, Compared] = field(default_factory=dict)

    def likely(self, keys: Iterable[int]) -> list[int]:
        """Return the opinions that share most of ``keys``."""
        hits = (opinion for key in keys for opinion in self.places.get(key, ()))
        return most_hits(hits, most=_MOST_COMPARED)

    def room(self, keys: Iterable[int]) -> list[int]:
        """Return those of ``keys`` that are not kept as often as any may be."""
        return [key for key in keys if len(self.places.get(key, ())) < MOST_OF_A_KEY]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An opinion that is like another."""

    id: int
    likeness: Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What comparing an opinion came to."""

    id: int
    group_id: int
    like: Found | None
    """The likest one; None: there is none."""

    repeated: Found | None
    """What the same person had said before."""

    own_signs: int
    keys: Sequence[int]
    """What will stand in the index."""

    first_own_signs: int | None = None
    """What the likest one says of its own, where this is the first to be like it."""

    @property
    def suggestions(self) -> Mapping[int, tuple[SuggestionGround, float]]:
        """The opinions that this one may belong to, why, and how much is alike."""
        found: dict[int, tuple[SuggestionGround, float]] = {}
        if self.like and self.group_id != self.id:
            found[self.group_id] = (
                SuggestionGround.CAMPAIGN, self.like.likeness.contained
            )  # fmt: skip
        if self.repeated:
            found[self.repeated.id] = (
                SuggestionGround.REPEAT, self.repeated.likeness.contained
            )  # fmt: skip
        return found


def findings(sheets: Sequence[Sheet], known: Known) -> list[Finding]:
    """Compare ``sheets`` with what is known, and with those before them."""
    found = []
    for sheet in sheets:
        finding = _finding(sheet, known)
        found.append(finding)
        for key in finding.keys:
            known.places[key].append(sheet.id)
        known.opinions[sheet.id] = Compared(
            words=sheet.words, group_id=finding.group_id, alone=finding.like is None
        )
        if finding.like is not None:
            other = known.opinions[finding.like.id]
            known.opinions[finding.like.id] = replace(other, alone=False)
    return found


def _finding(sheet: Sheet, known: Known) -> Finding:
    like = _likest(sheet, known, known.likely(sheet.keys), strict=True)
    repeated = _likest(sheet, known, known.likely(sheet.writer), strict=False)
    like = like or (repeated if repeated and repeated.likeness.is_near else None)
    other = known.opinions[like.id] if like else None
    much = like is not None and like.likeness.alike >= _MUCH_ALIKE
    keys = known.room(() if much else sheet.keys) + known.room(sheet.writer)
    return Finding(
        id=sheet.id,
        group_id=other.group_id if other else sheet.id,
        like=like,
        repeated=repeated,
        own_signs=own_signs(sheet.words, other.words) if other else 0,
        keys=keys,
        first_own_signs=own_signs(other.words, sheet.words)
        if other and other.alone
        else None,
    )


def _likest(
    sheet: Sheet, known: Known, ids: Sequence[int], *, strict: bool
) -> Found | None:
    """Return the one of ``ids`` that is most like a sheet; None: none is.

    Unless it is ``strict``, the very same few words are enough.
    """
    compared = (
        Found(id=key, likeness=compare(sheet.words, known.opinions[key].words))
        for key in ids
        if key in known.opinions
    )
    like = [
        one for one in compared
        if one.likeness.is_near or (not strict and one.likeness.alike == 1)
    ]  # fmt: skip
    return max(
        like,
        key=lambda one: (one.likeness.alike + one.likeness.contained, -one.id),
        default=None,
    )
