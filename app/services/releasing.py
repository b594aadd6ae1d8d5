"""Releasing: from a held arrival to the draft of the case that it opens; no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.domain.submission import ContactDetails, File, Submission
from app.domain.vocabulary import Channel, Kind, Method
from app.mail.letter import Letter
from app.mail.machinery.automatic import may_be_answered
from app.models import Classification, Opinion
from app.services.arrivals import RawLetter
from app.services.drafting import Draft, Row, draw_up
from app.services.enclosing import may_acknowledge
from app.services.forethought import likely_notice
from app.services.held import HeldArrival
from app.services.held_opinions.opening import draw_up_case
from app.services.house import House
from app.services.leads import leads_of
from app.services.placing import place
from app.services.shelf import ShelvedNotice
from app.services.transcribing import submission_of

UNREADABLE_TEXT: Final = "（来信无法读取，原件见附件。）"
NO_TEXT: Final = "（没有正文。）"

LEAST_SHOWN: Final = 0.01
"""The confidence of a section from which on it is shown as possible."""


class NoLetterReason(StrEnum):
    """Why nobody is written to when an arrival is released, beside `SilenceReason`."""

    UNREADABLE = "unreadable"
    ARCHIVED = "archived"
    """It was brought in from an archive; nobody expects an answer any more."""

    UNREACHABLE = "unreachable"
    """No letter can be addressed so."""

    NO_ADDRESS = "no_address"
    """It came by form, and its writer left no address."""


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
    if arrival.form is not None:
        # Whoever sorts what is held need not know who wrote it.
        why_not = "" if may_acknowledge(said) else NoLetterReason.NO_ADDRESS
        return Prospect(writer=ContactDetails(), no_letter=why_not)
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
    """Return what the arrival says, as anything else that comes in.

    Of one that came by form without its files: they are in what is kept of it.
    """
    if arrival.form is not None:
        return replace(arrival.form.said, notice=notice or arrival.form.said.notice)
    raw = _raw(arrival)
    if letter is None:
        return _unread(raw, notice)
    said = submission_of(house, raw, letter, notice=notice)
    return replace(said, text=said.text or NO_TEXT)


def liaisons_answered(
    house: House, arrival: HeldArrival, letter: Letter | None
) -> tuple[int, ...]:
    """Return the letters to offices' liaisons that the arrival may answer."""
    if letter is None:
        return ()
    return leads_of(house, letter, arrival.envelope).liaisons


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """A section that the classifier thinks possible."""

    path: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """Where the intake would have put an arrival, and why."""

    notice: str
    sections: tuple[str, ...]
    """The paths of the sections that are taken, of each matter one; none: the
    classifier is not sure."""

    candidates: tuple[Likelihood, ...]
    """The likeliest first."""

    terms: tuple[str, ...]
    """The words that decided."""

    restricted: bool
    """Whether it is surely a report of wrongdoing."""


def guess(house: House, arrival: HeldArrival, letter: Letter | None) -> Guess | None:
    """Return where the arrival belongs by its words; None: it says nothing, or nowhere.

    The notice is chosen and the section is guessed as the intake does both.
    """
    raw = _raw(arrival)
    slug = likely_notice(house, raw, letter) if letter is not None else None
    slug = arrival.form.said.notice if arrival.form is not None else slug
    if slug is None:
        return None
    notice = house.shelf.notice(slug)
    said = what_it_says(house, arrival, letter, notice=slug)
    placed = place(house, notice, said)
    rows = [
        row
        for matter in placed.matters
        for row in matter.rows
        if row["method"] is Method.MODEL
    ]
    terms = (str(item["term"]) for row in rows for item in row["evidence"])
    taken = (matter.section_id for matter in placed.matters)
    return Guess(
        notice=slug,
        sections=tuple(notice.paths[key] for key in taken if key is not None),
        candidates=_likely(notice, rows),
        terms=tuple(dict.fromkeys(terms)),
        restricted=placed.restricted,
    )


def _likely(notice: ShelvedNotice, rows: Sequence[Row]) -> tuple[Likelihood, ...]:
    """Return the sections that any of ``rows`` thinks possible, the likeliest first."""
    best: dict[int, float] = {}
    for item in (item for row in rows for item in row["candidates"]):
        key, confidence = item["section_id"], item["confidence"]
        if confidence >= max(LEAST_SHOWN, best.get(key, 0.0)):
            best[key] = confidence
    return tuple(
        Likelihood(path=notice.paths[key], confidence=best[key])
        for key in sorted(best, key=lambda key: -best[key])
    )


def draw_up_release(
    house: House,
    arrival: HeldArrival,
    letter: Letter | None,
    *,
    notice: str,
    section: str | None,
    kind: Kind | None,
    staff_id: int,
) -> Draft:
    """Return what releasing the arrival, in which ``letter`` was read, will store.

    Whoever wrote it gets an acknowledgement only where a machine or a list did not,
    and it is no old letter out of an archive.

    Raises:
        AppError: See `drafting.draw_up`.
    """
    if arrival.form is not None:
        said = arrival.form.said
        draft = draw_up_case(
            house, arrival.form, arrival.content or b"",
            arrival_key=arrival.arrival_key,
            notice=notice, section=section, kind=kind,
        )  # fmt: skip
        return _chosen_by(draft, staff_id, kind=said.kind) if section else draft
    said = what_it_says(house, arrival, letter, notice=notice)
    said = replace(said, section=section, kind=kind)
    draft = draw_up(house, said, arrival_key=arrival.arrival_key)
    draft = _chosen_by(draft, staff_id)
    return draft if arrival.envelope.acknowledge else draft.without_letter()


def _raw(arrival: HeldArrival) -> RawLetter:
    return RawLetter(
        content=arrival.content or b"",
        envelope=arrival.envelope,
        received_at=arrival.received_at,
    )


def _chosen_by(draft: Draft, staff_id: int, *, kind: Kind | None = None) -> Draft:
    """Return ``draft`` with what was chosen for the citizen as the staff's choice.

    Whoever wrote a letter was asked neither for a section nor for a kind; ``kind`` is
    what the citizen called it.
    """
    rows = dict(draft.rows)
    rows[Opinion] = [row | {"kind": kind} for row in rows[Opinion]]
    rows[Classification] = [
        row | {"method": Method.STAFF, "staff_id": staff_id}
        if row["method"] is Method.CITIZEN
        else row
        for row in rows[Classification]
    ]
    return replace(draft, rows=rows)


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
