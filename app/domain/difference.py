"""The difference of two texts, word by word, to be shown to whoever decides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

_WORDS: Final = re.compile(r"[0-9A-Za-z]+|\s+|.", re.DOTALL)
_MOST_WORDS: Final = 6_000
"""Beyond that a text is compared line by line: time grows with the square."""


class Change(StrEnum):
    """What happened to a stretch of a text."""

    SAME = "same"
    ADDED = "added"
    STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text, and what happened to it."""

    change: Change
    text: str


def compared(before: str, after: str) -> list[Stretch]:
    """Return what became of ``before`` on the way to ``after``.

    What is not struck makes ``after``, what is not added makes ``before``.
    """
    old, new = _parts(before), _parts(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    stretches: list[Stretch] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, begin, end, start, stop in matcher.get_opcodes():
        if tag == "equal":
            stretches += _stretch(Change.SAME, old[begin:end])
            continue
        stretches += _stretch(Change.STRUCK, old[begin:end])
        stretches += _stretch(Change.ADDED, new[start:stop])
    return stretches


def _parts(text: str) -> list[str]:
    return _WORDS.findall(text)


def _stretch(change: Change, parts: Sequence[str]) -> list[Stretch]:
    return [Stretch(change, "".join(parts))] if parts else []
