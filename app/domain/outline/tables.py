"""Tables that a site has flattened to one cell per line: what looks numbered there.

Which cell stood in which column cannot be recovered, as empty cells vanish; but the
row numbers of a table must not become items of the notice.
"""

import re
from collections.abc import Sequence
from typing import Final

from app.domain.outline.lines import Paragraph
from app.domain.outline.numbering import Number

_LONGEST_CELL: Final = 24
_LONGEST_SENTENCE_CELL: Final = 12
_FEWEST_CELLS: Final = 6
_FEWEST_COLUMNS: Final = 3
_HEADER = re.compile("序 ?号|编 ?号(?!:)")
_ANNOUNCED = re.compile("(?:下|附|见)表[^。]{0,6}$")
_MARKS = re.compile("[。;:]")
_ROW_STYLES: Final = frozenset(
    {"1.", "1、", "1)", "(1)", "circled", "parenthesized", "dotted"}
)
_ROW_OF_BARS = re.compile("^\\||\\|$")


def find_cells(
    paragraphs: Sequence[Paragraph], numbers: Sequence[Number | None]
) -> frozenset[int]:
    """Return the places of all paragraphs that are cells of flattened tables."""
    cells: set[int] = set()
    in_table = False
    place = 0
    while place < len(paragraphs):
        number = numbers[place]
        if number is not None:
            alone = number.end == len(paragraphs[place].folded)
            in_table = in_table and alone and number.style in _ROW_STYLES
        if _is_row(paragraphs[place]) or (in_table and number is not None):
            cells.add(place)
            place += 1
            continue
        end = _run_end(paragraphs, numbers, place)
        if _is_headed(paragraphs, place) and end - place >= _FEWEST_COLUMNS:
            cells.update(range(place, end))
            in_table = True
        elif end - place >= _FEWEST_CELLS:
            cells.update(range(place, end))
        place = max(end, place + 1)
    return frozenset(cells)


def _is_headed(paragraphs: Sequence[Paragraph], place: int) -> bool:
    """Whether the run of cells that begins here is announced as a table."""
    above = paragraphs[place - 1].folded if place else ""
    return bool(_HEADER.match(paragraphs[place].folded) or _ANNOUNCED.search(above))


def _is_row(paragraph: Paragraph) -> bool:
    """Whether a line holds several cells, or one that a bar closes off."""
    if paragraph.columns >= _FEWEST_COLUMNS:
        return True
    return bool(_ROW_OF_BARS.search(paragraph.folded)) or _is_run_together(paragraph)


def _is_run_together(paragraph: Paragraph) -> bool:
    folded = paragraph.folded
    headers = re.findall(
        "单位|问题|情况|时限|时间|措施|结果|备注|编号|类型", folded[:200]
    )
    return (
        folded.startswith("序号")
        and "。" not in folded
        and len(set(headers)) >= _FEWEST_COLUMNS
    )


def _run_end(
    paragraphs: Sequence[Paragraph], numbers: Sequence[Number | None], start: int
) -> int:
    """Return the end of the run of cells that begins at ``start``."""
    if numbers[start] is not None or not _is_cell(paragraphs[start]):
        return start
    # Row numbers that share a cell with text count from one, as the items do:
    # only under a head of columns, and only in their order, are they no items.
    next_row = 1 if _is_headed(paragraphs, start) else 0
    place = start + 1
    while place < len(paragraphs) and not _is_row(paragraphs[place]):
        number = numbers[place]
        if not _is_cell(paragraphs[place]):
            break
        if number is not None:
            alone = number.end == len(paragraphs[place].folded)
            in_row = number.style in _ROW_STYLES and (alone or number.value == next_row)
            if not in_row or not _cells_follow(paragraphs, numbers, place):
                break
            next_row = 0 if alone else next_row + 1
        place += 1
    return place


def _cells_follow(
    paragraphs: Sequence[Paragraph], numbers: Sequence[Number | None], place: int
) -> bool:
    """Whether a row goes on behind its number, where an item would have its text."""
    if place + 1 == len(paragraphs):
        return True
    following = numbers[place + 1]
    styled = following is None or following.style in _ROW_STYLES
    return styled and _is_cell(paragraphs[place + 1])


def _is_cell(paragraph: Paragraph) -> bool:
    folded = paragraph.folded
    if not _MARKS.search(folded.rstrip("。")):
        limit = _LONGEST_SENTENCE_CELL if folded.endswith("。") else _LONGEST_CELL
        return len(folded) <= limit
    return False
