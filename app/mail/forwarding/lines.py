"""The lines of a letter's text: where they stand and how deep they are quoted."""

import re
from bisect import bisect_right
from typing import Final, NamedTuple


class Span(NamedTuple):
    """A stretch of a text; offsets as in slices."""

    start: int
    stop: int

    def of(self, text: str) -> str:
        """Return what stands there."""
        return text[self.start : self.stop]


class Line(NamedTuple):
    """What a line says, without the signs of quotation before it."""

    depth: int
    """How many ``>`` stand before it."""

    start: int
    stop: int


class Lines:
    """A text by its lines; each line is looked at only when it is asked for."""

    def __init__(self, text: str) -> None:
        """Find where the lines begin."""
        self.text = text
        self._starts = [0, *(found.end() for found in _NEWLINE.finditer(text))]

    def __len__(self) -> int:
        """Return how many lines there are; an empty text has one."""
        return len(self._starts)

    def number_at(self, place: int) -> int:
        """Return the number of the line in which ``place`` is."""
        return bisect_right(self._starts, place) - 1

    def start(self, number: int) -> int:
        """Return where a line begins, signs of quotation included."""
        return self._starts[number]

    def stop(self, number: int) -> int:
        """Return where a line ends, before its line end."""
        if number + 1 < len(self._starts):
            return self._starts[number + 1] - 1
        return len(self.text)

    def line(self, number: int) -> Line:
        """Return a line without quotation signs and blanks around it."""
        start, stop = self.start(number), self.stop(number)
        found = _QUOTATION.match(self.text, start, stop)
        begin = found.end() if found else start
        while stop > begin and self.text[stop - 1] in _BLANKS:
            stop -= 1
        return Line(self.text.count(">", start, begin), begin, max(begin, stop))

    def said(self, number: int, *, most: int = 1_000) -> str:
        """Return what a line says, up to ``most`` characters."""
        line = self.line(number)
        return self.text[line.start : min(line.stop, line.start + most)]

    def end(self) -> int:
        """Return the line behind the last that says something; 0 if none does."""
        said = len(self.text.rstrip(f">\n{_BLANKS}"))
        return self.number_at(said - 1) + 1 if said else 0

    def is_blank(self, number: int) -> bool:
        """Return whether a line says nothing; a table's empty row says nothing."""
        line = self.line(number)
        return _NOTHING.fullmatch(self.text, line.start, line.stop) is not None


_BLANKS: Final = " \t\r\xa0\u3000\ufeff\u200b"
_NEWLINE: Final = re.compile("\n")
_QUOTATION: Final = re.compile(f"[>{_BLANKS}]*+")
_NOTHING: Final = re.compile(rf"(?:[{_BLANKS}]|&nbsp;)*+(?:\|[|:{_BLANKS}-]*+)?+")
