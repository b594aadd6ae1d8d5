"""What is said in a letter, and by whom: its writer, whom it quotes, whom it sends on.

The letter that somebody sent on is read as carefully as the one around it: what it
says is what the office is to know, and whoever wrote it is waiting for an answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.passages import Mark
from app.domain.submission import clean
from app.mail.attached import AttachedLetter
from app.mail.forwarding.forwarded import Forward, read_forward
from app.mail.forwarding.prefixes import is_forward_subject
from app.mail.parts.addresses import Address
from app.mail.quoting.quoted import MarkKind, mark


@dataclass(frozen=True, slots=True, kw_only=True)
class SentOn:
    """A letter that another sends on."""

    writer: Address | None
    """None: no address is given."""

    name: str
    subject: str
    date: str
    """As it is written there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A letter's text, fit to be stored, and whose words it is made of."""

    text: str
    marks: tuple[Mark, ...]
    """The parts that are nobody's own words."""

    sent_on: tuple[SentOn, ...]
    """The letters that it sends on, the outermost first."""


def said_in(text: str, subject: str, attached: Sequence[AttachedLetter]) -> Said:
    """Return what a letter with this text and subject says."""
    text = clean(text)
    first = _sent_as_file(text, subject, attached)
    if first is not None:
        return _with_attached(text, first)
    forward = read_forward(text, subject=subject)
    return Said(
        text=text,
        marks=tuple(_marks(text, forward)),
        sent_on=tuple(_chain(forward)),
    )


def _marks(text: str, forward: Forward | None) -> Iterator[Mark]:
    """Yield the marks of ``text``: those of the note, then those of what is sent on."""
    end = forward.header.start if forward else len(text)
    yield from (each for each in _marked(text) if each.stop <= end)
    while forward is not None:
        yield Mark(MarkKind.HEADER.value, forward.header.start, forward.header.stop)
        inner = forward.inner
        start = forward.header.stop
        stop = inner.header.start if inner else len(text)
        if not forward.depth:
            yield from _marked(text[start:stop], offset=start)
        forward = inner


def _marked(text: str, *, offset: int = 0) -> Iterator[Mark]:
    for each in mark(text):
        yield replace(each, start=each.start + offset, stop=each.stop + offset)


def _chain(forward: Forward | None) -> Iterator[SentOn]:
    while forward is not None:
        yield SentOn(
            writer=forward.sender,
            name=forward.sender_name,
            subject=forward.subject,
            date=forward.date,
        )
        forward = forward.inner


def _sent_as_file(
    text: str, subject: str, attached: Sequence[AttachedLetter]
) -> AttachedLetter | None:
    """Return the attached letter that a letter is there to send on; None: none is.

    It says so in its subject, or says little itself. What comes with a letter of some
    length is a file.
    """
    if len(text) > _NOTE and not is_forward_subject(subject):
        return None
    saying = (one for one in attached if not one.automatic and one.text.strip())
    return next(saying, None)


def _with_attached(text: str, attached: AttachedLetter) -> Said:
    """Put the attached letter below the text, as a mail program would quote it."""
    date = attached.date.isoformat() if attached.date else ""
    header = "\n".join(_header(attached, date))
    above = f"{text}\n\n" if text else ""
    inner = clean(attached.text)
    start = len(above)
    body = start + len(header) + 2
    return Said(
        text=f"{above}{header}\n\n{inner}",
        marks=(
            *_marked(text),
            Mark(MarkKind.HEADER.value, start, body),
            *_marked(inner, offset=body),
        ),
        sent_on=(
            SentOn(
                writer=attached.sender,
                name=attached.sender.name if attached.sender else "",
                subject=attached.subject,
                date=date,
            ),
        ),
    )


def _header(attached: AttachedLetter, date: str) -> Iterator[str]:
    yield _SEPARATOR
    if attached.sender is not None:
        name, address = attached.sender.name, attached.sender.address
        yield f"发件人: {clean(f'{name} <{address}>', lines=False)}"
    if date:
        yield f"发送时间: {date}"
    yield f"主题: {clean(attached.subject, lines=False)}"


_NOTE: Final = 200
"""Signs that somebody writes above a letter that is sent on."""

_SEPARATOR: Final = "---------- 转发的邮件 ----------"
