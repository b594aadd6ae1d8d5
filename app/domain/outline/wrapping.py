"""Hard-wrapped files: where the lines were cut, and which belong together.

Terminals and mail programs cut at a number of columns (a Chinese character takes
two) or at a number of characters, in the middle of words and numbers. The width is
the one at which most lines end; a line was cut if the next one would not have
fitted behind it.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_NARROWEST: Final = 24
"""Columns; half of it where characters are counted."""

_WIDEST: Final = 200
_FEWEST_FULL_LINES: Final = 5
_SHARE_OF_FULL_LINES: Final = 0.12
_SHARE_OF_LONG_LINES: Final = 0.33
_SHARE_OF_OVERLONG: Final = 0.05
_SHARE_CUT_IN_SENTENCE: Final = 0.6
_SHARE_LABELLED: Final = 0.4
"""Where more of the lines behind full ones begin with numbers, it is a list."""

_SENTENCE_ENDS: Final = "。！？；：.!?;:"
_CLAUSE_END: Final = "。；：;:"
_AMBIGUOUS = re.compile("[“”‘’…—·×①-⑳Ⅰ-Ⅻ]")
"""Characters that some programs count as one column and some as two."""

_UNIT = re.compile(
    "[“‘《（(【「]{0,3}(?:[A-Za-z0-9.@_%+-]{1,30}|.)[。，、；：！？”’》）)】」,.;:\\]]{0,3}"
)
_SIGN = re.compile(".[。，、；：！？”’》）)】」]{0,3}")
_LABELLED = re.compile(
    "[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十0-9]{1,3}[)）]"
    "|[0-9０-９]{1,5} ?[.．、)）](?![0-9０-９])|[①-⑳]|问题.{1,3}[:：]"
    "|第[一二三四五六七八九十]{1,3}[，、,]|特此"
    "|.{0,4}(?:电话|地址|邮箱|信箱|传真)[:：]"
)


def _columns(line: str) -> int:
    return 2 * len(line) - len(line.encode("ascii", "ignore"))


def _narrow_columns(line: str) -> int:
    return _columns(line) - len(_AMBIGUOUS.findall(line))


_MEASURES: Final[tuple[tuple[Callable[[str], int], float], ...]] = (
    (_columns, 1.0),
    (_narrow_columns, 1.0),
    (len, 0.9),
)
"""Characters are the rarer measure, and in plain Chinese text fit almost as well."""


@dataclass(frozen=True, slots=True)
class Wrap:
    """How a file was wrapped."""

    width: int
    measure: Callable[[str], int]
    marked: bool
    """Whether blank lines or indents tell where a paragraph begins."""

    indent: int
    """The indent of a line that continues a paragraph."""

    def groups(self, lines: list[str]) -> list[tuple[int, int]]:
        """Return the ranges of lines that form one paragraph each."""
        groups: list[tuple[int, int]] = []
        for index, line in enumerate(lines):
            if not line.strip():
                continue
            if groups and groups[-1][1] == index and self._cut(lines[index - 1], line):
                groups[-1] = (groups[-1][0], index + 1)
            else:
                groups.append((index, index + 1))
        return groups

    def _cut(self, line: str, following: str) -> bool:
        """Whether the wrap parted these two lines, rather than their writer."""
        if _indent(following) > self.indent + 1:  # one space was cut off a word
            return False
        line, following = line.rstrip(), following.strip()
        unit = (_UNIT if self.marked else _SIGN).match(following)
        needed = self.measure(unit[0]) if unit else 0
        # A space between two words goes with the line break.
        needed += self.marked and line[-1].isascii() and following[0].isascii()
        if self.measure(line) + needed <= self.width:
            return False
        ends_clause = line[-1] in _CLAUSE_END
        return self.marked or not (ends_clause and _LABELLED.match(following))


def detect_wrap(lines: list[str]) -> Wrap | None:
    """Return how the file was wrapped, None if it was not."""
    filled = [line.rstrip() for line in lines if line and not line.isspace()]
    best: tuple[int, float] | None = None
    measure: Callable[[str], int] = _columns
    for attempt, weight in _MEASURES:
        found = _full_width(filled, attempt)
        if found and (best is None or weight * found[1] > best[1]):
            best, measure = (found[0], weight * found[1]), attempt
    if best is None:
        return None

    width = best[0]
    full = [line for line in filled if 0 <= width - measure(line) <= 1]
    indent = min(map(_indent, full))
    starts = len(filled) - len(full)
    indented = sum(_indent(line) > indent for line in filled)
    blank = len(lines) - len(filled)
    return Wrap(width, measure, max(blank, indented) > starts // 2, indent)


def _full_width(
    filled: list[str], measure: Callable[[str], int]
) -> tuple[int, int] | None:
    """Return the width and how well the lines fit it, None if no width stands out."""
    widths = Counter(min(measure(line[: _WIDEST + 1]), _WIDEST) for line in filled)
    narrowest = _NARROWEST // 2 if measure is len else _NARROWEST
    candidates = [width for width in widths if narrowest <= width < _WIDEST]
    if not candidates:
        return None
    width = max(candidates, key=lambda width: 2 * widths[width] + widths[width - 1])
    full = [line for line in filled if 0 <= width - measure(line[:_WIDEST]) <= 1]
    overlong = [line for line in filled if measure(line[:_WIDEST]) > width + 2]
    labelled = sum(
        _LABELLED.match(following.strip()) is not None
        for line, following in pairwise(filled)
        if 0 <= width - measure(line[:_WIDEST]) <= 1
    )
    longer = [line for line in filled if 2 * measure(line[:_WIDEST]) >= width]
    cut = [line for line in full if line[-1] not in _SENTENCE_ENDS]
    stands_out = (
        len(full) >= _FEWEST_FULL_LINES
        and len(full) >= _SHARE_OF_FULL_LINES * len(filled)
        and len(full) >= _SHARE_OF_LONG_LINES * len(longer)
        and labelled <= _SHARE_LABELLED * len(full)
        and len(overlong) <= max(2, _SHARE_OF_OVERLONG * len(filled))
        and len(cut) >= _SHARE_CUT_IN_SENTENCE * len(full)
    )
    return (width, 2 * widths[width] + widths[width - 1]) if stands_out else None


def _indent(line: str) -> int:
    leading = line[: len(line) - len(line.lstrip())]
    return len(leading) + leading.count("\u3000")
