"""Differences: what was taken out of a text and what was put in, word by word.

Chinese has no spaces between words, so texts are compared first by their clauses, and
where those differ by their signs: what a reader sees as changed is short, and the work
stays small for long texts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

_CLAUSE: Final = re.compile(
    r"[^。；;：:，,！？!?\n]*[。；;：:，,！？!?\n]|[^。；;：:，,！？!?\n]+"
)
_SIGN: Final = re.compile(
    r"[A-Za-z]+|[0-9０-９]+(?:[.．][0-9０-９]+)?|\s+|.", re.DOTALL
)
_LEAST_KEPT: Final = 2
"""A run shorter than this between two changes is read as a part of them."""

_MOST_SIGNS: Final = 1500
"""Longer passages are shown as taken out and put in as a whole."""


class Change(StrEnum):
    """What became of a part of a text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the two texts."""

    change: Change
    text: str


def differences(before: str, after: str) -> tuple[Part, ...]:
    """Return ``before`` and ``after`` as one text, part by part.

    What was not added makes up ``before``, what was not removed makes up ``after``.
    """
    found: list[Part] = []
    old, new = _CLAUSE.findall(before), _CLAUSE.findall(after)
    for removed, added, same in _compared(old, new):
        if same:
            found.append(Part(Change.KEPT, removed))
        else:
            found += _by_signs(removed, added)
    return tuple(_gathered(found))


def _by_signs(before: str, after: str) -> Iterator[Part]:
    old, new = _SIGN.findall(before), _SIGN.findall(after)
    if max(len(old), len(new)) > _MOST_SIGNS:
        yield Part(Change.REMOVED, before)
        yield Part(Change.ADDED, after)
        return
    for removed, added, same in _compared(old, new):
        if same and len(removed) >= _LEAST_KEPT:
            yield Part(Change.KEPT, removed)
        else:
            yield Part(Change.REMOVED, removed)
            yield Part(Change.ADDED, added)


def _compared(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[str, str, bool]]:
    """Yield the runs of both, and whether they are the same."""
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield "".join(old[i1:i2]), "".join(new[j1:j2]), tag == "equal"


def _gathered(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield ``parts`` with what was removed before what was added in its place."""
    removed = added = kept = ""
    for part in parts:
        if part.change is Change.KEPT:
            yield from _changed(removed, added)
            removed = added = ""
            kept += part.text
            continue
        if kept and part.text:
            yield Part(Change.KEPT, kept)
            kept = ""
        removed += part.text if part.change is Change.REMOVED else ""
        added += part.text if part.change is Change.ADDED else ""
    yield from _changed(removed, added)
    if kept:
        yield Part(Change.KEPT, kept)


def _changed(removed: str, added: str) -> Iterator[Part]:
    if removed:
        yield Part(Change.REMOVED, removed)
    if added:
        yield Part(Change.ADDED, added)
