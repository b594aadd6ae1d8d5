"""Which hanzi are common, by the standards' own order: what tells charsets apart."""

from collections.abc import Iterable, Iterator
from typing import Final


def common_share(text: str, *, simplified: bool = False) -> float:
    """Return the share of common hanzi among the first characters beyond ASCII.

    ``simplified``: only those count that simplified text is written in.
    """
    common = _SIMPLIFIED if simplified else _COMMON
    beyond = [sign for sign in text[:_SAMPLE] if sign > "\x7f"]
    if not beyond:
        return 0.0
    return sum(1 for sign in beyond if sign in common) / len(beyond)


def _pairs(leads: Iterable[int], trails: Iterable[int]) -> Iterator[bytes]:
    trail_bytes = tuple(trails)
    return (bytes((lead, trail)) for lead in leads for trail in trail_bytes)


_SAMPLE: Final = 1_000
_PUNCTUATION: Final = "\u3000，。、；：？！“”‘’（）《》〈〉【】「」『』…—·"

_GB_LEVEL_1: Final = b"".join(_pairs(range(0xB0, 0xD8), range(0xA1, 0xFF)))
"""Level 1 of GB 2312-1980: 3,755 hanzi, all but 1 % of simplified running text."""

_BIG5_LEVEL_1: Final = b"".join(
    _pairs(range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
)
"""Level 1 of Big5: 5,401 hanzi, those of everyday use in traditional text."""

_SIMPLIFIED: Final = frozenset(_GB_LEVEL_1.decode("gb2312", "ignore") + _PUNCTUATION)
_COMMON: Final = _SIMPLIFIED.union(_BIG5_LEVEL_1.decode("big5", "ignore"))
"""Simplified and traditional: GBK carries both."""
