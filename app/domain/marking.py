"""Marking: where the words of a search stand in a text, by the rules of `search`."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from app.domain import search

Span = tuple[int, int]
"""A place in a text, as in slices."""

_TOGETHER: Final = frozenset({"Mn", "Mc", "Me"})
"""What is written on the sign before it, and may become one sign with it."""


class Sought:
    """A query, ready to be looked for in texts."""

    def __init__(self, query: str) -> None:
        """Take the words of ``query`` apart."""
        self._words = tuple(dict.fromkeys(search.words(query)))

    def __bool__(self) -> bool:
        """Return whether the query has a sign that could be found."""
        return bool(self._words)

    def within(self, *texts: str) -> bool:
        """Return whether ``texts`` together hold every word of the query."""
        return self.within_folded([search.fold(text) for text in texts])

    def within_folded(self, folded: Sequence[str]) -> bool:
        """Return whether texts that `search.fold` returned hold every word."""
        return all(
            any(True for text in folded for _ in search.places(text, word))
            for word in self._words
        )

    def places(self, text: str) -> tuple[Span, ...]:
        """Return where the words of the query stand in ``text``, in order and apart."""
        folded, origins = _folded(text)
        found = {
            (origins[start][0], origins[stop - 1][1]) if origins else (start, stop)
            for word in self._words
            for start, stop in search.places(folded, word)
        }
        return tuple(_united(sorted(found)))


def _folded(text: str) -> tuple[str, list[Span]]:
    """Return ``text`` folded, and for each of its signs where it comes from.

    No such places: each stands where it stood, as mostly in Chinese.
    """
    signs = list(map(_alone, text))
    if all(signs):
        return "".join(signs), []
    parts: list[str] = []
    origins: list[Span] = []
    for start, stop in _clusters(text):
        part = search.fold(text[start:stop])
        parts.append(part)
        origins += [(start, stop)] * len(part)
    return "".join(parts), origins


@lru_cache(maxsize=2**14)
def _alone(sign: str) -> str:
    """Return a sign folded; empty: it does not stay one by itself."""
    folded = search.fold(sign)
    joins = unicodedata.category(sign) in _TOGETHER
    return "" if joins or len(folded) != 1 else folded


def _clusters(text: str) -> Iterator[Span]:
    """Yield each sign together with what is written on it."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or unicodedata.category(text[place]) not in _TOGETHER:
            yield start, place
            start = place


def _united(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield ``spans``, those that overlap or touch as one."""
    held: Span | None = None
    for start, stop in spans:
        if held is not None and start <= held[1]:
            held = held[0], max(held[1], stop)
            continue
        if held is not None:
            yield held
        held = start, stop
    if held is not None:
        yield held
