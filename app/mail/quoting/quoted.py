"""Which words of a letter are its writer's own, and which are quotes and signatures.

Nothing is taken out of a letter: what is not the writer's own is marked, and shown when
somebody asks. To leave a quote unmarked costs a clerk a glance; to mark what a citizen
wrote costs the citizen the answer. So everything in doubt is the writer's own.
"""

import re
from enum import StrEnum
from itertools import groupby
from typing import Final

from app.domain.passages import Mark, own_words
from app.mail.quoting.page import Page
from app.mail.quoting.seams import Below, find_seams
from app.mail.quoting.signature import signature_start
from app.mail.quoting.tails import is_tail, notice_start


class MarkKind(StrEnum):
    """What a stretch of a letter is that its writer did not write."""

    QUOTE = "quote"
    """Words of an earlier letter."""

    ATTRIBUTION = "attribution"
    """A sentence of a program: who wrote the quote below, and when."""

    HEADER = "header"
    """A separator, and header fields of the letter quoted below."""

    SIGNATURE = "signature"
    TAIL = "tail"
    """What a program or an office adds to every letter."""


def mark(text: str) -> tuple[Mark, ...]:
    """Mark what is not the writer's own words, in order, nothing twice.

    Marks are whole lines. A forwarded letter that is announced as one is not marked: it
    is what the writer wants to be read. Where all would be marked, quotes are not: a
    letter that is one quote is read as it stands.
    """
    page = _Marking(Page(text))
    page.mark_quotes(text)
    page.mark_endings()
    if not page.is_anything_left:
        page.unmark(_OF_QUOTES)
    return page.marks() if page.is_anything_left else ()


def says_nothing(text: str) -> bool:
    """Return whether a letter that answers another one adds no word to that.

    All of it is quoted, or a signature. Those are told from the writer's own words by
    what stands above them, so it is read as if an answer stood there.
    """
    answered = f"{_ANSWER}\n\n{text}"
    return own_words(answered, mark(answered)).strip() == _ANSWER


class _Marking:
    """The lines of a letter and what each of them is; None: the writer's own."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.kinds: list[MarkKind | None] = [None] * len(page)
        self.reach = len(page)
        """The line from which on all is of somebody else, quoted or forwarded."""

        self.is_reply = False
        self.is_open = False
        """Whether a quote goes on to the end of the letter."""

    @property
    def is_anything_left(self) -> bool:
        """Whether any word is still the writer's own."""
        if len(self.page.lines) > len(self.page) and not self.is_open:
            return True
        return any(
            kind is None and not self.page.is_blank(number)
            for number, kind in enumerate(self.kinds)
        )

    def mark_quotes(self, text: str) -> None:
        """Mark quotes and what leads over to them."""
        for seam in find_seams(text, self.page):
            if seam.below is Below.FORWARDED:
                self.reach = seam.first
                break
            self.is_reply = True
            kind = MarkKind.HEADER if seam.is_header else MarkKind.ATTRIBUTION
            self._put(kind, seam.first, seam.stop)
            if seam.below is Below.QUOTE:
                self._put(MarkKind.QUOTE, seam.stop, len(self.page))
                self.reach = seam.first
                self.is_open = True
        self._mark_quoted_lines()

    def _mark_quoted_lines(self) -> None:
        number = 0
        while number < self.reach:
            if self.page.quoted[number]:
                stop = self._end_of_quote(number)
                if self._is_quote(number, stop):
                    self._put(MarkKind.QUOTE, number, stop)
                number = stop
            number += 1

    def _end_of_quote(self, number: int) -> int:
        """Return the line behind a quote; blank lines and wrapped ends are within."""
        page = self.page
        stop = number
        while number < self.reach:
            if page.quoted[number]:
                stop = number + 1
            elif page.said[number] and not self._is_wrapped(number):
                break
            number += 1
        return stop

    def _is_wrapped(self, number: int) -> bool:
        """Return whether a line was cut off the quoted one above it.

        A program that broke long lines put no sign before the rest of them.
        """
        page = self.page
        if not page.quoted[number - 1] or number + 1 >= len(page):
            return False
        if not page.quoted[number + 1]:
            return False
        above, said = page.said[number - 1], page.said[number]
        if "@" in said and (above.endswith(",") or said.startswith("<")):
            return True
        return len(above) >= _WRAPPED and page.written(number)[:1].islower()

    def _is_quote(self, first: int, stop: int) -> bool:
        """Return whether lines with quotation signs are a quote and no list.

        In a letter that quotes nothing else, a person puts the sign before points of a
        list, before a number that is passed, and some of them before what matters.
        """
        lines = self.page.lines
        depths = {lines.line(number).depth for number in range(first, stop)}
        if stop - first == 1 and _PASSED.match(self.page.written(first)):
            return False
        if self.is_reply or depths >= {1, 2}:
            return True
        if max(depths) > 1:
            return False
        above = first - 1
        while above > 0 and self.page.is_blank(above):
            above -= 1
        return above < 0 or not self.page.said[above].endswith(":")

    def mark_endings(self) -> None:
        """Mark signatures, and what programs and offices add to a letter."""
        for number in range(self.reach):
            if self.kinds[number] is None and is_tail(
                self.page, number, is_last=False, above_quote=False
            ):
                self.kinds[number] = MarkKind.TAIL
        last = self._last_line()
        for kind, group in groupby(range(self.reach), key=self.kinds.__getitem__):
            if kind is None:
                part = list(group)
                self._mark_ending(part[0], part[-1] + 1, is_last=part[-1] >= last)

    def _mark_ending(self, first: int, stop: int, *, is_last: bool) -> None:
        stop = self._mark_additions(first, stop, above_quote=not is_last)
        start = signature_start(self.page, first, stop, is_last=is_last)
        if start is not None:
            self._put(MarkKind.SIGNATURE, start, stop)
            self._mark_additions(first, start, above_quote=not is_last)

    def _mark_additions(self, first: int, stop: int, *, above_quote: bool) -> int:
        """Mark tails and notices that end some lines; return where they begin."""
        page = self.page
        for _ in range(_MOST_ADDITIONS):
            end = stop
            while end > first and page.is_blank(end - 1):
                end -= 1
            if end == first:
                return stop
            start = notice_start(page, first, end)
            if start is None and is_tail(
                page, end - 1, is_last=True, above_quote=above_quote
            ):
                start = end - 1
            if start is None:
                return stop
            self._put(MarkKind.TAIL, start, stop)
            stop = start
        return stop

    def _last_line(self) -> int:
        """Return the last line that says something and is not of a program."""
        for number in range(len(self.page) - 1, -1, -1):
            if self.kinds[number] is not MarkKind.TAIL and self.page.said[number]:
                return number
        return 0

    def unmark(self, kinds: frozenset[MarkKind]) -> None:
        """Take the marks of some kinds away."""
        self.is_open = False
        self.kinds = [None if kind in kinds else kind for kind in self.kinds]

    def marks(self) -> tuple[Mark, ...]:
        """Return the marks, those of one kind that stand together as one."""
        lines = self.page.lines
        found = []
        for kind, group in groupby(range(len(self.page)), key=self.kinds.__getitem__):
            if kind is not None:
                numbers = list(group)
                stop = numbers[-1] + 1
                is_rest = stop == len(lines) or (
                    self.is_open and stop == len(self.page)
                )
                end = len(lines.text) if is_rest else lines.start(stop)
                found.append(Mark(kind.value, lines.start(numbers[0]), end))
        return tuple(each for each in found if each.start < each.stop)

    def _put(self, kind: MarkKind, first: int, stop: int) -> None:
        self.kinds[first:stop] = [kind] * (stop - first)


_OF_QUOTES: Final = frozenset({MarkKind.QUOTE, MarkKind.ATTRIBUTION, MarkKind.HEADER})
_ANSWER: Final = "好。"
_MOST_ADDITIONS: Final = 4
_PASSED: Final = re.compile(r"\s*+>=?\d")
_WRAPPED: Final = 60
"""Characters from which a quoted line may have been broken in two."""
