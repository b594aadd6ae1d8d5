"""Placing: which section a submission is put down to, and who said so (归类)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.classify.ensemble import Classification as Guess
from app.classify.evidence import Evidence
from app.classify.kind import KindGuess
from app.classify.reporting import guess as guess_kind
from app.classify.reporting import reported
from app.classify.thought import Strand, Thought, think
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
    """What is known of one matter of a submission when it is registered."""

    strand_id: int
    rows: list[dict[str, Any]]
    """What the model and the citizen say, as rows of classifications."""

    section_id: int | None
    """The section that is taken; None: not sure."""

    places: list[list[int]] | None
    """The parts of the text that are about it; None: all of it is."""

    guess: KindGuess

    @property
    def strand(self) -> dict[str, Any]:
        """What its strand keeps of it."""
        return {
            "id": self.strand_id,
            "places": self.places,
            "kind": self.guess.kind,
            "kind_terms": list(self.guess.terms),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What is known of a submission when it is registered."""

    matters: Sequence[Placing]
    """At least one; the section that the citizen chose comes first."""

    restricted: bool
    """Whether it is a report of wrongdoing: chosen as that, or surely one."""

    def strands(self, opinion_id: int, cases: Sequence[int]) -> list[dict[str, Any]]:
        """Return the rows that tie the opinion to its ``cases``, matter by matter."""
        return [
            placing.strand | {"opinion_id": opinion_id, "case_id": case_id}
            for placing, case_id in zip(self.matters, cases, strict=True)
        ]


def place(
    house: House,
    notice: ShelvedNotice,
    submission: Submission,
    thought: Thought | None = None,
) -> Placed:
    """Return what the model and the citizen say, and the sections that are taken.

    The citizen's choice is taken before the model's; a guess below the threshold is
    kept for the clerk to see and not taken. ``thought`` is given where somebody has
    thought about the text before.

    Raises:
        NoSuchSection: The citizen chose a section that the notice does not have.
    """
    chosen = None
    if submission.section is not None:
        chosen = notice.section_id(submission.section)
    if thought is None:
        thought = think(
            notice.classifier, subject=submission.subject, text=submission.text,
            marks=submission.marks, section=submission.section,
        )  # fmt: skip
    placed = [
        _placing(house, notice, submission, strand, chosen=None if place else chosen)
        for place, strand in enumerate(thought.strands)
    ]
    reported = thought.is_report or submission.kind is Kind.REPORT
    return Placed(matters=placed, restricted=reported)


def likely_kind(opinion: Opinion, *, said: Kind | None) -> Kind | None:
    """Return what kind ``opinion`` sounds like; None where somebody has ``said`` it."""
    if said:
        return None
    words = own_words(opinion.text, marks_from_json(opinion.marks))
    return guess_kind(subject=opinion.subject, text=words).kind


def telling_of_wrongdoing(opinion: Opinion) -> Sequence[str]:
    """Return the words by which ``opinion`` sounds like a report of wrongdoing."""
    words = own_words(opinion.text, marks_from_json(opinion.marks))
    return reported(subject=opinion.subject, text=words).terms


def _placing(
    house: House,
    notice: ShelvedNotice,
    submission: Submission,
    strand: Strand,
    *,
    chosen: int | None,
) -> Placing:
    strand_id = new_key()
    said = strand.classification
    guessed = notice.section_ids.get(said.section) if said.section else None
    facts = {"strand_id": strand_id, "made_at": submission.registered_at}
    rows = [_guessed(notice, said, section_id=guessed) | facts]
    sure = said.confidence >= house.settings.sure_above
    if chosen is not None:
        by = Method.STAFF if submission.channel in _TAKEN_DOWN else Method.CITIZEN
        rows.append(_row(by, section_id=chosen, confidence=CHOSEN) | facts)
    places = strand.places
    return Placing(
        strand_id=strand_id,
        rows=rows,
        section_id=chosen or (guessed if sure else None),
        places=[list(place) for place in places] if places is not None else None,
        guess=strand.guess,
    )


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
        evidence=evidence_as_json(notice, guess.evidence),
    )


def evidence_as_json(
    notice: ShelvedNotice, evidence: Sequence[Evidence]
) -> list[dict[str, Any]]:
    """Return evidence as it is stored."""
    return [
        {
            "term": item.term,
            "section_id": notice.section_ids[item.section],
            "source": item.source,
        }
        for item in evidence
    ]


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
