"""The measures of an item: what follows 一是, 二是, 三是 …."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.outline.faults import missing_measure, repeated_measure
from app.domain.outline.lines import Paragraph
from app.domain.outline.numerals import chinese_numeral, chinese_value
from app.domain.outline.quotations import Span, outside

_MARK = re.compile("(?P<numeral>[一二三四五六七八九十]{1,3})是")
_IDIOM = re.compile("一是一[、,]二是二")
_BEFORE: Final = "。;:"
_CLOSERS: Final = "”’》)】」』"
_MOST_MISSING: Final = 20


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, with the value of its mark."""

    value: int
    text: str


def read_measures(
    paragraph: Paragraph, spans: list[Span], *, start: int = 0
) -> list[Measure]:
    """Return the measures of a paragraph whose item text begins at ``start``."""
    marks = [
        (match.start(), match.end(), value)
        for match in outside(_MARK.finditer(paragraph.folded, start), spans)
        if (value := chinese_value(match["numeral"]))
        and _may_stand(paragraph.folded, match.start(), start)
    ]
    ends = [*(mark for mark, _, _ in marks[1:]), len(paragraph.text)]
    return [
        Measure(value, paragraph.part(begin, end))
        for (_, begin, value), end in zip(marks, ends, strict=False)
    ]


def _may_stand(folded: str, place: int, start: int) -> bool:
    """Whether a mark can stand here: first in the item, or after 。 ； or ：."""
    if _IDIOM.match(folded, place):
        return False
    before = folded[max(start, place - 4) : place].rstrip()
    return not before or before.rstrip(_CLOSERS)[-1:] in tuple(_BEFORE)


def faults_of(measures: Iterable[Measure]) -> list[str]:
    """Return the warnings for one item; a new 一是 after others begins a new run."""
    warnings: list[str] = []
    run: list[int] = []
    for measure in measures:
        if measure.value == 1 and len(run) > 1:
            warnings += _missing(run)
            run = []
        if measure.value in run:
            warnings.append(repeated_measure(chinese_numeral(measure.value) + "是"))
        run.append(measure.value)
    return warnings + _missing(run)


def _missing(run: list[int]) -> list[str]:
    if not run:
        return []
    printed = set(run)
    values = range(min(run[0], max(run)), max(run))
    missing = [value for value in values if value not in printed]
    return [missing_measure(chinese_numeral(value) + "是") for value in missing][
        :_MOST_MISSING
    ]
