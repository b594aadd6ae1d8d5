"""Tallies: how many have written on each item of a notice, and how many have an answer.

The public reads them beside the text, and what came of each item on the board. Both
are of one reckoning (`publishing.reckoning`), so that neither tells a number which the
other withholds, alone or taken from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    func,
    select,
)

from app.domain.outcome import Outcome
from app.domain.vocabulary import Status
from app.models import Case, Opinion, Section, Strand
from app.services.cases import unrestricted
from app.services.disowning import counted
from app.services.publishing.reckoning import Reckoning
from app.services.shelf import ShelvedNotice
from app.services.standing import stands_in

MOST: Final = 1000
"""Numbers above this are told as "more than"."""

_DEALT_WITH: Final = (Status.ANSWERED, Status.CLOSED)
"""As the index of such cases has them (`ix_case_dealt_with`)."""
_WITH_AN_END: Final = tuple(each for each in Outcome if each is not Outcome.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was written on an item, as it may be told."""

    opinions: int | None = 0
    """How many opinions; None: withheld, because it is small or would tell such a
    one."""

    dealt_with: int = 0
    """How many of them have an answer or were closed; 0: none, or it is withheld."""


NOTHING_TOLD: Final = Tally()

Tallies = Mapping[str, Tally]
"""By the path of an item in the version that the public reads; all items have one."""


@dataclass(frozen=True, slots=True)
class TallySheet:
    """The tallies of a notice, and a name for them that changes when they do."""

    by_path: Tallies
    name: tuple[tuple[str, int | None, int], ...]

    def at(self, path: str) -> Tally:
        """Return the tally of the item at ``path``."""
        return self.by_path.get(path, NOTHING_TOLD)


def sheet_of(notice: ShelvedNotice, figures: Reckoning) -> TallySheet:
    """Return the tallies of ``notice`` as its board tells them."""
    by_path = {path: _tally(figures, key) for path, key in notice.section_ids.items()}
    return TallySheet(MappingProxyType(by_path), tuple(_named(by_path)))


def _tally(figures: Reckoning, key: int) -> Tally:
    ended = [figures.outcomes.cell(key, each) for each in _WITH_AN_END]
    known = [number for number in ended if number is not None]
    dealt_with = sum(known) if len(known) == len(ended) else 0
    return Tally(opinions=figures.received(key), dealt_with=dealt_with)


def counting(notice_id: int) -> Select[int, int, int]:
    """Return the statement that counts what was written on each item, for the staff.

    It ends at `MOST` for each, so that it costs the same however much is written.
    """
    return select(
        Section.id,
        _bounded().label("opinions"),
        _bounded(stands_in(_DEALT_WITH)).label("dealt_with"),
    ).where(Section.notice_id == notice_id)


def _bounded(*wanted: ColumnElement[bool]) -> ScalarSelect[int]:
    """Return how many opinions a section's cases hold, up to one more than `MOST`."""
    found = (
        select(Strand.opinion_id)
        .join(Case, Case.id == Strand.case_id)
        .join(Opinion, Opinion.id == Strand.opinion_id)
        .where(Case.section_id == Section.id, unrestricted(), counted(), *wanted)
        .limit(MOST + 1)
        .correlate(Section)
        .subquery()
    )
    return select(func.count(found.c.opinion_id.distinct())).scalar_subquery()


def _named(by_path: Tallies) -> Iterator[tuple[str, int | None, int]]:
    for path, tally in sorted(by_path.items()):
        if tally != NOTHING_TOLD:
            yield path, tally.opinions, tally.dealt_with
