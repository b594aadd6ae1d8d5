"""Reading a letter: from its bytes to the verdict that settles its fate.

Its bytes are read in the reading room, by another process. Then three steps follow,
of which the first and the last do no I/O: `opened` finds what the letter refers to,
`leads.look_up` asks the store about that, `read` decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from app.classify.thought import Question, Thought
from app.domain.correspondence import WithholdGround
from app.domain.intake_address import IntakeAddress
from app.domain.record import Action
from app.domain.submission import Submission
from app.domain.vocabulary import Channel, HoldReason, MailPurpose, RefuseReason
from app.keys import new_key
from app.mail.authentication import authentication_as_json
from app.mail.letter import Letter
from app.mail.machinery.automatic import automatic_reason
from app.mail.machinery.report import Report
from app.mail.reading import Reading, blank_reason
from app.models import AuditEvent, Suggestion
from app.services import audit, forethought, returns
from app.services.additions import Addendum
from app.services.arrivals import Envelope, RawLetter
from app.services.drafting import Draft, draw_up
from app.services.forethought import Forethought, likely_notice
from app.services.house import House
from app.services.leads import (
    NO_LEADS,
    Known,
    Leads,
    leads_of,
    receivers,
    writer_address,
)
from app.services.letters import (
    answered_liaison,
    replied_opinion,
    returned_letter,
)
from app.services.offices import liaison_mail
from app.services.returns import Return
from app.services.settling import Verdict
from app.services.transcribing import (
    silence,
    submission_of,
    text_and_files,
    trusted_word,
)

MOST_HOPS: Final = 50
"""Mail systems that a letter may have passed; one with more travels in circles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLetter:
    """A letter that was read, or found to be unreadable."""

    arrival_id: int
    arrival_key: str
    raw: RawLetter

    letter: Letter | None
    """None: it cannot be read."""

    hops: int
    report: Report | None
    leads: Leads

    thought: Forethought | None = None
    """What was thought about it, where somebody did before its fate is decided."""


def opened(
    house: House, arrival_id: int, raw: RawLetter, reading: Reading
) -> OpenedLetter:
    """Find what a letter, read in the reading room, refers to."""
    letter, report = reading.letter, reading.report
    leads = leads_of(house, letter, raw.envelope, report) if letter else NO_LEADS
    key = house.seal.digest(_copy_key(house, raw, reading), purpose="letter")
    return OpenedLetter(
        arrival_id=arrival_id,
        arrival_key=key.hex(),
        raw=raw,
        letter=letter,
        hops=reading.hops,
        report=report,
        leads=leads,
    )


def _copy_key(house: House, raw: RawLetter, reading: Reading) -> str:
    """Return what is equal for two letters only where one is a copy of the other.

    What was sent to the address of another notice is none, nor what comes on another
    day at the office and bears no sign of its own.
    """
    day = raw.received_at.astimezone(house.settings.zone).date()
    key = f"{reading.content_key} {day}" if reading.timeless else reading.content_key
    letter = reading.letter
    extension = _extension(house, letter, raw.envelope) if letter else ""
    return f"{key} +{extension}" if extension else key


def _extension(house: House, letter: Letter, envelope: Envelope) -> str:
    """Return the first extension of our address that is no sign of our own letters."""
    intake = IntakeAddress.of(house.settings.intake_address)
    for address in receivers(letter, envelope):
        extension = intake.extension(address)
        if extension and not _is_made_here(house, address):
            return extension
    return ""


def _is_made_here(house: House, address: str) -> bool:
    """Return whether ``address`` is a reply address or a return path of ours."""
    found = (
        replied_opinion(house, address),
        returned_letter(house, address),
        answered_liaison(house, address),
    )
    return any(key is not None for key in found)


def questions(house: House, opened: Sequence[OpenedLetter]) -> dict[int, Question]:
    """Return what there is to think about letters, by arrival, before their fates.

    What a machine reports needs no thought; whether a person's letter becomes an
    opinion shows later, and most do.
    """
    asked = {}
    for one in opened:
        if one.letter is not None and one.report is None:
            found = forethought.question(house, one.raw, one.letter)
            if found is not None:
                asked[one.arrival_id] = found
    return asked


def read(house: House, opened: OpenedLetter, known: Known) -> Verdict:
    """Decide what becomes of a letter.

    Raises:
        NotSetUp: There is no supervision office yet.
    """
    verdict = partial(
        Verdict, arrival_id=opened.arrival_id, arrival_key=opened.arrival_key
    )
    letter = opened.letter
    if letter is not None and _is_loop(opened, letter, known):
        return verdict(refused=RefuseReason.LOOP)
    returned = _returned(house, opened, known)
    reason = None if returned else _hold_reason(house, opened)
    if letter is None or returned is not None or reason is not None:
        machine = reason is HoldReason.AUTOMATIC
        away = liaison_mail.away(opened.leads, known.liaisons) if machine else None
        return verdict(returned=returned, held=reason, away=away)
    word = trusted_word(house, letter)
    verdict = partial(
        verdict,
        writer=opened.leads.writer,
        authentication=authentication_as_json(word) if word else None,
    )
    address = writer_address(letter, opened.raw.envelope) or ""
    is_doubtful = word is not None and not word.vouches_for(address)
    continued = _continued(house, opened, letter, known, is_doubtful=is_doubtful)
    if continued is not None:
        return verdict(**continued)
    if not address:
        return verdict(held=HoldReason.NO_SENDER)
    before = forethought.still_true(house, opened.thought)
    notice = before.notice if before else likely_notice(house, opened.raw, letter)
    if notice is None:
        return verdict(held=HoldReason.NO_NOTICE)
    thought = before.thought if before else None
    draft = _draft(house, opened, letter, notice, known, thought=thought)
    return verdict(draft=draft)


def _continued(
    house: House,
    opened: OpenedLetter,
    letter: Letter,
    known: Known,
    *,
    is_doubtful: bool,
) -> dict[str, Any] | None:
    """Return the part of the verdict on a letter that goes on with a case; None: none.

    A liaison's letter is never a citizen's, whatever else it refers to.
    """
    leads = opened.leads
    answered = liaison_mail.answered(
        letter, leads, known.liaisons, seal=house.seal, is_doubtful=is_doubtful
    )
    if answered is not None:
        return {"held" if isinstance(answered, HoldReason) else "answered": answered}
    opinion_id = known.opinion(leads, letter, is_doubtful=is_doubtful)
    if opinion_id is None:
        return None
    return {"addendum": _addendum(house, letter, opinion_id, writer=leads.writer)}


def _returned(house: House, opened: OpenedLetter, known: Known) -> Return | None:
    """Return what a mail system reports on a letter of ours; None: on none."""
    if opened.report is None:
        return None
    for key in opened.leads.returns:
        if key in known.sent:
            return returns.returned(
                house.seal, opened.report, letter_id=key, opinion_id=known.sent[key]
            )
    return None


def _hold_reason(house: House, opened: OpenedLetter) -> HoldReason | None:
    """Return why a letter is for a person to look at, whatever it refers to."""
    letter = opened.letter
    if letter is None:
        return HoldReason.UNREADABLE
    if automatic_reason(letter, opened.raw.envelope.sender) is not None:
        return HoldReason.AUTOMATIC
    blank = blank_reason(letter)
    if blank is not None:
        return blank
    return HoldReason.POSTMASTER if _is_for_postmaster(house, opened.raw) else None


def _is_for_postmaster(house: House, raw: RawLetter) -> bool:
    """Return whether a letter came for nobody but whoever runs the mail here."""
    intake = IntakeAddress.of(house.settings.intake_address)
    recipients = raw.envelope.recipients
    return any(map(intake.is_postmaster, recipients)) and not any(
        map(intake.takes, recipients)
    )


def _is_loop(opened: OpenedLetter, letter: Letter, known: Known) -> bool:
    """Return whether we wrote the letter ourselves, or it never comes to rest."""
    return letter.message_id in known.letters or opened.hops > MOST_HOPS


def _draft(
    house: House, opened: OpenedLetter, letter: Letter, notice: str, known: Known, *,
    thought: Thought | None,
) -> Draft:  # fmt: skip
    submission = submission_of(house, opened.raw, letter, notice=notice)
    draft = draw_up(house, submission, arrival_key=opened.arrival_key, thought=thought)
    withheld = _silence(house, opened.raw, letter, submission)
    if withheld is not None:
        event = audit.event(
            Action.MAIL_WITHHELD, at=submission.registered_at, case_id=draft.case_id,
            purpose=MailPurpose.ACKNOWLEDGEMENT, ground=withheld,
        )  # fmt: skip
        draft = draft.without_letter().with_row(AuditEvent, event)
    suggested = known.suggestion(opened.leads)
    if suggested is None:
        return draft
    opinion_id, ground = suggested
    row = {
        "id": new_key(),
        "case_id": draft.case_id,
        "opinion_id": opinion_id,
        "ground": ground,
        "made_at": submission.registered_at,
    }
    return draft.with_row(Suggestion, row)


def _silence(
    house: House, raw: RawLetter, letter: Letter, submission: Submission
) -> WithholdGround | None:
    """Return why no acknowledgement goes out, for the record; None: one does."""
    if not raw.envelope.acknowledge:
        return WithholdGround.ARCHIVED
    if submission.may_mail:
        return None
    return silence(house, raw, letter, to=submission.contact.email or "")


def _addendum(
    house: House, letter: Letter, opinion_id: int, *, writer: bytes | None
) -> Addendum:
    text, marks, files = text_and_files(letter)
    return Addendum(
        opinion_id=opinion_id,
        channel=Channel.EMAIL,
        text=text,
        marks=marks,
        files=files,
        writer=writer,
        seal=house.seal,
    )
