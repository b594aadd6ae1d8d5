"""Placing: which section a submission is put down to, and who said so (归类)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.classify.ensemble import Classification as Guess
from app.classify.kind import kind_of
from app.domain.passages import marks_from_json, own_words
from app.domain.submission import Submission
from app.domain.vocabulary import Channel, Kind, Method
from app.keys import new_key
from app.models import Opinion
from app.services.house import House
from app.services.shelf import ShelvedNotice

_TAKEN_DOWN: Final = {Channel.PHONE, Channel.LETTER}
"""Channels in which a clerk fills in the form."""

CHOSEN: Final = 1.0
"""The confidence of a choice that a person made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """What is known of a submission's place when it is registered."""

    rows: list[dict[str, Any]]
    """What the model and the citizen say, as rows of classifications."""

    section_id: int | None
    """The section that is taken; None: not sure."""


def place(
    house: House, notice: ShelvedNotice, submission: Submission, *, strand_id: int
) -> Placing:
    """Return what the model and the citizen say, and the section that is taken.

    The citizen's choice is taken before the model's; a guess below the threshold is
    kept for the clerk to see and not taken.

    Raises:
        NoSuchSection: The citizen chose a section that the notice does not have.
    """
    said = submission.own_words
    guess = notice.classifier.classify(subject=submission.subject, text=said)
    guessed = notice.section_ids.get(guess.section) if guess.section else None
    facts = {"strand_id": strand_id, "made_at": submission.registered_at}
    rows = [_guessed(notice, guess, section_id=guessed) | facts]
    if submission.section is None:
        sure = guess.confidence >= house.settings.sure_above
        return Placing(rows=rows, section_id=guessed if sure else None)
    chosen = notice.section_id(submission.section)
    by = Method.STAFF if submission.channel in _TAKEN_DOWN else Method.CITIZEN
    rows.append(_row(by, section_id=chosen, confidence=CHOSEN) | facts)
    return Placing(rows=rows, section_id=chosen)


def likely_kind(opinion: Opinion, *, said: Kind | None) -> Kind | None:
    """Return what kind ``opinion`` sounds like; None where somebody has ``said`` it."""
    if said:
        return None
    words = own_words(opinion.text, marks_from_json(opinion.marks))
    return kind_of(subject=opinion.subject, text=words)


def _guessed(
    notice: ShelvedNotice, guess: Guess, *, section_id: int | None
) -> dict[str, Any]:
    return _row(
        Method.MODEL,
        section_id=section_id,
        confidence=round(guess.confidence, 4),
        candidates=[
            {
                "section_id": notice.section_ids[candidate.section],
                "confidence": round(candidate.confidence, 4),
            }
            for candidate in guess.candidates
        ],
        evidence=[
            {
                "term": item.term,
                "section_id": notice.section_ids[item.section],
                "source": item.source,
            }
            for item in guess.evidence
        ],
    )


def _row(
    method: Method,
    *,
    section_id: int | None,
    confidence: float,
    candidates: Sequence[dict[str, Any]] = (),
    evidence: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    return {
        "id": new_key(),
        "method": method,
        "section_id": section_id,
        "confidence": confidence,
        "candidates": list(candidates),
        "evidence": list(evidence),
        "staff_id": None,
    }
