"""Values of the numerals that Chinese documents count with."""

from functools import lru_cache
from typing import Final

_DIGITS: Final = "一二三四五六七八九"
_UNITS: Final = {"百": 100, "十": 10}
ROMAN: Final = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"

ENCLOSED: Final = {
    "circled": ("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟"),
    "filled": "❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴",
    "sans circled": "➀➁➂➃➄➅➆➇➈➉",
    "sans filled": "➊➋➌➍➎➏➐➑➒➓",
    "double circled": "⓵⓶⓷⓸⓹⓺⓻⓼⓽⓾",
    "parenthesized": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "dotted": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "parenthesized Chinese": "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩",
    "circled Chinese": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
}
"""Numbers printed as one character, by family, in order from one."""


@lru_cache(maxsize=1024)
def chinese_value(numeral: str) -> int | None:
    """Return what a numeral below a thousand is worth, None if it is not well formed.

    `一百零二`, `二十`, `十一` and `三` are; `二〇二二` and `一二` are not.
    """
    total = 0
    limit = 1000
    pending = 0
    for place, sign in enumerate(numeral):
        if sign in _DIGITS:
            if pending:
                return None
            pending = _DIGITS.index(sign) + 1
        elif sign in _UNITS:
            unit = _UNITS[sign]
            bare_ten = sign == "十" and place == 0
            if unit >= limit or not (pending or bare_ten):
                return None
            total, pending, limit = total + (pending or 1) * unit, 0, unit
        elif not (sign in "零〇" and total >= 100 and not pending):  # noqa: PLR2004 - a zero only fills the place of the tens
            return None
    return total + pending or None


def chinese_numeral(value: int) -> str:
    """Write a value from 1 to 999 as documents number their chapters."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    written = _DIGITS[hundreds - 1] + "百" if hundreds else ""
    if tens:
        written += ("" if tens == 1 and not hundreds else _DIGITS[tens - 1]) + "十"
    elif hundreds and ones:
        written += "零"
    return written + (_DIGITS[ones - 1] if ones else "")


def any_value(numeral: str) -> int | None:
    """Return the value of Arabic digits or a Chinese numeral, None if it has none."""
    if numeral.isdecimal():
        return int(numeral)
    return chinese_value(numeral)
