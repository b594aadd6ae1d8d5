"""Releasing: from a held arrival to the draft of the case that it opens; no I/O."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.domain.submission import ContactDetails, File, Submission
from app.domain.vocabulary import Channel, Kind
from app.mail.letter import Letter
from app.mail.machinery.automatic import may_be_answered
from app.services.arrivals import RawLetter
from app.services.drafting import Draft, draw_up
from app.services.enclosing import may_acknowledge
from app.services.held import HeldArrival
from app.services.house import House
from app.services.transcribing import submission_of

UNREADABLE_TEXT: Final = "（来信无法读取，原件见附件。）"
NO_TEXT: Final = "（没有正文。）"


class NoLetterReason(StrEnum):
    """Why nobody is written to when an arrival is released, beside `SilenceReason`."""

    UNREADABLE = "unreadable"
    ARCHIVED = "archived"
    """It was brought in from an archive; nobody expects an answer any more."""

    UNREACHABLE = "unreachable"
    """No letter can be addressed so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What releasing an arrival would do, whatever it is released to."""

    writer: ContactDetails
    no_letter: str
    """Why no acknowledgement goes out: a `NoLetterReason` or a `SilenceReason`; empty:
    one does, unless its writer or all together had too many."""


def foresee(house: House, arrival: HeldArrival, letter: Letter | None) -> Prospect:
    """Return what releasing the arrival, in which ``letter`` was read, would do."""
    said = what_it_says(house, arrival, letter)
    if letter is None:
        return Prospect(writer=said.contact, no_letter=NoLetterReason.UNREADABLE)
    if not arrival.envelope.acknowledge:
        return Prospect(writer=said.contact, no_letter=NoLetterReason.ARCHIVED)
    sender = arrival.envelope.sender
    _, why_not = may_be_answered(letter, sender, is_ours=house.is_ours)
    if not why_not and not may_acknowledge(said):
        why_not = NoLetterReason.UNREACHABLE
    return Prospect(writer=said.contact, no_letter=why_not)


def what_it_says(
    house: House, arrival: HeldArrival, letter: Letter | None, *, notice: str = ""
) -> Submission:
    """Return what the arrival says, as anything else that comes in."""
    raw = RawLetter(
        content=arrival.content or b"",
        envelope=arrival.envelope,
        received_at=arrival.received_at,
    )
    if letter is None:
        return _unread(raw, notice)
    said = submission_of(house, raw, letter, notice=notice)
    return replace(said, text=said.text or NO_TEXT)


def draw_up_release(
    house: House,
    arrival: HeldArrival,
    letter: Letter | None,
    *,
    notice: str,
    section: str | None,
    kind: Kind | None,
) -> Draft:
    """Return what releasing the arrival, in which ``letter`` was read, will store.

    Whoever wrote it gets an acknowledgement only where a machine or a list did not,
    and it is no old letter out of an archive.

    Raises:
        AppError: See `drafting.draw_up`.
    """
    said = what_it_says(house, arrival, letter, notice=notice)
    said = replace(said, section=section, kind=kind)
    draft = draw_up(house, said, arrival_key=arrival.arrival_key)
    return draft if arrival.envelope.acknowledge else draft.without_letter()


def _unread(raw: RawLetter, notice: str) -> Submission:
    """Make a case also of a letter nobody could read, with the original beside it."""
    original = File(
        file_name="original.eml", media_type="message/rfc822", content=raw.content
    )
    return Submission(
        channel=Channel.EMAIL,
        notice=notice,
        text=UNREADABLE_TEXT,
        files=(original,),
        received_at=raw.received_at,
        imported_at=raw.envelope.imported_at,
        may_mail=False,
    )
