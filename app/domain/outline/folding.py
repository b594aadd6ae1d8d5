"""Width folding: a copy of the text on which everything is matched.

The copy has the length of the original, character by character, so a position
found in the copy is the position in the printed text; only the printed text is
ever shown.
"""

import re
from typing import Final

_FULL_WIDTH: Final = "".join(map(chr, range(0xFF01, 0xFF5F)))
_HALF_WIDTH: Final = "".join(map(chr, range(0x21, 0x7F)))
_DASHES: Final = "‐‑‒–—―−─━﹘﹣"
_SMALL_FORMS: Final = "∶︰﹕﹔﹒﹐﹙﹚｡､﹑﹟﹪﹫〜∼﹤﹥"
_PLAIN_FORMS: Final = ":::;.,()。、、#%@~~<>"
_FOLDED: Final = str.maketrans(
    _FULL_WIDTH + _DASHES + _SMALL_FORMS,
    _HALF_WIDTH + "-" * len(_DASHES) + _PLAIN_FORMS,
)

_UNPRINTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)


def fold(text: str) -> str:
    """Return the copy to match on: half-width marks and digits, plain dashes."""
    return text.translate(_FOLDED)


def tidy(text: str) -> str:
    """Return a line as printed: one space for each run of white space, none at ends.

    Characters that print nothing (zero-width spaces, byte order marks) go.
    """
    return " ".join(_UNPRINTED.sub("", text).split())


def bare(text: str) -> str:
    """Return the folded text without white space, to compare two printings by."""
    return "".join(fold(text).split())


def any_of(words: str) -> str:
    """Return a pattern for any one of the words, which spaces part."""
    return "(?:" + "|".join(map(re.escape, words.split())) + ")"
