"""Releasing: from a held arrival to the draft of the case that it opens; no I/O."""

from dataclasses import replace
from typing import Final

from app.domain.submission import File, Submission
from app.domain.vocabulary import Channel, Kind
from app.mail.letter import Letter, read_letter
from app.mail.limits import UnreadableLetter
from app.services.arrivals import RawLetter
from app.services.drafting import Draft, draw_up
from app.services.held import HeldArrival
from app.services.house import House
from app.services.reading import submission_of

UNREADABLE_TEXT: Final = "（来信无法读取，原件见附件。）"
NO_TEXT: Final = "（没有正文。）"


def read(arrival: HeldArrival) -> Letter | None:
    """Return what can be read of the arrival; None: nothing, or it was not loaded."""
    if arrival.content is None:
        return None
    try:
        return read_letter(arrival.content)
    except UnreadableLetter:
        return None


def draw_up_release(
    house: House,
    arrival: HeldArrival,
    *,
    notice: str,
    section: str | None,
    kind: Kind | None,
) -> Draft:
    """Return what releasing the arrival will store.

    Whoever wrote it gets an acknowledgement only where a machine or a list did not.

    Raises:
        AppError: See `drafting.draw_up`.
    """
    letter = read(arrival)
    raw = RawLetter(
        content=arrival.content or b"",
        envelope=arrival.envelope,
        received_at=arrival.received_at,
    )
    submission = (
        _unread(raw, notice)
        if letter is None
        else submission_of(house, raw, letter, notice=notice)
    )
    submission = replace(
        submission, section=section, kind=kind, text=submission.text or NO_TEXT
    )
    return draw_up(house, submission, arrival_key=arrival.arrival_key)


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
        may_mail=False,
    )
