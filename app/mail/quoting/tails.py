"""What programs and offices put below a letter: "sent from my phone", and notices."""

import re
from enum import IntEnum
from functools import cache
from typing import Final

from app.mail.quoting.page import Page
from app.mail.quoting.phrasebook import plain, words
from app.mail.tables import table


def is_tail(page: Page, number: int, *, is_last: bool, above_quote: bool) -> bool:
    """Return whether a program put this line there, by itself.

    What might be somebody's own words counts only as the last line of what they wrote
    (``is_last``), or even only right above a quote.
    """
    said = page.said[number].strip(_AROUND)
    if not said.startswith(_starts()) and not said.endswith(_ends()):
        return False
    written = page.lines.said(number)
    said = plain(_LINK.sub(" ", written)).translate(_BRACKETS).strip(_AROUND)
    if said.startswith(words("endings", "tails", "added")):
        return True
    if len(said) > _LONGEST or len(written) > _LONG_WITH_LINK or _is_sentence(said):
        return False
    if not _stands_alone(page, number):
        return False
    is_linked = _LINK.search(written) is not None
    doubt = _doubt(said, is_linked=is_linked)
    return doubt <= _Doubt.NONE + is_last + (is_last and above_quote)


class _Doubt(IntEnum):
    """How much has to speak for a line so that it is a program's."""

    NONE = 0
    IF_LAST = 1
    IF_LAST_ABOVE_A_QUOTE = 2
    ITS_OWN_WORDS = 3


def _doubt(said: str, *, is_linked: bool) -> _Doubt:
    if _between(said, "sure") is not None:
        return _Doubt.NONE
    between = _between(said, "other")
    if between is None:
        return _Doubt.ITS_OWN_WORDS
    if _names_a_device(between):
        return _Doubt.NONE if is_linked else _Doubt.IF_LAST
    if is_linked:
        return _Doubt.IF_LAST
    return _Doubt.IF_LAST_ABOVE_A_QUOTE if said.isascii() else _Doubt.ITS_OWN_WORDS


def notice_start(page: Page, first: int, stop: int) -> int | None:
    """Return where the notices of an office begin that end a stretch of lines.

    None: there are none. A notice is a paragraph with two or more of their phrases.
    """
    start = None
    for _ in range(_MOST_NOTICES):
        top, text = _last_paragraph(page, first, stop)
        phrases = words("endings", "disclaimers", "phrases")
        if sum(phrase in text for phrase in phrases) < _ENOUGH:
            break
        start = stop = top
    return start


def _last_paragraph(page: Page, first: int, stop: int) -> tuple[int, str]:
    while stop > first and not page.said[stop - 1].strip(_RULE_SIGNS):
        stop -= 1
    top = stop
    while top > max(first, stop - _MOST_LINES) and page.said[top - 1]:
        top -= 1
    return top, " ".join(page.said[top:stop])


def _stands_alone(page: Page, number: int) -> bool:
    """Return whether a line is no piece of a paragraph that was wrapped."""
    above, below = number - 1, number + 1
    ends = below >= len(page) or page.is_blank(below) or page.quoted[below]
    begins = above < 0 or page.is_blank(above) or page.quoted[above]
    written = page.lines.said(number)
    is_wrapped = written[0].islower() and not written[1:2].isupper()
    return begins or (ends and not is_wrapped)


def _between(said: str, kind: str) -> str | None:
    """Return what stands between the two halves of a tail's form; None: it has none."""
    for start, end in _forms(kind):
        if said.startswith(start) and said.endswith(end):
            return said[len(start) : len(said) - len(end)]
    return None


def _is_sentence(said: str) -> bool:
    """Return whether a line says more than with what it was sent."""
    if _HAN.search(said):
        return len(said) > _LONG_IN_CHINESE or _SAYING.search(said) is not None
    return said.endswith(("!", "?", ":")) or len(said.split()) > _FEW


def _names_a_device(between: str) -> bool:
    return any(device in between for device in words("endings", "tails", "devices"))


@cache
def _forms(kind: str) -> tuple[tuple[str, str], ...]:
    pairs = table("quoting/endings")["tails"][kind]
    return tuple((plain(start), plain(end)) for start, end in pairs)


@cache
def _starts() -> tuple[str, ...]:
    """Return how lines begin that may be tails."""
    pairs = _forms("sure") + _forms("other")
    starts = {start for start, _ in pairs if start}
    return (*starts, *words("endings", "tails", "added"))


@cache
def _ends() -> tuple[str, ...]:
    """Return how those end whose beginning may be anything."""
    return tuple(end for start, end in _forms("other") if not start)


_AROUND: Final = " *_|-."
_LINK: Final = re.compile(r"<[^<>]*+>|\((?:https?|www)[^()]*+\)|\[https?:[^\[\]]*+\]")
_BRACKETS: Final = str.maketrans("", "", "[]")
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_SAYING: Final = re.compile("[,;!?:不无没未無沒請请]")
_RULE_SIGNS: Final = " -_=*~|—–"
_LONGEST: Final = 100
_LONG_WITH_LINK: Final = 600
_LONG_IN_CHINESE: Final = 40
_FEW: Final = 8
"""Words of a line that is no sentence."""

_ENOUGH: Final = 2
_MOST_NOTICES: Final = 5
_MOST_LINES: Final = 30
