"""Grounds: why a case is about its section, in the citizen's words and the notice's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.clauses import matching_clause
from app.domain.outline import Node
from app.domain.passages import marks_from_json, own_words
from app.domain.vocabulary import Method
from app.models import Case, Classification, Opinion, Strand
from app.services.house import House
from app.services.shelf import NoSuchNotice, ShelvedNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSeen:
    """Words of the citizen that spoke for a section."""

    term: str
    section: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseSeen:
    """What the notice says that meets a citizen's words."""

    text: str
    shared: Sequence[str]
    """The words of it that the citizen used too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSeen:
    """A section that was thought possible."""

    section: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationSeen:
    """The last word on what a matter is about, and what the model went by."""

    method: Method
    confidence: float

    sure: bool
    """Whether a section was taken; otherwise a person decides."""

    candidates: tuple[CandidateSeen, ...]
    evidence: tuple[EvidenceSeen, ...]

    clause: str | None
    """What the notice says that meets the citizen's words."""


_SAID: Final = (
    select(Classification)
    .where(
        Classification.strand_id == bindparam("strand_id"),
        Classification.method != Method.ENDPOINT,
    )
    .order_by(Classification.id)
)
"""All that was said of what a strand is about; put together once, for every page."""


async def decision(
    session: AsyncSession, house: House, case: Case, strand: Strand, opinion: Opinion
) -> ClassificationSeen | None:
    """Return why ``case`` is about its section; None: nothing was ever said of it."""
    rows = (await session.scalars(_SAID, {"strand_id": strand.id})).all()
    if not rows:
        return None
    last = rows[-1]
    guess = next((row for row in rows if row.method is Method.MODEL), last)
    notice = _published(house, case)
    paths = notice.paths if notice else {}
    evidence = evidence_seen(guess.evidence, paths, section_id=case.section_id)
    terms = [item.term for item in evidence]
    clause = clause_of(notice, case.section_id, opinion, terms)
    return ClassificationSeen(
        method=last.method,
        confidence=last.confidence,
        sure=case.section_id is not None,
        candidates=tuple(
            CandidateSeen(
                section=paths[item["section_id"]], confidence=item["confidence"]
            )
            for item in guess.candidates
            if item["section_id"] in paths
        ),
        evidence=evidence,
        clause=clause.text if clause else None,
    )


def evidence_seen(
    kept: Sequence[Mapping[str, Any]],
    paths: Mapping[int, str],
    *,
    section_id: int | None,
) -> tuple[EvidenceSeen, ...]:
    """Return the evidence for the section that was taken, else for all likely ones."""
    return tuple(
        EvidenceSeen(
            term=item["term"], section=paths[item["section_id"]], source=item["source"]
        )
        for item in kept
        if item["section_id"] in paths and section_id in {None, item["section_id"]}
    )


def node_of(notice: ShelvedNotice | None, section_id: int | None) -> Node | None:
    """Return the section as it is published; None: it is not."""
    path = notice.paths.get(section_id) if notice and section_id else None
    return notice.nodes[path] if notice and path else None


def clause_of(
    notice: ShelvedNotice | None,
    section_id: int | None,
    opinion: Opinion,
    terms: Sequence[str],
) -> ClauseSeen | None:
    """Return what a section says that meets the opinion's words.

    None: there is no section, or it meets them in nothing that tells.
    """
    node = node_of(notice, section_id)
    if notice is None or node is None:
        return None
    said = own_words(opinion.text, marks_from_json(opinion.marks))
    clause = matching_clause(
        node.heading,
        (*node.body.split("\n"), *node.measures),
        said=f"{opinion.subject}\n{said}",
        terms=terms,
        common=notice.words.model.common,
    )
    if not clause.shared:
        return None
    return ClauseSeen(text=clause.text, shared=clause.shared)


def _published(house: House, case: Case) -> ShelvedNotice | None:
    try:
        return house.shelf.by_id(case.notice_id)
    except NoSuchNotice:
        return None
