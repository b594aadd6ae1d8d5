"""The printed numbers that open the items of a notice, in every style seen.

A style is a kind of numeral with its mark: `一、` and `(一)` are two, `(1)`, `（1)`
and `（１）` are one. Which level a style stands for is not known here: notices order
them as they like.
"""

import re
from dataclasses import dataclass
from typing import Final

from app.domain.outline.numerals import (
    ENCLOSED,
    ROMAN,
    any_value,
    chinese_numeral,
)

_CHINESE = "[一二三四五六七八九十百零〇]{1,5}"
_ARABIC = "[0-9]{1,5}"
_NUMERAL = f"(?P<numeral>{_CHINESE}|{_ARABIC})"

_NAMED = re.compile(
    "(?:整改|反馈|具体|主要|突出|重点|存在)?(?P<name>问题|任务|事项) ?[(]?"
    + _NUMERAL
    + "[)]?(?: ?[:、,.]|(?= )|$)"
)
_ORDINAL = re.compile(f"第 ?{_NUMERAL} ?[,、:]")
_PART = re.compile(f"第 ?{_NUMERAL} ?(?P<name>部分|方面|章|节)(?: ?[:、,.]|(?= )|$)")
_BRACKETED = re.compile(
    "(?P<open>[(〔【]) ?(?P<numeral>" + _CHINESE + "|[0-9]{1,2}) ?[)〕】]"
    "(?: ?[、.](?![0-9]))?"
)
_MARKED = re.compile(_NUMERAL + " ?(?P<mark>[.、丶)])")
_ROMAN = re.compile(f"(?P<numeral>[{ROMAN}]) ?(?P<mark>[.、])")
_ENCLOSED = {
    sign: (family, value)
    for family, signs in ENCLOSED.items()
    for value, sign in enumerate(signs, start=1)
}

_YEAR = re.compile("(?:19|20)[0-9]{2} ?年")
_JOINS: Final = "、,和及与或至到~- "
_NEXT_IN_LIST = re.compile(
    f"第?(?P<numeral>{_CHINESE}|{_ARABIC})(?:[、,和及与至到~-]|号|月|日|级|年|期|类|线"
    "|楼|栋|层|班|组|项|条|款|季|区|段|批|轮|档|环|[)])"
)

_HOLIDAYS: Final = ("中秋", "国庆", "元旦", "春节", "五一")
"""What stands beside 十一 where it is the National Day, not the number eleven."""

_HEADING: Final = 40
"""A paragraph up to this length without a full stop is a heading, not a sentence."""

KIN: Final[tuple[frozenset[str], ...]] = (
    frozenset({"1.", "1、", "dotted"}),
    frozenset({"(1)", "1)", "parenthesized"}),
    frozenset({"一、", "一."}),
    frozenset({"(一)", "一)", "parenthesized Chinese"}),
)
"""Styles that a careless writer mixes within one list."""


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number at the start of a paragraph."""

    style: str
    value: int
    end: int
    """Where the number with its mark ends."""

    numeral: tuple[int, int]
    """Where the numeral itself stands within the number."""

    def label_of(self, value: int, label: str) -> str:
        """Write another value in the fashion of this number's printed label."""
        start, end = self.numeral
        printed = label[start:end]
        return label[:start] + _rewritten(printed, value) + label[end:]


def read_number(folded: str) -> Number | None:
    """Return the number that a paragraph begins with, None if it begins with none.

    Decimals, years, quantities and lists such as `一、二季度` are no numbers.
    """
    if not folded or folded[0] not in _FIRST_SIGNS:
        return None
    return (
        _read_enclosed(folded)
        or _read_bracketed(folded)
        or _read_marked(folded)
        or _read_worded(folded)
    )


def _read_enclosed(folded: str) -> Number | None:
    family, value = _ENCLOSED.get(folded[0], ("", 0))
    if not family:
        return None
    following = folded[1:4].lstrip(_JOINS)[:1]
    if _ENCLOSED.get(following, ("", 0))[0] == family:
        return None
    end = 2 if folded[1:2] in ("、", ".") else 1
    return Number(family, value, end, (0, 1))


def _read_bracketed(folded: str) -> Number | None:
    match = _BRACKETED.match(folded)
    if match is None:
        return None
    rest = _BRACKETED.match(folded[match.end() : match.end() + 12].lstrip(_JOINS))
    same = rest and rest["numeral"].isdecimal() == match["numeral"].isdecimal()
    if same:
        return None
    return _number(match, "({})" if match["open"] == "(" else "[{}]")


def _read_marked(folded: str) -> Number | None:
    match = _ROMAN.match(folded)
    if match is not None:
        value = ROMAN.index(match["numeral"]) + 1
        return Number("Ⅰ" + match["mark"], value, match.end(), match.span("numeral"))
    match = _MARKED.match(folded)
    if match is None:
        return None
    rest = folded[match.end() : match.end() + 12]
    mark = "、" if match["mark"] == "丶" else match["mark"]
    if match["numeral"] == "十一" and rest.startswith(_HOLIDAYS):
        return None
    if mark == "." and rest[:1].isdigit() and not _YEAR.match(rest):
        return None
    if mark == "、" and _continues_list(match["numeral"], rest):
        heading = len(folded) <= _HEADING and "。" not in folded
        if match["numeral"].isdecimal() or not heading:
            return None
    return _number(match, "{}" + mark)


def _read_worded(folded: str) -> Number | None:
    match = _NAMED.match(folded) or _PART.match(folded)
    if match is not None:
        rest = folded[match.end() : match.end() + 12]
        if match[0][-1] == "." and rest[:1].isdigit():
            return None
        if match[0][-1] == "、" and any_value(rest[:1]):
            return None
        return _number(match, match["name"])
    match = _ORDINAL.match(folded)
    if match is None:
        return None
    rest = folded[match.end() : match.end() + 12]
    if _continues_list(match["numeral"], rest):
        return None
    return _number(match, "第")


def _continues_list(numeral: str, rest: str) -> bool:
    """Whether `1、2号` or `一、二季度` goes on: two numbers of a list, not an item."""
    following = _NEXT_IN_LIST.match(rest)
    if following is None or numeral.isdecimal() != following["numeral"].isdecimal():
        return False
    first, second = any_value(numeral), any_value(following["numeral"])
    if first is None or second is None or "." in following[0]:
        return False
    adjacent = second == first + 1
    return adjacent or (numeral.isdecimal() and first < second < 100 and "、" in rest)  # noqa: PLR2004 - a hundred is a quantity


def _number(match: re.Match[str], style: str) -> Number | None:
    value = any_value(match["numeral"])
    if not value:
        return None
    kind = "1" if match["numeral"].isdecimal() else "一"
    return Number(style.format(kind), value, match.end(), match.span("numeral"))


def _rewritten(printed: str, value: int) -> str:
    if printed in _ENCLOSED:
        signs = ENCLOSED[_ENCLOSED[printed][0]]
        return signs[value - 1] if value <= len(signs) else str(value)
    if printed in ROMAN:
        return ROMAN[value - 1] if value <= len(ROMAN) else str(value)
    if not printed.isdecimal():
        return chinese_numeral(value)
    digits = str(value).rjust(len(printed), "0") if printed[0] in "0０" else str(value)
    if printed[0] > "9":
        return digits.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    return digits


_FIRST_SIGNS: Final = frozenset(
    "一二三四五六七八九十百0123456789(〔【第问任事整反具主突重存" + ROMAN
) | frozenset(_ENCLOSED)
