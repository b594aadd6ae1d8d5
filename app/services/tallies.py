"""Tallies: how many have written on each item of a notice, and how many have an answer.

The public reads them, so reports of wrongdoing, opinions that somebody disowned and
cases that were taken back count nowhere, and small numbers are not told: who knows of
two writers knows who the other one is. Counting ends at `MOST` for each item, so that
it costs the same however much is written; and it is done once for `FRESH_FOR`, not for
each reader.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    bindparam,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain.vocabulary import Status
from app.models import Case, Opinion, Section, Strand
from app.services.cases import unrestricted
from app.services.disowning import counted
from app.services.shelf import ShelvedNotice

LEAST: Final = 3
"""Numbers below this are told as "fewer than"."""

MOST: Final = 1000
"""Numbers above this are told as "more than"."""

FRESH_FOR: Final = timedelta(minutes=1)

_DEALT_WITH: Final = (Status.ANSWERED, Status.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was written on an item, as it may be told."""

    opinions: int = 0
    """How many opinions, up to one more than `MOST`; 0: fewer than `LEAST`."""

    dealt_with: int = 0
    """How many of them have an answer or were closed; bounded in the same way."""

    @classmethod
    def of(cls, *, opinions: int, dealt_with: int) -> "Tally":
        """Return the tally of numbers as they were counted, small ones left out."""
        return cls(opinions=_told(opinions), dealt_with=_told(dealt_with))


NOTHING_TOLD: Final = Tally()

Tallies = Mapping[str, Tally]
"""By the path of an item in the version that the public reads; all items have one."""


@dataclass(frozen=True, slots=True)
class TallySheet:
    """The tallies of a notice, and a name for them that changes when they do."""

    by_path: Tallies
    name: tuple[tuple[str, int, int], ...]

    def at(self, path: str) -> Tally:
        """Return the tally of the item at ``path``."""
        return self.by_path.get(path, NOTHING_TOLD)


@dataclass(slots=True)
class _Kept:
    """A sheet, and when it was counted."""

    sheet: TallySheet
    counted_at: datetime


@dataclass(slots=True)
class TallyBoard:
    """The tallies of one process: counted when somebody asks and they are old."""

    _kept: dict[int, _Kept] = field(default_factory=dict)
    _counting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(
        self, database: Database, notice: ShelvedNotice, *, now: datetime
    ) -> TallySheet:
        """Return the tallies of ``notice``, not much older than `FRESH_FOR`.

        While they are counted for one reader, others get what was counted before.
        """
        kept = self._kept.get(notice.version_id)
        if kept is not None and (
            self._counting.locked() or now - kept.counted_at < FRESH_FOR
        ):
            return kept.sheet
        async with self._counting:
            kept = self._kept.get(notice.version_id)
            if kept is not None and now - kept.counted_at < FRESH_FOR:
                return kept.sheet
            async with database.reading() as session:
                sheet = await count(session, notice)
            self._kept[notice.version_id] = _Kept(sheet, now)
        return sheet


async def count(session: AsyncSession, notice: ShelvedNotice) -> TallySheet:
    """Return the tallies of ``notice`` as they are now, by one statement."""
    rows = await session.execute(counting(notice.id))
    by_path = {
        path: Tally.of(opinions=row.opinions, dealt_with=row.dealt_with)
        for row in rows
        if (path := notice.paths.get(row.id)) is not None
    }
    return TallySheet(MappingProxyType(by_path), tuple(_named(by_path)))


def counting(notice_id: int) -> Select[int, int, int]:
    """Return the statement that counts what was written on each item of a notice."""
    return select(
        Section.id,
        _bounded().label("opinions"),
        _bounded(_dealt_with()).label("dealt_with"),
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


def _dealt_with() -> ColumnElement[bool]:
    """Return the condition of the index of such cases, in its very words."""
    words: BindParameter[Status] = bindparam(
        "statuses", _DEALT_WITH, expanding=True, literal_execute=True
    )
    return Case.status.in_(words)


def _named(by_path: Tallies) -> Iterator[tuple[str, int, int]]:
    for path, tally in sorted(by_path.items()):
        if tally.opinions:
            yield path, tally.opinions, tally.dealt_with


def _told(number: int) -> int:
    return number if number >= LEAST else 0
