"""Lines of a text that begin with the name of a header field, and runs of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.mail.forwarding.lines import Line, Lines
from app.mail.forwarding.phrases import field_names, fold
from app.mail.forwarding.separators import Opening, opening_of


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A line that begins with the name of a field."""

    number: int
    kind: str
    value: int
    """Where the value begins."""

    line: Line


def field_runs(lines: Lines) -> Iterator["FieldRun"]:
    """Yield the runs of field lines that stand together, in their order."""
    run = FieldRun(lines)
    for found in _field_lines(lines):
        if not run.takes(found):
            run.limit = found.number
            yield run
            run = FieldRun(lines)
        run.found.append(found)
    yield run


def _field_lines(lines: Lines) -> Iterator[FieldLine]:
    names = field_names()
    for found in _FIELD.finditer(lines.text):
        kind = names.get(fold(found[1]))
        if kind is None:
            continue
        number = lines.number_at(found.start())
        if number >= _MOST_LINES:
            return
        yield FieldLine(number, kind, found.end(), lines.line(number))


@dataclass(slots=True)
class FieldRun:
    """Field lines that stand together, and the lines into which their values fold."""

    lines: Lines
    found: list[FieldLine] = field(default_factory=list)
    spaced: bool = True
    """Whether a blank line stood between all fields until now."""

    limit: int = 0
    """The next line that is of another run."""

    def __post_init__(self) -> None:
        """Take the end of the text for the limit."""
        self.limit = len(self.lines)

    def kinds(self) -> list[str]:
        """Return what the fields say, in their order."""
        return [each.kind for each in self.found]

    def takes(self, new: FieldLine) -> bool:
        """Return whether the run goes on with ``new``."""
        if not self.found:
            return True
        self._forget_what_stood_apart(new)
        last = self.found[-1]
        if len(self.found) >= _MOST_FIELDS:
            return False
        repeated = new.kind != "other" and new.kind in self.kinds()
        if repeated or new.line.depth != last.line.depth:
            return False
        blank = 0
        for number in range(last.number + 1, new.number):
            if self.lines.is_blank(number):
                blank += 1
            elif not self._goes_on(last, number, after_blank=bool(blank)):
                return False
        if blank > 1 or (blank and not self._may_be_apart(new)):
            return False
        self.spaced = self.spaced and blank == 1
        return True

    def _may_be_apart(self, new: FieldLine) -> bool:
        """Return whether a blank line may stand between the run and ``new``.

        QQ writes one before the subject.
        """
        if self.spaced or new.kind == "subject":
            return True
        return len(self.found) < (_NOTE if new.kind == "from" else _ENOUGH)

    def values(self) -> Iterator[tuple[FieldLine, list[str], int]]:
        """Yield each field, the pieces of its value, and the line behind it."""
        stops = [each.number for each in self.found[1:]] + [self._stop()]
        for each, stop in zip(self.found, stops, strict=True):
            below = range(each.number + 1, stop)
            pieces = [self.lines.text[each.value : each.line.stop]]
            if each.kind != "date" or self._is_empty(each):
                pieces += filter(None, map(self._said, below))
            yield each, pieces, stop

    def _forget_what_stood_apart(self, new: FieldLine) -> None:
        """Drop a line above the sender that only looked like a field of this letter.

        Somebody's note may end in "时间：…", a blank line before the block.
        """
        kinds = self.kinds()
        if new.kind not in kinds or "from" not in kinds:
            return
        twin, sender = kinds.index(new.kind), kinds.index("from")
        if twin < sender and self.lines.is_blank(self.found[twin].number + 1):
            del self.found[: twin + 1]

    def _goes_on(self, last: FieldLine, number: int, *, after_blank: bool) -> bool:
        """Return whether line ``number`` can belong to the value of ``last``."""
        said = self.lines.said(number)
        near = number - last.number <= _FOLDED
        if opening_of(said) is not Opening.NONE:
            return False
        if after_blank or self._is_empty(last):
            return near and self._is_empty(last)
        if last.kind in _ADDRESSED:
            before = self.lines.said(number - 1)
            return "@" in said or before.endswith(_LIST_SIGNS)
        return near

    def _said(self, number: int) -> str:
        return "" if self.lines.is_blank(number) else self.lines.said(number)

    def _is_empty(self, last: FieldLine) -> bool:
        return not self.lines.text[last.value : last.line.stop].strip(MARKS)

    def _stop(self) -> int:
        """Return the line behind the last field's value."""
        last = self.found[-1]
        number = last.number + 1
        if last.kind in _ADDRESSED:
            while number < self.limit and self._lists_more(last, number):
                number += 1
        elif self._wraps(last) or self._stands_below(last):
            number += 1
        return number

    def _lists_more(self, last: FieldLine, number: int) -> bool:
        """Return whether line ``number`` has more of the addresses of ``last``."""
        if "@" not in self.lines.said(number):
            return False
        before = self.lines.said(number - 1)
        return before.endswith(_LIST_SIGNS) or self._is_empty(last)

    def _stands_below(self, last: FieldLine) -> bool:
        """Return whether values stand each in the line below the name of its field."""
        number = last.number + 1
        return (
            len(self.found) > 1
            and all(self._is_empty(each) for each in self.found)
            and number < self.limit
            and not self.lines.is_blank(number)
        )

    def _wraps(self, last: FieldLine) -> bool:
        """Return whether a long subject goes on in the line before a blank one."""
        number = last.number + 1
        return (
            last.kind == "subject"
            and last.line.stop - last.line.start >= _WRAPPED
            and number + 1 < self.limit
            and not self.lines.is_blank(number)
            and self.lines.is_blank(number + 1)
        )


MARKS: Final = "*_| \t\r\xa0\u3000"
"""Emphasis and the walls of tables around a value."""

_ADDRESSED: Final = frozenset({"from", "to", "cc", "bcc", "reply_to"})
_LIST_SIGNS: Final = (",", ";", "，", "；", "、")
_ENOUGH: Final = 3
"""Fields after which a blank line ends a block whose fields stood close."""

_NOTE: Final = 2
"""Fields after which a blank line parts them from a sender below."""

_MOST_FIELDS: Final = 40
"""Fields of one block; more are no header."""

_MOST_LINES: Final = 20_000
"""Lines of a letter in which fields are looked for: six hundred pages."""

_FOLDED: Final = 2
"""Lines into which a subject or a date may run over."""

_WRAPPED: Final = 60
"""Characters from which a subject may have been broken by the sender's program."""

_FIELD: Final = re.compile(
    r"^[> \t\xa0\u3000\ufeff\u200b|*_【\[]*+"
    r"([^\n\r:：︰﹕|\t\]】]{1,40}+)"
    r"(?:[\]】][ *]*+[:：︰﹕]?+|[:：︰﹕|\t])",
    re.MULTILINE,
)
