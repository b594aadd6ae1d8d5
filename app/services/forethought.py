"""Forethought: what is thought about a letter before its fate is decided.

It may be thought elsewhere (`app.thinking`), by the classifiers that stood on the shelf
when it was asked for; it counts only while the notice still has the text it was about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.classify.thought import Answer, Question, Thought, best_of
from app.domain.intake_address import IntakeAddress
from app.mail.letter import Letter
from app.services.arrivals import RawLetter
from app.services.house import House
from app.services.leads import receivers
from app.services.shelf import ShelvedNotice
from app.services.transcribing import subject_and_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Forethought:
    """What was thought about a letter, as one to a notice with a certain text."""

    notice: str
    version_id: int
    thought: Thought


def question(house: House, raw: RawLetter, letter: Letter) -> Question | None:
    """Return what there is to think about a letter; None: no notice is published."""
    candidates = likely_notices(house, raw, letter)
    if not candidates:
        return None
    subject, text, marks = subject_and_text(letter)
    return Question(subject, text, marks, candidates)


def answered(notices: Sequence[ShelvedNotice], answer: Answer) -> Forethought:
    """Return what was thought, by the classifier of one of ``notices``."""
    (notice,) = (each for each in notices if each.slug == answer.by)
    return Forethought(
        notice=notice.slug, version_id=notice.version_id, thought=answer.thought
    )


def still_true(house: House, before: Forethought | None) -> Forethought | None:
    """Return what was thought before, unless the notice has another text by now."""
    if before is None:
        return None
    now = {notice.slug: notice.version_id for notice in house.shelf.notices}
    return before if now.get(before.notice) == before.version_id else None


def likely_notices(house: House, raw: RawLetter, letter: Letter) -> tuple[str, ...]:
    """Return the notices that a letter may be about; none: none is published.

    The one whose own address it was sent to; else those that are open; else the
    newest.
    """
    intake = IntakeAddress.of(house.settings.intake_address)
    shelved = {notice.slug: notice for notice in house.shelf.notices}
    for address in receivers(letter, raw.envelope):
        slug = intake.extension(address)
        if slug in shelved:
            return (slug,)
    day = raw.received_at.astimezone(house.settings.zone).date()
    still_open = tuple(slug for slug, notice in shelved.items() if notice.open_on(day))
    return still_open or tuple(shelved)[:1]


def likely_notice(house: House, raw: RawLetter, letter: Letter) -> str | None:
    """Return the notice that a letter sounds most like; None: none is published."""
    slugs = likely_notices(house, raw, letter)
    if not slugs:
        return None
    candidates = {slug: house.shelf.notice(slug).classifier for slug in slugs}
    subject, text, marks = subject_and_text(letter)
    return best_of(candidates, subject=subject, text=text, marks=marks)
