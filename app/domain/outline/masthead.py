"""The head of a notice: its title among the page's furniture, and its preamble."""

import re
from dataclasses import dataclass
from typing import Final

from app.domain.outline.folding import bare
from app.domain.outline.furniture import is_furniture, is_open_label
from app.domain.outline.lines import Paragraph
from app.domain.outline.offices import is_office, may_be_name

_SEARCHED: Final = 300
"""Lines among which the title is sought; a page's head has some twenty."""

_LONGEST_TITLE: Final = 150
_LONGEST_PART: Final = 70
_MOST_PARTS: Final = 5
_LONGEST_VALUE: Final = 40

_WHOLE_TEXT = re.compile(" ?[(\\[【] ?全文 ?[)\\]】]$")
_KIND = re.compile(
    "(?:通报|公示|公告|通告|报告|公布|公开|通知|情况|进展|结果|汇报|说明|综述|清单|台账|函"
    "|公开信|答复)(?: ?[(\\[【〔][^()]{1,12}[)\\]】〕])?$"
)
_DOCUMENT = re.compile(
    "(?:通报|公示|公告|通告|报告|公布|说明|汇报|函)"
    "(?: ?[(\\[【〔][^()]{1,12}[)\\]】〕])?$"
)
_SUBJECT = re.compile(
    "整改|巡视|巡察|督察|督查|反馈|整治|销号|问题|检查|审计|测评|评议"
)
_OFFICE_ENDINGS: Final = frozenset(
    {
        "委员会",
        "管理委员会",
        "党委",
        "党组",
        "党工委",
        "人民政府",
        "政府",
        "领导小组",
        "办公室",
        "有限公司",
        "公司",
    }
)
"""What a line break may part from an office's name."""

_SENTENCE_MARK = re.compile("[。;!?！？]")


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands before the first number."""

    title: str
    line: int | None
    """Where the title was found; None if there is none."""

    preamble: tuple[str, ...]


def read_masthead(paragraphs: list[Paragraph]) -> Masthead:
    """Find the title and the preamble in what stands before the first number."""
    kept = _without_furniture(paragraphs)
    best = _most_like_a_title(kept[:_SEARCHED])
    if best is None:
        return Masthead(_original_title(paragraphs), None, tuple(p.text for p in kept))
    first, last = _whole_title(kept, best)
    title = "".join(p.text for p in kept[first:last])
    rest = _after_reprints(kept[last:], title, kept[first:last])
    return Masthead(_plain_title(title), kept[first].line, tuple(p.text for p in rest))


def _plain_title(title: str) -> str:
    folded_end = _WHOLE_TEXT.search(bare(title))
    if folded_end is None:
        return title
    return title[: max(title.rfind(sign) for sign in "(（[［【")].rstrip()


def _without_furniture(paragraphs: list[Paragraph]) -> list[Paragraph]:
    kept: list[Paragraph] = []
    awaits_value = False
    for paragraph in paragraphs:
        furniture = is_furniture(paragraph)
        is_value = awaits_value and not furniture and _may_be_value(paragraph)
        awaits_value = is_open_label(paragraph)
        if not furniture and not is_value:
            kept.append(paragraph)
    return kept


def _may_be_value(paragraph: Paragraph) -> bool:
    folded = paragraph.folded
    short = len(folded) <= _LONGEST_VALUE and not _SENTENCE_MARK.search(folded)
    return short and _likeness(paragraph) < _ENOUGH


_ENOUGH: Final = 5


def _likeness(paragraph: Paragraph) -> int:
    """Return how much a line looks like the title of a rectification notice."""
    folded = _WHOLE_TEXT.sub("", paragraph.folded)
    if len(folded) > _LONGEST_TITLE or _SENTENCE_MARK.search(folded):
        return 0
    if folded.endswith((":", ",", "、")):
        return 0
    score = 3 if _KIND.search(folded) else 0
    score += 2 if "关于" in folded else 0
    score += 3 if _SUBJECT.search(folded) else 0
    score += 1 if "整改" in folded else 0
    return score


def _most_like_a_title(kept: list[Paragraph]) -> int | None:
    scores = [_likeness(paragraph) for paragraph in kept]
    if not scores or max(scores) == 0:
        return 0 if kept and _could_be_title(kept[0]) else None
    return scores.index(max(scores))


def _could_be_title(paragraph: Paragraph) -> bool:
    folded = paragraph.folded
    return (
        len(folded) <= _LONGEST_PART
        and not _SENTENCE_MARK.search(folded)
        and not folded.endswith((":", ",", "、"))
    )


def _whole_title(kept: list[Paragraph], best: int) -> tuple[int, int]:
    """Return the range of lines over which the title is printed."""
    first, last = best, best + 1
    while first > 0 and last - first < _MOST_PARTS and _goes_before(kept, first, last):
        first -= 1
    title = "".join(p.folded for p in kept[first:last])
    if last < len(kept) and _goes_behind(title, kept[last].folded):
        last += 1
    if first < best and "关于" not in "".join(p.folded for p in kept[first:last]):
        offices = all(is_office(p.folded) for p in kept[first:best])
        first = first if offices else best
    return first, last


def _goes_before(kept: list[Paragraph], first: int, last: int) -> bool:
    """Whether the line above is the beginning of the title."""
    above = kept[first - 1]
    folded = above.folded
    if len(folded) > _LONGEST_PART or _SENTENCE_MARK.search(folded):
        return False
    if folded.endswith(":"):
        return False
    if bare(folded) in bare("".join(p.text for p in kept[first:last])):
        return False
    title = "".join(p.folded for p in kept[first:last])
    place = title.find("关于")
    if place > 0:
        return title[:place] in _OFFICE_ENDINGS and may_be_name(folded)
    if place == 0:
        return is_office(folded) and not _DOCUMENT.search(folded)
    return not _DOCUMENT.search(folded)


def _goes_behind(title: str, below: str) -> bool:
    """Whether the line below ends the title."""
    if len(below) > _LONGEST_VALUE or _SENTENCE_MARK.search(below):
        return False
    if below.startswith("(") and below.endswith(")"):
        return bool(
            _WHOLE_TEXT.fullmatch(below) or below.endswith(("稿)", "号)", "期)"))
        )
    return (
        not _DOCUMENT.search(title)
        and "关于" in title
        and bool(_DOCUMENT.search(below))
        and "关于" not in below
    )


def _after_reprints(
    rest: list[Paragraph], title: str, parts: list[Paragraph]
) -> list[Paragraph]:
    """Drop further printings of the title, and the furniture between them."""
    wanted = bare(_plain_title(title))
    wanted_parts = {bare(part.text) for part in parts}
    start = 0
    for index in range(min(len(rest), _SEARCHED)):
        if "。" in rest[index].folded:
            break
        joined = ""
        for length, part in enumerate(rest[index : index + _MOST_PARTS], start=1):
            joined += bare(part.text)
            if bare(_plain_title(joined)) == wanted:
                start = max(start, index + length)
        if start == index and bare(rest[index].text) in wanted_parts:
            start = index + 1
    return rest[start:]


def _original_title(paragraphs: list[Paragraph]) -> str:
    """Return the title that only the page's metadata names, "" if none does."""
    for paragraph in paragraphs[:_SEARCHED]:
        label, mark, value = paragraph.folded.partition(":")
        named = bare(label) in ("原标题", "标题", "名称", "信息名称")
        if mark and named and value.strip():
            return paragraph.part(len(label) + 1)
    return ""
