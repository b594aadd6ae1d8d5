"""Header fields within a text: the head of a letter that was quoted or forwarded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Final

from app.mail.forwarding.fieldruns import MARKS, FieldRun, field_runs
from app.mail.forwarding.lines import Lines, Span
from app.mail.forwarding.mailboxes import mailboxes, sender_in
from app.mail.forwarding.separators import Opening, separator_above
from app.mail.forwarding.tabular import tabular_heads
from app.mail.parts.addresses import Address
from app.mail.parts.words import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineField:
    """One header field in a text."""

    kind: str
    """from, to, cc, bcc, subject, date, reply_to, or other."""

    value: str
    """What it says: on one line, without emphasis and leaked HTML entities."""

    span: Span
    """Where it stands, its name included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderBlock:
    """The header fields that a mail program wrote above another letter's text.

    Offsets are places in the whole text: ``text[block.start:block.stop]`` are the lines
    of the fields, ``text[block.head:block.start]`` the separator above them.
    """

    fields: tuple[InlineField, ...]
    opening: Opening
    depth: int
    """How many ``>`` stand before it."""

    head: int
    start: int
    stop: int
    first_line: int
    """Lines are counted from 0."""

    last_line: int
    """The line behind the last."""

    def value(self, kind: str) -> str:
        """Return what the field says, or '' where there is none."""
        return next((each.value for each in self.fields if each.kind == kind), "")

    @property
    def sender(self) -> Address | None:
        """Whoever wrote the letter; of two mailboxes, the one spoken for."""
        return sender_in(self.value("from"))[0]

    @property
    def sender_name(self) -> str:
        """The writer's name, also where no address stands beside it."""
        return sender_in(self.value("from"))[1]

    def addresses(self, kind: str) -> tuple[Address, ...]:
        """Return the mailboxes of the field; names alone are left out."""
        return mailboxes(self.value(kind))


def find_blocks(text: str) -> tuple[HeaderBlock, ...]:
    """Return the header blocks of a letter's text, in their order.

    A block has a sender and either more fields or a separator above it; a lone field
    is somebody's own sentence. The work grows with the length of the text only.
    """
    return blocks_in(Lines(text))


def blocks_in(lines: Lines) -> tuple[HeaderBlock, ...]:
    """Return the header blocks, as `find_blocks` does, of lines already cut."""
    found = [*_blocks(lines), *_tabular_blocks(lines)]
    kept: list[HeaderBlock] = []
    behind = 0
    for block in sorted(found, key=lambda block: block.start):
        if block.start >= behind:
            head = block.head if block.head >= behind else block.start
            kept.append(replace(block, head=head))
            behind = block.stop
    return tuple(kept)


def _blocks(lines: Lines) -> Iterator[HeaderBlock]:
    lowest = 0
    for run in field_runs(lines):
        block = _block(run, lowest=lowest)
        if block is not None:
            lowest = block.last_line
            yield block


def _block(run: FieldRun, *, lowest: int) -> HeaderBlock | None:
    """Return a run as a block, if it is one; its separator is below ``lowest``."""
    while run.found and run.found[0].kind == "other":
        del run.found[0]
    if "from" not in run.kinds():
        return None
    lines = run.lines
    stop = first = run.found[0].number
    fields: list[InlineField] = []
    for each, pieces, stop in run.values():
        value = clean_value(" ".join(pieces))
        span = Span(each.line.start, lines.stop(stop - 1))
        fields.append(InlineField(kind=each.kind, value=value, span=span))
    separator = separator_above(lines, first, lowest=lowest)
    if not _is_block(fields, separator.opening):
        return None
    return HeaderBlock(
        fields=tuple(fields),
        opening=separator.opening,
        depth=run.found[0].line.depth,
        head=separator.start,
        start=lines.start(first),
        stop=lines.stop(stop - 1),
        first_line=first,
        last_line=stop,
    )


def _tabular_blocks(lines: Lines) -> Iterator[HeaderBlock]:
    for head in tabular_heads(lines):
        fields = tuple(
            InlineField(kind=kind, value=clean_value(span.of(lines.text)), span=span)
            for kind, span in head.fields
        )
        if not _is_block(fields, head.opening):
            continue
        above = separator_above(lines, head.first_line, lowest=0)
        yield HeaderBlock(
            fields=fields,
            opening=head.opening,
            depth=lines.line(head.first_line).depth,
            head=above.start,
            start=head.start,
            stop=lines.stop(head.last_line - 1),
            first_line=head.first_line,
            last_line=head.last_line,
        )


def clean_value(value: str) -> str:
    """Return a field's value on one line, without emphasis and leaked entities."""
    value = value[:_MOST_VALUE]
    if "&" in value:
        value = unescape(value)
    return one_line(value.translate(_INVISIBLE)).strip(MARKS)


def _is_block(fields: Iterable[InlineField], opening: Opening) -> bool:
    said = {each.kind: each.value for each in fields}
    if not said.get("from"):
        return False
    if opening in {Opening.FORWARD, Opening.ORIGINAL}:
        return True
    kinds = said.keys() - {"other"}
    if any("@" in value for value in said.values()):
        return len(kinds) > 1
    return "subject" in kinds and bool(kinds & {"date", "to"})


_INVISIBLE: Final = {
    **dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202c\ufeff")),
    **dict.fromkeys(map(ord, "\xa0\u3000"), " "),
}
_MOST_VALUE: Final = 20_000
