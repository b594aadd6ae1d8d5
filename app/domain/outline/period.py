"""The comment period of a notice, as printed, and whether its count can be true."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.outline.dates import CHINESE_YEAR, DAMAGED, read_date
from app.domain.outline.holidays import working_day_counts
from app.domain.outline.lines import Paragraph
from app.domain.outline.numerals import any_value

_COUNT_NUMERAL: Final = "(?:[0-9]{1,3}|[一二三四五六七八九十百]{1,4})"
_PART: Final = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR: Final = f"(?:(?:19|20)[0-9]{{2}}|{CHINESE_YEAR}) ?年 ?"
_DATE: Final = (
    f"(?:(?:{_YEAR})?{_PART} ?月 ?{_PART} ?[日号]"
    "|(?:19|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}(?![0-9])"
    "|20[0-9]{3,6}[日号]|20[0-9]{6}(?![0-9]))"
)
_WEEKDAY: Final = "(?: ?\\((?:星期|周).\\))?"
_CLOCK: Final = "(?: ?(?:上午|下午)? ?[0-9]{1,2}(?::[0-9]{2}|[时点])(?:[0-9]{1,2}分)?)?"
_UNIT: Final = "个? ?(?:工作日|自然日|日历日|日历天|天|日)"
_COUNT: Final = (
    f"(?P<count>(?: ?\\((?:共计?|为期|合计|计|历时)? ?{_COUNT_NUMERAL} ?{_UNIT}\\)"
    "| ?[,、;]? ?(?:公示期|期限)?(?:共计?|为期|合计|历时|期限为|时间为) ?"
    f"{_COUNT_NUMERAL} ?{_UNIT}))?"
)
_RANGE = re.compile(
    f"(?P<range>(?:自|从)? ?(?P<first>{_DATE}){_WEEKDAY}{_CLOCK} ?(?:起|开始)?,? ?"
    f"(?:至|到|-{{1,3}}|~{{1,2}}) ?(?P<last>{_DATE}|{_PART} ?[日号])"
    f"{_WEEKDAY}{_CLOCK} ?(?:止|截止|为止)?)" + _COUNT
)
_AMOUNT: Final = f"{_COUNT_NUMERAL} ?(?:个?月|{_UNIT})"
_RELATIVE = re.compile(
    "(?:(?:自|从) ?[^,。;:()自从]{0,16}之日|(?:自|从)? ?(?:本?"
    "(?:公示|公告|通报|公布|发布|公开|通知|刊登|见报)(?:发布|公布|刊登)?之日"
    "|即日|今日|[公发]布日)) ?起"
    f"(?:,? ?的?(?:公示)? ?{_AMOUNT}(?:之内|以内|内)?"
    f"| ?(?:至|到) ?{_DATE} ?(?:止|截止|为止)?" + _COUNT + ")"
)
_STARTING = re.compile(
    f"(?:自|从) ?{_DATE}{_WEEKDAY}{_CLOCK} ?起,? ?{_AMOUNT}(?:之内|以内|内)?"
)
_LABEL: Final = (
    "(?:公示|公开|公告|征求意见|意见征集|意见反馈|反馈|监督|异议|受理)"
    "(?:日期|时间|时限|期限|期间|期)"
)
_COUNTED = re.compile(
    _LABEL + f"(?:限|间)? ?[:为是]? ?(?:为期)?(?P<period>{_AMOUNT}"
    f"(?: ?\\([^()]{{0,4}}{_RANGE.pattern.replace('?P<', '?P<in_')}\\))?)"
)
_DEADLINE = re.compile(f"{_DATE}{_CLOCK} ?(?:之前|以前|前|止|截止|为止)")
_DATE_PARTS = re.compile(
    f"(?:(?P<year>(?:19|20)[0-9]{{2}}|{CHINESE_YEAR}) ?年 ?)?"
    f"(?:(?P<month>{_PART}) ?月 ?)?(?P<day>{_PART}) ?[日号]"
)
_DAMAGED = re.compile(DAMAGED + "|(?<![0-9])20[0-9]{6}(?![0-9])")
_AMOUNT_IN_COUNT = re.compile(f"{_COUNT_NUMERAL}(?= ?个? ?[工自日天])")


@dataclass(frozen=True, slots=True)
class Period:
    """A comment period: what is printed, and what is wrong with it."""

    printed: str
    mismatch: bool = False
    damaged: bool = False


def find_period(paragraphs: Iterable[Paragraph]) -> Period | None:
    """Return the first comment period that the paragraphs name, None if none does."""
    paragraphs = list(paragraphs)
    for search in (_counted, _range, _relative, _deadline):
        for paragraph in paragraphs:
            period = search(paragraph)
            if period is not None:
                return period
    return None


def find_labelled_period(paragraphs: Iterable[Paragraph]) -> Period | None:
    """Return the first period that stands directly behind a label like 公示期."""
    for paragraph in paragraphs:
        label = re.search(
            _LABEL + "(?:限|间)?[^。;]{0,4}?(?=[自从0-9二一])", paragraph.folded
        )
        if label is None:
            continue
        match = _RANGE.match(paragraph.folded, label.end())
        if match is not None:
            return _of_range(paragraph, match)
    return None


def _counted(paragraph: Paragraph) -> Period | None:
    match = _COUNTED.search(paragraph.folded)
    if match is None:
        return None
    printed = paragraph.part(*match.span("period"))
    inner = _RANGE.search(match["period"])
    if inner is None:
        return Period(printed)
    count = _AMOUNT_IN_COUNT.match(match["period"])
    return _judged(printed, inner, count[0] if count else None)


def _range(paragraph: Paragraph) -> Period | None:
    match = _RANGE.search(paragraph.folded)
    return None if match is None else _of_range(paragraph, match)


def _of_range(paragraph: Paragraph, match: re.Match[str]) -> Period:
    counted = match["count"] and _AMOUNT_IN_COUNT.search(match["count"])
    return _judged(
        paragraph.part(*match.span()), match, counted[0] if counted else None
    )


def _relative(paragraph: Paragraph) -> Period | None:
    match = _STARTING.search(paragraph.folded) or _RELATIVE.search(paragraph.folded)
    return None if match is None else Period(paragraph.part(*match.span()))


def _deadline(paragraph: Paragraph) -> Period | None:
    match = _DEADLINE.search(paragraph.folded)
    if match is None:
        return None
    damaged = _DAMAGED.search(match[0]) is not None
    return Period(paragraph.part(*match.span()), damaged=damaged)


def _judged(printed: str, match: re.Match[str], count: str | None) -> Period:
    """Hold the printed count against the dates; a damaged date proves nothing."""
    if _DAMAGED.search(match["range"]):
        return Period(printed, damaged=True)
    dates = _dates(match["first"], match["last"])
    amount = any_value(count) if count else None
    if dates is None or amount is None:
        return Period(printed)
    first, last = dates
    fits = amount == (last - first).days + 1 or amount in working_day_counts(
        first, last
    )
    return Period(printed, mismatch=not fits)


def _dates(printed_first: str, printed_last: str) -> tuple[date, date] | None:
    """Return both ends; the second inherits the year, and the month, of the first."""
    first = _date(printed_first, None)
    last = None if first is None else _date(printed_last, first)
    if first is None or last is None:
        return None
    if last < first and "年" not in printed_last and last.month < first.month:
        last = _moved_to_next_year(last)
    return (first, last) if last is not None and first <= last else None


def _date(printed: str, earlier: date | None) -> date | None:
    compact = "".join(printed.split())
    whole = read_date(compact)
    if whole is not None or earlier is None:
        return whole
    match = _DATE_PARTS.fullmatch(printed.strip())
    if match is None or match["year"]:
        return None
    month = (any_value(match["month"]) or 0) if match["month"] else earlier.month
    try:
        return date(earlier.year, month, any_value(match["day"]) or 0)
    except ValueError:
        return None


def _moved_to_next_year(day: date) -> date | None:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day + timedelta(days=365)
