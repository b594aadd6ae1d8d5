"""Verdicts: what can be said of one reading without any expectation."""

from collections.abc import Iterator

from app.checking import second_look
from app.domain.vocabulary import HoldReason
from app.mail.attached import AttachedLetter
from app.mail.letter import Letter
from app.mail.machinery.automatic import automatic_reason
from app.mail.parts.faults import Fault
from app.mail.reading import Reading, blank_reason


def held_reason(reading: Reading) -> str | None:
    """Return why the service would hold a letter; None: it would not.

    That is what its bytes alone decide; whether a notice is open for it, and whether it
    belongs to a letter that is known, they do not say.
    """
    letter = reading.letter
    if letter is None:
        return f"{HoldReason.UNREADABLE} ({reading.excess})"
    sign = automatic_reason(letter, None)
    if sign is not None:
        return f"{HoldReason.AUTOMATIC} ({sign})"
    blank = blank_reason(letter)
    if blank is HoldReason.UNREADABLE:
        return f"{blank} ({Fault.TEXT_CUT})"
    if blank is not None:
        return blank
    if letter.sender is None and letter.reply_to is None:
        return HoldReason.NO_SENDER
    return None


def has_replacement(letter: Letter) -> bool:
    """Return whether U+FFFD is anywhere in what the letter says."""
    return any(second_look.REPLACEMENT in text for text in _words(letter))


def is_empty_wrongly(letter: Letter, raw: bytes) -> bool:
    """Return whether we found no text though a naive second look finds some.

    What is encrypted has none.
    """
    if letter.encryption is not None or letter.text.strip():
        return False
    return second_look.holds_text(raw)


def _words(letter: Letter) -> Iterator[str]:
    yield from _words_of(letter)
    yield from (box.name for box in letter.cc)
    for one in letter.attached_letters:
        yield from _words_of(one)


def _words_of(letter: Letter | AttachedLetter) -> Iterator[str]:
    yield letter.subject
    yield letter.text
    yield from (part.file_name for part in letter.attachments)
    boxes = (letter.sender, letter.reply_to, *letter.to)
    yield from (box.name for box in boxes if box is not None)
