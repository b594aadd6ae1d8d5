"""Complaint: which office, or who there, a text complains of, and by which sign.

Citizens name an office for two reasons: they ask it to act ("请教育局处理"), or it is
what they are angry about ("教育局不作为"). Only the second counts. Where both readings
are open the complaint is taken as one: then the case stays with the supervision office,
which costs a clerk's look; the other mistake hands a complaint to whom it is about.

Texts and names are compared folded (`app.classify.text`): marks are "，" or "。";
width, script and case no longer differ.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.domain.complaint.signs import (
    Mention,
    Sign,
    innocent,
    mention_at,
    sign_of,
    thanked,
)
from app.domain.vocabulary import Kind

__all__ = ["LEAST_NAME", "Complained", "Named", "Names", "Sign", "complained_of"]

_Bearer = tuple[int, int | None]
"""An office, and who there; None: the office itself."""

_ACCUSING: Final = frozenset({Kind.COMPLAINT, Kind.REPORT})

LEAST_NAME: Final = 2
"""Characters that a name has at least; one could stand for anything."""

_MOST_MENTIONS: Final = 200
"""Names in a text that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name under which an office, or somebody there, may be spoken of."""

    office_id: int
    staff_id: int | None = None
    """Who; None: the office itself."""

    name: str
    folded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Complained:
    """Whom a text complains of."""

    office_id: int
    staff_id: int | None
    name: str
    sign: Sign


class Names:
    """The names of a house, ready to be found in a text."""

    def __init__(self, named: Sequence[Named] = ()) -> None:
        """Take in ``named``; what is too short to mean anybody is left out."""
        self._bearers: dict[str, list[Named]] = {}
        for each in named:
            if len(each.folded) >= LEAST_NAME:
                self._bearers.setdefault(each.folded, []).append(each)
        longest = sorted(self._bearers, key=lambda name: (-len(name), name))
        either = "|".join(map(_written, longest))
        self._pattern = re.compile(either) if either else None

    def __len__(self) -> int:
        """Return how many different names there are."""
        return len(self._bearers)

    def mentions(self, text: str) -> Iterator[tuple[Mention, Sequence[Named]]]:
        """Yield where a name stands in a folded ``text``, and whose it is."""
        if self._pattern is None:
            return
        for found in islice(self._pattern.finditer(text), _MOST_MENTIONS):
            yield mention_at(text, *found.span()), self._bearers[found.group()]


def complained_of(
    text: str, names: Names, *, kind: Kind | None = None
) -> tuple[Complained, ...]:
    """Return whom a folded ``text`` complains of, each once.

    Where it is called a complaint or a report, whoever is named in it counts as
    complained of unless the words show why else, once: asked to act, told, thanked, or
    a place. In a report a person counts who is named at all, unless thanked.
    """
    found: dict[_Bearer, Complained] = {}
    named: dict[_Bearer, Complained] = {}
    cleared: set[_Bearer] = set()
    for mention, bearers in names.mentions(text):
        sign, plain = sign_of(mention), innocent(mention)
        for who in bearers:
            key = (who.office_id, who.staff_id)
            reported = kind is Kind.REPORT and who.staff_id and not thanked(mention)
            shown = sign or (Sign.REPORTED if reported else None)
            if shown is not None:
                found.setdefault(key, _complained(who, shown))
            elif plain:
                cleared.add(key)
            else:
                named.setdefault(key, _complained(who, Sign.NAMED))
    if kind in _ACCUSING:
        for key in named.keys() - cleared - found.keys():
            found[key] = named[key]
    return tuple(found.values())


def _written(name: str) -> str:
    """Return the pattern of a name where it is no part of another word.

    城管 is not in 新城管委会, and 交委 not in 提交委托书.
    """
    follows = "[托员屈任派婉曲会]" if name.endswith("委") else "委会"
    return f"{re.escape(name)}(?!{follows})"


def _complained(who: Named, sign: Sign) -> Complained:
    return Complained(
        office_id=who.office_id, staff_id=who.staff_id, name=who.name, sign=sign
    )
