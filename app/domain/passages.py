"""Passages: which parts of a text are its writer's own, where not all of it is.

A letter quotes others, and programs and offices add to it. Nothing is taken out of
what is stored: marks say which parts are not the writer's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mark:
    """A part that is not the writer's own; offsets as in slices."""

    what: str
    """In one word: a `MarkKind` of `app.mail.quoting.quoted`, such as ``quote``."""

    start: int
    stop: int


Marks = Sequence[Mark]
"""In order, and nothing twice."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text, all of one kind."""

    text: str
    what: str | None
    """None: the writer's own words."""


def passages(text: str, marks: Marks) -> Iterator[Passage]:
    """Yield all of ``text``, part by part."""
    place = 0
    for mark in marks:
        if text[place : mark.start]:
            yield Passage(text[place : mark.start], None)
        yield Passage(text[mark.start : mark.stop], mark.what)
        place = mark.stop
    if text[place:]:
        yield Passage(text[place:], None)


def own_words(text: str, marks: Marks) -> str:
    """Return the writer's own words, each stretch of them a paragraph of its own."""
    if not marks:
        return text
    own = (
        part.text.rstrip().lstrip("\r\n")
        for part in passages(text, marks)
        if part.what is None
    )
    return "\n\n".join(words for words in own if words).strip()


def blanked(text: str, marks: Marks) -> str:
    """Return ``text`` with a blank line in place of what is not the writer's own.

    It is as long as before, so that places in it are places in the text.
    """
    if not marks:
        return text
    return "".join(
        part.text if part.what is None else "\n".ljust(len(part.text))
        for part in passages(text, marks)
    )


def cut_off(marks: Marks, *, at: int) -> tuple[Mark, ...]:
    """Return the marks of a text that was cut off at a place."""
    return tuple(
        Mark(mark.what, mark.start, min(mark.stop, at))
        for mark in marks
        if mark.start < at
    )


def marks_as_json(marks: Marks) -> list[dict[str, Any]] | None:
    """Return ``marks`` as they are stored; None: there are none."""
    plain = [{"what": m.what, "start": m.start, "stop": m.stop} for m in marks]
    return plain or None


def marks_from_json(stored: Sequence[dict[str, Any]] | None) -> tuple[Mark, ...]:
    """Return the marks that were stored."""
    return tuple(Mark(**each) for each in stored or ())
