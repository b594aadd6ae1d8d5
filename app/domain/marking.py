"""Marking: where the words of a search stand in a text, by the rules of `search`."""

import unicodedata
from collections.abc import Iterable, Iterator
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
        folded = [search.fold(text) for text in texts]
        return all(
            any(True for text in folded for _ in search.places(text, word))
            for word in self._words
        )

    def places(self, text: str) -> tuple[Span, ...]:
        """Return where the words of the query stand in ``text``, in order and apart."""
        folded, origins = _folded(text)
        found = {
            (origins[start][0], origins[stop - 1][1])
            for word in self._words
            for start, stop in search.places(folded, word)
        }
        return tuple(_united(sorted(found)))


def _folded(text: str) -> tuple[str, list[Span]]:
    """Return ``text`` folded, and for each of its signs where it comes from."""
    parts: list[str] = []
    origins: list[Span] = []
    for start, stop in _clusters(text):
        part = search.fold(text[start:stop])
        parts.append(part)
        origins += [(start, stop)] * len(part)
    return "".join(parts), origins


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
