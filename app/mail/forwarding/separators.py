"""The line above a quoted or forwarded letter, and what it says of the letter."""

import re
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from typing import Final

from app.mail.forwarding.lines import Lines
from app.mail.forwarding.phrases import fold, forward_phrases, stems
from app.mail.tables import table


class Opening(StrEnum):
    """What a mail program wrote above the header fields of another letter."""

    FORWARD = "forward"
    """A line that says: forwarded."""

    ORIGINAL = "original"
    """A line that says: the original letter; answers have it too."""

    RULE = "rule"
    """A ruled line without words."""

    SENTENCE = "sentence"
    """A sentence that names the writer in place of fields: "On Monday, Li wrote:"."""

    NONE = "none"


@dataclass(frozen=True, slots=True)
class Separator:
    """The opening of a block and where its line begins; of none, the block's."""

    opening: Opening
    start: int


def opening_of(said: str) -> Opening:
    """Return what a whole line says; `Opening.NONE` if it is no separator."""
    if len(said) > _LONGEST:
        return Opening.NONE
    if "&" in said:
        said = unescape(said).strip()
    if said.endswith((":", "：")) and fold(said.rstrip(":： ")) in forward_phrases():
        return Opening.FORWARD
    if said in table("forwarding/separators")["forward"]["lines"]:
        return Opening.FORWARD
    found = _DASHED.fullmatch(said)
    if found is None:
        return Opening.RULE if _RULE.fullmatch(said) else Opening.NONE
    return opening_between_dashes(found[1])


def opening_between_dashes(phrase: str) -> Opening:
    """Return what a phrase says that stands between two rows of dashes."""
    folded = fold(phrase)
    if any(
        fold(word) in folded
        for word in table("forwarding/separators")["forward"]["unless"]
    ):
        return Opening.NONE
    for opening in (Opening.FORWARD, Opening.ORIGINAL):
        if any(stem in folded for stem in stems(opening)):
            return opening
    return Opening.NONE


def separator_above(lines: Lines, number: int, *, lowest: int) -> Separator:
    """Return the separator over line ``number``, not above line ``lowest``.

    Blank lines may stand between; a separator is quoted no deeper than its block.
    """
    depth = lines.line(number).depth
    above = number - 1
    while above >= max(lowest, number - _NEAR) and lines.is_blank(above):
        above -= 1
    if above < max(lowest, number - _NEAR) or lines.line(above).depth > depth:
        return Separator(Opening.NONE, lines.start(number))
    opening = opening_of(lines.said(above, most=_LONGEST + 1))
    start = lines.start(above if opening is not Opening.NONE else number)
    return Separator(opening, start)


_LONGEST: Final = 120
"""Characters of a separator; Outlook draws rules of 32, Foxmail of 60."""

_NEAR: Final = 4
"""Lines, blank but for the separator, that a block may stand below it."""

DASHES: Final = r"[-—–─━﹣－_=~*]"
_DASHED: Final = re.compile(rf"{DASHES}{{2,}}+([^\n]{{2,100}}?){DASHES}{{2,}}+:?")
_RULE: Final = re.compile(rf"{DASHES}{{5,}}+")
