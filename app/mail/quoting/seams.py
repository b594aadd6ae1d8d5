"""Where a letter leads over from the writer's words to those of somebody else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from app.mail.forwarding.blocks import HeaderBlock, find_blocks
from app.mail.forwarding.separators import Opening, opening_of
from app.mail.quoting.attribution import attribution_ending
from app.mail.quoting.page import Page
from app.mail.quoting.phrasebook import words


class Below(StrEnum):
    """What stands below a seam."""

    QUOTED_LINES = "quoted_lines"
    """A quote with a quotation sign before each line; after it the writer goes on."""

    QUOTE = "quote"
    """A quote without signs: nobody can tell where it ends but at the letter's end."""

    FORWARDED = "forwarded"
    """A letter that the writer wants to be read."""


@dataclass(frozen=True, slots=True)
class Seam:
    """Some lines that no writer writes but a program, above what it quotes."""

    first: int
    stop: int
    below: Below
    is_header: bool
    """Whether it is made of header fields or a separator; else it is a sentence."""


def find_seams(text: str, page: Page) -> Iterator[Seam]:
    """Yield the seams of a letter, in their order.

    Those within lines with quotation signs are of the quote and not of the letter. One
    with an open quote or a forwarded letter below it is the last.
    """
    blocks = {
        _top(page, number): block
        for block in find_blocks(text)
        if block.depth == 0
        and _is_of_a_program(block)
        and (number := page.lines.number_at(block.head)) < len(page)
    }
    lowest = 0
    for number in range(len(page)):
        if page.quoted[number]:
            seam = _quoted_forward(page, number, lowest=lowest)
        else:
            seam = _seam_at(page, number, blocks.get(number), lowest=lowest)
        if seam is None:
            continue
        yield seam
        lowest = seam.stop
        if seam.below is not Below.QUOTED_LINES:
            return


def _top(page: Page, number: int) -> int:
    """Return the line of "original message" above a block, dashes or not."""
    for above in range(number - 1, max(number - _NEAR, -1), -1):
        if page.said[above].strip(_DASHES + " :") in _originals():
            return above
        if not page.is_blank(above):
            break
    return number


def _quoted_forward(page: Page, number: int, *, lowest: int) -> Seam | None:
    """Return the seam of a forwarded letter that has quotation signs, as Apple's have.

    Below the sentence above a quote it is of the quote.
    """
    if number > 0 and page.quoted[number - 1]:
        return None
    if opening_of(page.said[number]) is not Opening.FORWARD:
        return None
    if lowest and not any(page.said[lowest:number]):
        return None
    return Seam(number, number + 1, Below.FORWARDED, is_header=True)


def _seam_at(
    page: Page, number: int, block: HeaderBlock | None, *, lowest: int
) -> Seam | None:
    if block is not None:
        forward = block.opening is Opening.FORWARD
        below = Below.FORWARDED if forward else Below.QUOTE
        return Seam(number, block.last_line, below, is_header=True)
    if not page.said[number]:
        return None
    separator = _separator(page.said[number])
    if separator is None:
        return _attribution_at(page, number, lowest=lowest)
    if separator is Below.QUOTE and _quotation_follows(page, number + 1):
        separator = Below.QUOTED_LINES
    return Seam(number, number + 1, separator, is_header=True)


def _attribution_at(page: Page, number: int, *, lowest: int) -> Seam | None:
    found = attribution_ending(page, number, lowest=lowest)
    if found is None:
        return None
    if _quotation_follows(page, found.stop):
        return Seam(found.first, found.stop, Below.QUOTED_LINES, is_header=False)
    if found.is_certain:
        return Seam(found.first, found.stop, Below.QUOTE, is_header=False)
    return None


def _quotation_follows(page: Page, number: int) -> bool:
    below = page.below(number, most=_NEAR)
    return below is not None and page.quoted[below]


def _separator(said: str) -> Below | None:
    """Return what stands below a separator; None: the line is none."""
    if any(phrase in said for phrase in _above_lines()):
        return Below.QUOTE
    dashed = said[0] in _DASHES and said[1:2] in _DASHES
    if not dashed and not said.endswith(":"):
        return None
    if dashed and said.strip(_DASHES + " :") in _originals():
        return Below.QUOTE
    if opening_of(said) is Opening.FORWARD:
        return Below.FORWARDED
    return None


def _is_of_a_program(block: HeaderBlock) -> bool:
    """Return whether a block is no form that a citizen filled in.

    Forms have a line for who writes and one for the subject, too; but no address and
    no time of day.
    """
    if block.opening in {Opening.FORWARD, Opening.ORIGINAL}:
        return True
    if any("@" in field.value for field in block.fields):
        return True
    return _CLOCK.search(block.value("date")) is not None


@cache
def _originals() -> frozenset[str]:
    return frozenset(words("replies", "separators", "original"))


@cache
def _above_lines() -> tuple[str, ...]:
    return words("replies", "separators", "above")


_NEAR: Final = 3
"""Blank lines between an attribution and its quote."""

_DASHES: Final = "-_=~*+>‐—–－─━"
_CLOCK: Final = re.compile(r"\d{1,2}[:.：]\d{2}")
