"""The finding: what a case's page says about its item, who chose it, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.advice import joint_confidence
from app.domain.passages import marks_from_json, passages
from app.domain.vocabulary import Kind, Method
from app.services.dossiers import Choice, Dossier
from app.services.grounds import ClauseSeen, clause_of
from app.services.house import House
from app.services.placing import likely_kind, telling_of_wrongdoing
from app.services.shelf import ShelvedNotice
from app.services.siblings import Sibling
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

    clause: ClauseSeen | None
    """What the notice says that meets the citizen's words; None: no section."""

    candidates: Sequence[Candidate]
    choices: Sequence[tuple[Choice, str | None]]
    """Every choice and what its section is called, the last one first."""

    advice: tuple[Choice, str | None] | None
    """What a model outside says, and what its section is called; None: nothing."""

    agreed: float | None
    """How sure both models are together; None: they do not put the same first, or the
    case is placed."""

    terms: Sequence[str]
    """The words that speak for the section; if it is tied to none, for the likeliest.
    """

    guess_terms: Sequence[str]
    """Those that speak for the section that the model took, where it is another."""

    kind: Kind | None
    """What kind it sounds like, where nobody has said it yet."""

    kind_terms: Sequence[str]
    """The words that it sounds so by."""

    report_terms: Sequence[str]
    """Of a restricted case: the words that make it a report of wrongdoing."""

    siblings: Sequence[tuple[Sibling, str | None]]
    """The opinion's other cases, and what their sections are called."""

    options: Sequence[SectionOption]
    subject: Sequence[Piece]

    text: Sequence[tuple[str | None, Sequence[Piece]]]
    """Passage by passage, with what each is (`passages.Passage`)."""

    @property
    def unsure(self) -> bool:
        """Whether it is tied to no section, and nobody said that it is to be so."""
        last = self.choices[0][0].method if self.choices else Method.MODEL
        return self.section is None and last is not Method.STAFF

    @property
    def shared_text(self) -> bool:
        """Whether some of the words are about other matters."""
        return any(not piece.mine for _, pieces in self.text for piece in pieces)

    @property
    def clause_pieces(self) -> Sequence[Piece]:
        """The clause, with the words marked that the citizen used too."""
        return marked(self.clause.text, self.clause.shared) if self.clause else ()


def find(house: House, dossier: Dossier) -> Finding:
    """Return the finding on a case."""
    notice = _notice(house, dossier)
    case, opinion = dossier.case, dossier.opinion
    guess = next(
        (each for each in dossier.choices if each.method is Method.MODEL), None
    )
    explained = _explained(dossier, guess)
    terms = _terms(guess, explained)
    guessed = guess.section_id if guess else None
    current = notice.paths if notice else {}
    kind, kind_terms = _kind(dossier)
    return Finding(
        section=_named(notice, dossier, case.section_id),
        path=current.get(case.section_id) if case.section_id else None,
        guess=guess,
        clause=clause_of(notice, case.section_id, opinion, terms),
        candidates=_candidates(notice, dossier, guess),
        choices=[
            (each, _named(notice, dossier, each.section_id)) for each in dossier.choices
        ],
        advice=_advice(notice, dossier),
        agreed=_agreed(notice, dossier, guess),
        terms=terms,
        guess_terms=_terms(guess, guessed) if guessed != explained else [],
        kind=kind,
        kind_terms=kind_terms,
        report_terms=telling_of_wrongdoing(opinion) if case.restricted else (),
        siblings=[
            (each, _named(notice, dossier, each.section_id))
            for each in dossier.siblings
        ],
        options=section_options(notice) if notice else [],
        subject=marked(opinion.subject, terms),
        text=list(_text(dossier, terms)),
    )


def _explained(dossier: Dossier, guess: Choice | None) -> int | None:
    """Return the section whose words are shown: the case's, else the likeliest one."""
    section_id, last = dossier.case.section_id, next(iter(dossier.choices), None)
    if section_id is not None or guess is None or last is None:
        return section_id
    if last.method is Method.STAFF:
        return None
    if guess.section_id is not None:
        return guess.section_id
    likeliest: int | None = next((e["section_id"] for e in guess.candidates), None)
    return likeliest


def _terms(guess: Choice | None, section_id: int | None) -> list[str]:
    """Return the words that the model took for signs of a section."""
    told = guess.evidence if guess and section_id is not None else ()
    words = (str(each["term"]) for each in told if each["section_id"] == section_id)
    return list(dict.fromkeys(words))


def _advice(
    notice: ShelvedNotice | None, dossier: Dossier
) -> tuple[Choice, str | None] | None:
    said = dossier.advice
    return (said, _named(notice, dossier, said.section_id)) if said else None


def _agreed(
    notice: ShelvedNotice | None, dossier: Dossier, guess: Choice | None
) -> float | None:
    """Return how sure both models are together, where that helps to place a case."""
    advice, placed = dossier.advice, dossier.case.section_id is not None
    decided = any(each.method is Method.STAFF for each in dossier.choices)
    if notice is None or guess is None or advice is None or placed or decided:
        return None
    first = next(iter(guess.candidates), None)
    if first is None or first["section_id"] != advice.section_id:
        return None
    if advice.section_id not in notice.paths:
        return None
    return joint_confidence(first["confidence"], advice.confidence)


def _kind(dossier: Dossier) -> tuple[Kind | None, Sequence[str]]:
    """Return what kind it sounds like, and by which words; nothing if it is known."""
    strand, said = dossier.strand, dossier.case.kind
    if said is not None:
        return None, ()
    if strand is None or strand.kind_terms is None:
        return likely_kind(dossier.opinion, said=None), ()
    return strand.kind, strand.kind_terms


def _text(
    dossier: Dossier, terms: Sequence[str]
) -> Iterator[tuple[str | None, Sequence[Piece]]]:
    """Yield the opinion passage by passage, each with what it is, in pieces."""
    opinion = dossier.opinion
    places = (dossier.strand and dossier.strand.places) or [[0, len(opinion.text)]]
    start = 0
    for part in passages(opinion.text, marks_from_json(opinion.marks)):
        stop = start + len(part.text)
        yield (
            part.what,
            [
                replace(piece, mine=mine)
                for first, last, mine in _cut(start, stop, places)
                for piece in marked(opinion.text[first:last], terms)
            ],
        )
        start = stop


def _cut(
    start: int, stop: int, places: Sequence[Sequence[int]]
) -> Iterator[tuple[int, int, bool]]:
    """Yield the stretches of a text that lie within ``places`` and between them."""
    here = start
    for place in places:
        first, last = max(place[0], here), min(place[1], stop)
        if first >= last:
            continue
        if here < first:
            yield here, first, False
        yield first, last, True
        here = last
    if here < stop:
        yield here, stop, False


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
