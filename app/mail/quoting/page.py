"""A letter's text by its lines, for whoever looks for quotes and signatures."""

from functools import cached_property
from typing import Final

from app.mail.forwarding.lines import Lines
from app.mail.quoting.phrasebook import plain


class Page:
    """The lines of a text; those past a limit are never looked at."""

    def __init__(self, text: str) -> None:
        """Find the lines."""
        self.lines = Lines(text)

    def __len__(self) -> int:
        """Return how many lines are looked at."""
        return min(len(self.lines), MOST_LINES)

    @cached_property
    def said(self) -> tuple[str, ...]:
        """What each line says, as it is compared, without quotation signs before it."""
        return tuple(said for said, _ in self._read)

    @cached_property
    def quoted(self) -> tuple[bool, ...]:
        """Whether a quotation sign stands before each line, leaked ones included."""
        return tuple(depth > 0 or said.startswith(">") for said, depth in self._read)

    @cached_property
    def _read(self) -> tuple[tuple[str, int], ...]:
        return tuple(map(self._read_line, range(len(self))))

    def _read_line(self, number: int) -> tuple[str, int]:
        line = self.lines.line(number)
        stop = min(line.stop, line.start + _LOOKED_AT)
        return plain(self.lines.text[line.start : stop]), line.depth

    def written(self, number: int) -> str:
        """Return a line as it was written, blanks around it included."""
        start = self.lines.start(number)
        return self.lines.text[start : min(self.lines.stop(number), start + _LOOKED_AT)]

    def is_blank(self, number: int) -> bool:
        """Return whether a line says nothing; one of a table's signs says nothing."""
        return not self.said[number].strip("|> ")

    def below(self, number: int, *, most: int) -> int | None:
        """Return the first line from ``number`` on that says something, if it is near.

        A quoted line says something even if it is empty. None: there is no such line
        with at most ``most`` blank ones before it.
        """
        for line in range(number, min(number + most + 1, len(self))):
            if self.quoted[line] or not self.is_blank(line):
                return line
        return None


MOST_LINES: Final = 20_000
"""Six hundred pages: nobody writes that much."""

_LOOKED_AT: Final = 400
"""Characters of a line; what leads over to a quote is never longer."""
