"""Complaining: whom all that was written on cases complains of, not the first alone.

A case has the opinion that opened it, those that were joined to it, and whatever their
writers added later. Each of these may be the one that complains of somebody.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.kind import guess_kind
from app.domain.complaint import Complained, Named, Names, complained_of
from app.domain.passages import marks_from_json, own_words
from app.domain.vocabulary import Kind
from app.models import Addition, Case, Opinion, Strand
from app.services.paging import every
from app.services.routing_rules import folded, read_names

_AT_ONCE: Final = 500
"""Letters that are fetched at a time: a campaign may have thousands."""

Concerns = Callable[[int, Named | Complained], bool]
"""Whether it matters that a case, by its key, complains of that office or person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    case_id: int
    subject: str
    words: str


async def first_complaint(
    session: AsyncSession, cases: Mapping[int, Case], *, concerns: Concerns
) -> Mapping[int, Complained]:
    """Return, by the keys of those of ``cases`` that do, whom a letter complains of.

    It is the first letter's, of those complaints that matter (``concerns``).
    """
    named = await read_names(session)
    theirs = {key: _names(named, partial(concerns, key)) for key in cases}
    wanted = {key for key, names in theirs.items() if names}
    names = Names(named)
    found: dict[int, Complained] = {}
    read: dict[int, set[str]] = {key: set() for key in wanted}
    async for letter in _letters(session, wanted):
        key, text = letter.case_id, folded(f"{letter.subject}\n{letter.words}")
        # Most letters name nobody, or are copies; reading one with care takes long.
        if key in found or text in read[key]:
            continue
        read[key].add(text)
        if not any(name in text for name in theirs[key]):
            continue
        for each in complained_of(text, names, kind=_kind(cases[key], letter)):
            if concerns(key, each):
                found.setdefault(key, each)
    return found


def _names(named: Sequence[Named], concerns: Callable[[Named], bool]) -> list[str]:
    return [each.folded for each in named if concerns(each)]


def _kind(case: Case, letter: _Letter) -> Kind | None:
    if case.restricted:
        return Kind.REPORT
    return case.kind or guess_kind(subject=letter.subject, text=letter.words).kind


async def _letters(
    session: AsyncSession, cases: Collection[int]
) -> AsyncIterator[_Letter]:
    """Yield what opened the cases or was joined to them, then what was added."""
    if not cases:
        return
    opened = select(Strand.case_id, Opinion.subject, Opinion.text, Opinion.marks).join(
        Opinion, Opinion.id == Strand.opinion_id
    )
    added = select(Strand.case_id, Addition.text, Addition.marks).join(
        Addition, Addition.opinion_id == Strand.opinion_id
    )
    for wanted, keys in ((opened, (Strand.id,)), (added, (Addition.id, Strand.id))):
        chosen = wanted.where(Strand.case_id.in_(cases))
        async for row in every(session, chosen, *keys, at_once=_AT_ONCE):
            yield _Letter(
                case_id=row.case_id,
                subject=getattr(row, "subject", ""),
                words=own_words(row.text, marks_from_json(row.marks)),
            )
