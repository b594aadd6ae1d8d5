"""How hard a password is to guess, for whoever knows what people choose.

A guesser tries what is common, what lies side by side on the keyboard, dates, names,
and all of these joined. So a password is taken apart into such pieces, the longest
first. A piece is worth one sign, however long it is; a sign that belongs to none is
worth itself. NIST SP 800-63B asks for such a comparison, and for no rules on which
kinds of signs have to be there.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

LEAST_WORTH: Final = 8
"""Signs that nothing explains, or pieces, that a password has to have."""

LEAST_WORD: Final = 3
"""The shortest word that counts as a piece: shorter ones stand in everything."""

_LEAST_RUN: Final = 3
_LEAST_WALK: Final = 4
_DIGITS_FOR_A_SIGN: Final = 3
_LINES: Final = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl;",
    "zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
    "!@#$%^&*()_+",
    "!qaz@wsx#edc$rfv%tgb^yhn&ujm",
    "abcdefghijklmnopqrstuvwxyz",
)
_WALKS: Final = (*_LINES, *(line[::-1] for line in _LINES))
_DISGUISES: Final = str.maketrans("@4301$57!", "aaeoissti")
"""Signs that stand for letters, as everybody knows."""


@dataclass(frozen=True, slots=True)
class Common:
    """What people choose: words, and names that a guesser would try here."""

    words: frozenset[str]
    longest: int

    @classmethod
    def of(cls, words: Collection[str]) -> "Common":
        """Return what holds ``words``; those that are too short do not count."""
        plain = frozenset(
            word for each in words if len(word := _plain(each)) >= LEAST_WORD
        )
        return cls(plain, max((len(word) for word in plain), default=0))


def length(password: str) -> int:
    """Return how many signs ``password`` has; a Chinese one counts for two."""
    return sum(_signs(sign) for sign in unicodedata.normalize("NFKC", password))


def worth(password: str, common: Common) -> int:
    """Return how many signs of ``password`` a guesser has to find one by one."""
    plain = _once(_plain(password))
    return min(
        _worth(plain, common), _worth(_once(plain.translate(_DISGUISES)), common)
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _once(text: str) -> str:
    """Return what ``text`` repeats: ``ab`` of ``ababab``."""
    period = (text + text).find(text, 1)
    return text[:period] if 0 < period < len(text) else text


def _worth(text: str, common: Common) -> int:
    total, at = 0, 0
    seen: set[str] = set()
    while at < len(text):
        size, value = _piece(text, at, common)
        piece = text[at : at + size]
        total += 0 if size > 1 and piece in seen else value
        seen.add(piece)
        at += size
    return total


def _piece(text: str, at: int, common: Common) -> tuple[int, int]:
    """Return how long the piece at ``at`` is, and what it is worth."""
    digits = _run_of_digits(text, at)
    size = max(_word(text, at, common), _walk(text, at), _run(text, at))
    if size >= max(digits, _LEAST_RUN):
        return size, 1
    if digits >= _LEAST_RUN:
        return digits, max(1, digits // _DIGITS_FOR_A_SIGN)
    return 1, _signs(text[at])


def _word(text: str, at: int, common: Common) -> int:
    for size in range(min(common.longest, len(text) - at), LEAST_WORD - 1, -1):
        if text[at : at + size] in common.words:
            return size
    return 0


def _walk(text: str, at: int) -> int:
    size = _LEAST_WALK
    if not _lies_side_by_side(text[at : at + size], size):
        return 0
    while _lies_side_by_side(text[at : at + size + 1], size + 1):
        size += 1
    return size


def _lies_side_by_side(part: str, size: int) -> bool:
    return len(part) == size and any(part in line for line in _WALKS)


def _run(text: str, at: int) -> int:
    """Return how often the sign at ``at`` is repeated; 0: too seldom to count."""
    size = len(text) - at - len(text[at:].lstrip(text[at]))
    return size if size >= _LEAST_RUN else 0


def _run_of_digits(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end].isdecimal():
        end += 1
    return end - at


def _signs(sign: str) -> int:
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1
