"""Heads of forwarded letters whose fields are no lines with a colon of their own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from app.mail.forwarding.lines import Lines, Span
from app.mail.forwarding.phrases import field_names, fold
from app.mail.forwarding.separators import (
    DASHES,
    Opening,
    opening_between_dashes,
    opening_of,
)
from app.mail.tables import table


@dataclass(frozen=True, slots=True)
class TabularHead:
    """A separator and the fields behind or below it."""

    opening: Opening
    first_line: int
    """The line of the first field."""

    last_line: int
    """The line behind the last field."""

    start: int
    fields: tuple[tuple[str, Span], ...]


def tabular_heads(lines: Lines) -> Iterator[TabularHead]:
    """Yield the separators that have all fields behind them, or rows without colons.

    Yahoo writes everything on one line; NetEase writes a table, of which the text has
    rows such as "发件人 王五<wang@mail.example>".
    """
    for found in _START.finditer(lines.text):
        number = lines.number_at(found.start())
        if found["more"]:
            head = _on_one_line(lines, number, found)
        else:
            head = _in_rows(lines, number)
        if head is not None:
            yield head


def _on_one_line(
    lines: Lines, number: int, separator: re.Match[str]
) -> TabularHead | None:
    opening = opening_between_dashes(separator["phrase"])
    start = separator.start("more")
    fields = tuple(
        _fields(lines.text, start, min(lines.stop(number), start + _LONGEST))
    )
    if opening is Opening.NONE or not fields:
        return None
    return TabularHead(opening, number, number + 1, start, fields)


def _in_rows(lines: Lines, separator: int) -> TabularHead | None:
    number = first = separator + 1
    names = field_names()
    fields: dict[str, Span] = {}
    while number < len(lines):
        line = lines.line(number)
        row = _ROW.match(lines.text, line.start, line.stop)
        kind = names.get(fold(row[1])) if row else None
        if row is None or kind is None or kind in fields:
            break
        fields[kind] = Span(row.end(), line.stop)
        number += 1
    if not fields:
        return None
    opening = opening_of(lines.said(separator))
    if opening not in {Opening.FORWARD, Opening.ORIGINAL}:
        return None
    return TabularHead(
        opening, first, number, lines.start(first), tuple(fields.items())
    )


def _fields(text: str, start: int, stop: int) -> Iterator[tuple[str, Span]]:
    """Yield the fields between two places; each ends where the next begins.

    Behind an address a name of a field needs no colon. The subject is the last, for
    anything can stand in it.
    """
    names = field_names()
    seen: set[str] = set()
    kind, begin = "", start
    for found in _names().finditer(text, start, stop):
        new = names[fold(found[1] or found[2])]
        if new in seen:
            continue
        if not seen and text[start : found.start()].strip():
            return
        if kind:
            yield kind, Span(begin, found.start())
        seen.add(new)
        kind, begin = new, found.end()
        if kind == "subject" and "from" in seen:
            break
    if kind:
        yield kind, Span(begin, stop)


@cache
def _names() -> re.Pattern[str]:
    """Return a pattern of all field names, the longest first."""
    spellings = {
        name
        for languages in table("forwarding/fields").values()
        for names in languages.values()
        for name in names
    }
    words = "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))
    return re.compile(rf"({words})[ \xa0]?[:：]|(?<=[>;])({words})[ \xa0]")


_LONGEST: Final = 8_000
"""Characters of such a line that are looked at."""

_ROW: Final = re.compile(r"([^\s:：|]{1,12}+)(?=[ \xa0\n]|$)[ \xa0]*+(?![:：])")
_START: Final = re.compile(
    rf"^[> \t\xa0\u3000\ufeff\u200b]*+{DASHES}{{3,}}+[ \xa0]*+"
    rf"(?P<phrase>[^\n]{{2,80}}?)[ \xa0]?{DASHES}{{3,}}+[ \xa0\r]*+(?P<more>[^\s]?)",
    re.MULTILINE,
)
