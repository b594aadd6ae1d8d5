"""Markup: a notice's text as HTML, with what readers look for set apart.

Set apart are figures, deadlines, the names of fields (who answers for it, by when), and
what somebody searches for. Not one sign of the text is changed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from app.domain.marking import Sought, Span

_DIGIT: Final = "0-9\uff10-\uff19"
_NUMBER: Final = (
    rf"(?<![第{_DIGIT}])[{_DIGIT}]++(?:[,\uff0c][{_DIGIT}]{{3}}(?![{_DIGIT}]))*"
    rf"(?:[.\uff0e][{_DIGIT}]+)?"
)
_UNIT: Final = (
    r"(?:%|\uff05|‰|(?:余|多)?(?:十|百|千|万|亿)*(?:余|多)?"
    r"(?:元|人|名|户|件|起|宗|个|项|次|家|份|处|座|栋|条|所|辆|台|套|场|期|篇|批|册|"
    r"亩|公顷|平方米|平方公里|立方米|公里|千米|米|吨|公斤|千克|斤|部|"
    r"小时|分钟|天|倍|分|万|亿))"
)
_AMOUNT: Final = r"[一二两三四五六七八九十百千万亿]{1,9}(?:余|多)?元(?![化旦年素])"
_DAY: Final = (
    rf"(?:[{_DIGIT}]{{4}}年)?[{_DIGIT}]{{1,2}}月"
    rf"(?:[{_DIGIT}]{{1,2}}日|[底末]|[上中下]旬)?"
)
_SEASON: Final = (
    rf"(?:[{_DIGIT}]{{4}}年[内底末]|(?:(?:[{_DIGIT}]{{4}}|[今明])年)?"
    r"(?:[上下]半年|第[一二三四]季度|[今明]?年[内底末]|月[底末]))"
)
_DEADLINE: Final = (
    rf"(?:{_DAY}|{_SEASON})(?:以前|之前|前|以内)"
    rf"|(?:{_SEASON})(?=完成|办结|整改到位)"
)
_FIELD: Final = (
    r"^(?:(?:整改|主要|直接|共同|第一)?(?:责任|牵头|配合|主办|协办|承办|主管|督办)"
    r"(?:单位|部门|科室|处室|股室|领导|人)|(?:整改|完成|办结)(?:时限|期限|时间)"
    r"|整改(?:目标|措施|情况|进展|任务)|问题(?:描述|来源|编号))(?=[:\uff1a])"
)
_APART: Final = re.compile(
    rf"(?P<field>{_FIELD})|(?P<deadline>{_DEADLINE})"
    rf"|(?P<figure>{_NUMBER}{_UNIT}|{_AMOUNT})"
)
"""A date alone, or the number of a law, is no figure; a date by which is a deadline."""

_Mark = tuple[int, int, str]
"""Where something is set apart, as in slices, and as what."""


@dataclass(slots=True)
class Pen:
    """Marks texts one after the other, and counts what it marked."""

    sought: Sought | None = None
    """What somebody searches for."""

    hits: int = 0
    """How often it was marked so far."""

    def mark(self, text: str, *, apart: bool = True) -> Markup:
        """Return ``text`` as HTML, each hit with a number of its own.

        ``apart`` says whether figures are set apart, which they are not in headings.
        """
        marks = _marks(text) if apart else []
        out: list[str] = []
        end = 0
        for start, stop in self.sought.places(text) if self.sought else ():
            out.append(_set_apart(text, (end, start), marks))
            self.hits += 1
            hit = _set_apart(text, (start, stop), marks)
            out.append(f'<mark id="hit-{self.hits}">{hit}</mark>')
            end = stop
        out.append(_set_apart(text, (end, len(text)), marks))
        return Markup("".join(out))  # noqa: S704 - every piece was escaped


def _marks(text: str) -> list[_Mark]:
    """Return what is set apart in ``text``."""
    return [(*match.span(), match.lastgroup or "") for match in _APART.finditer(text)]


def _set_apart(text: str, within: Span, marks: Sequence[_Mark]) -> Markup:
    """Return a part of ``text``; what only reaches into it is set apart as far."""
    out: list[str] = []
    end, last = within
    for begins, ends, name in marks:
        start, stop = max(begins, end), min(ends, last)
        if start >= stop:
            continue
        out.append(escape(text[end:start]))
        out.append(f'<span class="{name}">{escape(text[start:stop])}</span>')
        end = stop
    out.append(escape(text[end:last]))
    return Markup("".join(out))  # noqa: S704 - every piece was escaped


def paragraphs(text: str, pen: Pen) -> Sequence[Markup]:
    """Return the lines of ``text`` as HTML."""
    return [pen.mark(line) for line in text.split("\n") if line]
