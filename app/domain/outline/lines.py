"""From the lines of a file to its paragraphs."""

import re
from dataclasses import dataclass
from typing import Final

from app.domain.outline.faults import NotANotice
from app.domain.outline.folding import fold, tidy
from app.domain.outline.wrapping import detect_wrap

MAX_CHARACTERS: Final = 4_000_000
MAX_LINES: Final = 40_000
"""Lines with something on them; the longest notices known have some 2,000."""

MAX_LINE: Final = 200_000
"""Characters on one line; a whole notice whose line breaks were lost has 30,000."""

_PAGE_NUMBER = re.compile(r"-+ ?\d{1,3} ?-+|第 ?\d{1,3} ?页(?: ?[,/共] ?.{0,8}页)?")
_REMNANT = re.compile(r"(?:<!-+)?/?enpproperty.{0,10}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One printed paragraph, with the copy to match on and where it began."""

    text: str
    folded: str
    line: int
    columns: int = 1
    """Cells that the source line held side by side, parted by tabs or bars."""

    def part(self, start: int, end: int | None = None) -> str:
        """Return the printed text between two positions, without outer spaces."""
        return self.text[start:end].strip()


def paragraph(text: str, *, line: int, columns: int = 1) -> Paragraph:
    """Make a paragraph of text as it stands in the file."""
    printed = tidy(text)
    return Paragraph(printed, fold(printed), line, columns)


def read_paragraphs(text: str) -> list[Paragraph]:
    """Return the paragraphs of a file, hard-wrapped lines joined again.

    Raises:
        NotANotice: The text is empty, or larger than any notice can be.
    """
    if len(text) > MAX_CHARACTERS:
        raise NotANotice(f"it has more than {MAX_CHARACTERS} characters")
    lines = text.splitlines()
    _check_size(lines)

    wrap = detect_wrap(lines)
    paragraphs: list[Paragraph] = []
    for first, last in wrap.groups(lines) if wrap else _each(lines):
        joined = "".join(line.strip() for line in lines[first:last])
        columns = 1 + max(joined.count("\t"), joined.count("|"), joined.count("｜"))
        read = paragraph(joined, line=first + 1, columns=columns)
        if read.text and not _is_remnant(read):
            paragraphs.append(read)
    if not paragraphs:
        raise NotANotice("the file is empty")
    return paragraphs


def _check_size(lines: list[str]) -> None:
    filled = 0
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_LINE:
            raise NotANotice(
                f"a line holds more than {MAX_LINE} characters", line=number
            )
        filled += bool(line) and not line.isspace()
        if filled > MAX_LINES:
            raise NotANotice(f"it has more than {MAX_LINES} lines", line=number)


def _each(lines: list[str]) -> list[tuple[int, int]]:
    return [(index, index + 1) for index, line in enumerate(lines) if line]


def _is_remnant(read: Paragraph) -> bool:
    """Whether the line is a page number or a left-over of the site's markup."""
    if len(read.folded) > 40:  # noqa: PLR2004 - longer than either can be
        return False
    return bool(_PAGE_NUMBER.fullmatch(read.folded) or _REMNANT.search(read.folded))
