"""The finding: what a case's page says about its item, who chose it, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.passages import marks_from_json, passages
from app.domain.vocabulary import Kind, Method
from app.services.dossiers import Choice, Dossier
from app.services.house import House
from app.services.placing import likely_kind
from app.services.shelf import ShelvedNotice
from app.web.desk_words import (
    Piece,
    SectionOption,
    marked,
    named_section,
    section_options,
)

_MOST_CANDIDATES: Final = 5
_LEAST_CONFIDENCE: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A section that the model thinks possible, to be accepted with one key."""

    path: str
    name: str
    confidence: float
    taken: bool
    """Whether the case is tied to it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the case is about, and everything that speaks for it."""

    section: str | None
    """What the section is called; None: it is tied to none."""

    path: str | None
    """Where it stands in the notice now."""

    guess: Choice | None
    """What the model said."""

    candidates: Sequence[Candidate]
    choices: Sequence[tuple[Choice, str | None]]
    """Every choice and what its section is called, the last one first."""

    terms: Sequence[str]
    """The words that decided."""

    kind: Kind | None
    """What kind it sounds like, where nobody has said it yet."""

    options: Sequence[SectionOption]
    subject: Sequence[Piece]

    text: Sequence[tuple[str | None, Sequence[Piece]]]
    """Passage by passage, with what each is (`passages.Passage`)."""


def find(house: House, dossier: Dossier) -> Finding:
    """Return the finding on a case."""
    notice = _notice(house, dossier)
    case, opinion = dossier.case, dossier.opinion
    guess = next(
        (each for each in dossier.choices if each.method is Method.MODEL), None
    )
    terms = [str(item["term"]) for item in guess.evidence] if guess else []
    current = notice.paths if notice else {}
    return Finding(
        section=_named(notice, dossier, case.section_id),
        path=current.get(case.section_id) if case.section_id else None,
        guess=guess,
        candidates=_candidates(notice, dossier, guess),
        choices=[
            (each, _named(notice, dossier, each.section_id)) for each in dossier.choices
        ],
        terms=list(dict.fromkeys(terms)),
        kind=likely_kind(opinion, said=case.kind),
        options=section_options(notice) if notice else [],
        subject=marked(opinion.subject, terms),
        text=[
            (part.what, marked(part.text, terms))
            for part in passages(opinion.text, marks_from_json(opinion.marks))
        ],
    )


def _notice(house: House, dossier: Dossier) -> ShelvedNotice | None:
    """Return the notice as it is published; None: it is not any more."""
    by_id = {notice.id: notice for notice in house.shelf.notices}
    return by_id.get(dossier.case.notice_id)


def _named(
    notice: ShelvedNotice | None, dossier: Dossier, section_id: int | None
) -> str | None:
    text = dossier.section_texts.get(section_id) if section_id else None
    path, heading = (text.path, text.heading) if text else (None, None)
    return named_section(notice, section_id, path=path, heading=heading)


def _candidates(
    notice: ShelvedNotice | None, dossier: Dossier, guess: Choice | None
) -> list[Candidate]:
    """Return what the model thinks possible and the notice still has."""
    if notice is None or guess is None:
        return []
    there = [
        item
        for item in guess.candidates
        if item["section_id"] in notice.paths
        and item["confidence"] >= _LEAST_CONFIDENCE
    ]
    return [
        Candidate(
            path=notice.paths[item["section_id"]],
            name=_named(notice, dossier, item["section_id"]) or "",
            confidence=item["confidence"],
            taken=item["section_id"] == dossier.case.section_id,
        )
        for item in there[:_MOST_CANDIDATES]
    ]
