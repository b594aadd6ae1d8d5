"""Letters that were sent on: who wrote them, to whom, and what the sender added."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.mail.forwarding.blocks import HeaderBlock, blocks_in
from app.mail.forwarding.lines import Lines, Span
from app.mail.forwarding.prefixes import (
    is_forward_subject,
    is_reply_subject,
    subject_within,
)
from app.mail.forwarding.sentences import sentences_in
from app.mail.forwarding.separators import Opening
from app.mail.parts.addresses import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """A letter within a letter; spans are places in the text of the whole letter."""

    sender: Address | None
    """Whoever wrote the inner letter, or None where no address is given."""

    sender_name: str
    """The writer's name, also where no address is given."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: str
    """As it is written there."""

    note: Span
    """What whoever sent it on wrote above it."""

    header: Span
    """The separator and the header fields."""

    body: Span
    """What the inner letter says, with all that follows it."""

    depth: int
    """How many ``>`` stand before the lines of the inner letter."""

    inner: "Forward | None"
    """The letter that the inner letter had sent on."""


def read_forward(text: str, *, subject: str) -> Forward | None:
    """Return the letter that a letter with this subject sends on, if it does.

    An answer has the same header fields above its quotation: only a separator that
    says so, or the subject, makes a forward. None means that the letter is none.
    """
    lines = Lines(text)
    forward: Forward | None = None
    for above, head, given in reversed(list(_chain(_heads(lines), subject))):
        forward = Forward(
            sender=head.sender,
            sender_name=head.sender_name,
            to=head.addresses("to"),
            cc=head.addresses("cc"),
            subject=given,
            date=head.value("date"),
            note=_said(lines, above, lines.number_at(head.head)),
            header=Span(head.head, head.stop),
            body=_said(lines, head.last_line, lines.end()),
            depth=head.depth,
            inner=forward,
        )
    return forward


def unquoted(text: str, span: Span, *, depth: int) -> str:
    """Return what stands in a span, freed of ``depth`` signs of quotation.

    Where every line has one sign more, that goes too.
    """
    lines = Lines(span.of(text))
    numbers = [n for n in range(len(lines)) if not lines.is_blank(n)]
    least = min((lines.line(n).depth for n in numbers), default=0)
    depth = max(depth, least)
    return "\n".join(_without_signs(lines, n, depth) for n in range(len(lines)))


def _without_signs(lines: Lines, number: int, depth: int) -> str:
    place = lines.start(number)
    signs = min(depth, lines.line(number).depth)
    for _ in range(signs):
        place = lines.text.index(">", place) + 1
    said = lines.text[place : lines.stop(number)].rstrip()
    return said.removeprefix(" ") if signs else said


def _heads(lines: Lines) -> Sequence[HeaderBlock]:
    """Return all that stands above a quoted or forwarded letter, in order."""
    blocks = blocks_in(lines)
    taken = {
        number
        for block in blocks
        for number in range(lines.number_at(block.head), block.last_line)
    }
    sentences = (
        sentence
        for sentence in sentences_in(lines)
        if taken.isdisjoint(range(sentence.first_line, sentence.last_line))
    )
    return sorted([*blocks, *sentences], key=lambda head: head.start)


def _chain(
    heads: Sequence[HeaderBlock], subject: str
) -> Iterator[tuple[int, HeaderBlock, str]]:
    """Yield the heads of the letters that were sent on, the outermost first.

    Each comes with the first line of the note above it and with its subject, which is
    taken from the letter around it where the head has none.
    """
    outer: HeaderBlock | None = None
    for head in heads[:_DEEPEST]:
        if not _is_sent_on(head, subject) or (outer and _is_quoted(head, outer)):
            return
        subject = head.value("subject") or subject_within(subject)
        yield outer.last_line if outer else 0, head, subject
        outer = head


def _is_sent_on(head: HeaderBlock, subject: str) -> bool:
    """Return whether the letter with this subject sends on what stands below."""
    if is_forward_subject(subject):
        return True
    answered = is_reply_subject(subject) and head.depth > 0
    return head.opening is Opening.FORWARD and not answered


def _is_quoted(head: HeaderBlock, outer: HeaderBlock) -> bool:
    """Return whether a letter that was sent on only quotes what stands below."""
    only_said = Opening.SENTENCE in {head.opening} - {outer.opening}
    return only_said or head.depth < outer.depth


def _said(lines: Lines, first: int, last: int) -> Span:
    """Return the lines from ``first`` up to ``last`` without blank ones around them."""
    while first < last and lines.is_blank(first):
        first += 1
    while last > first and lines.is_blank(last - 1):
        last -= 1
    if first >= last:
        place = lines.start(first) if first < len(lines) else len(lines.text)
        return Span(place, place)
    return Span(lines.start(first), lines.line(last - 1).stop)


_DEEPEST: Final = 20
"""Letters within one another that are told apart."""
