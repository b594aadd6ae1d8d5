"""Reckoning: what came of the opinions on a notice, counted item by item.

One grouped statement counts all of it, whoever asks keeps the result for a while. What
leaves here is guarded (`domain.small_counts`): nobody sees the bare numbers.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Label,
    Select,
    case,
    cast,
    extract,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.outcome import Outcome
from app.domain.small_counts import Shown, guarded
from app.domain.vocabulary import Channel, Kind
from app.keys import new_key
from app.models import Case, Opinion, Strand
from app.services.cases import unrestricted
from app.services.clocks.kept import due_kept
from app.services.disowning import counted
from app.services.publishing import progress, published, satisfaction
from app.services.publishing.progress import ProgressLine
from app.services.publishing.satisfaction import Rated
from app.services.shelf import ShelvedNotice

_WEEK: Final = 7 * 24 * 3600
_MONDAY: Final = 4 * 24 * 3600
"""From the beginning of the epoch, a Thursday, to its first Monday, in seconds."""

_EPOCH_MONDAY: Final = date(1970, 1, 5)

Item = int | None
"""The key of an item; None: none, or one that the notice no longer has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """What came of the opinions on one notice, as it stood at a moment."""

    notice_id: int
    version_id: int
    at: datetime

    key: int
    """Its own: what was made of one reckoning is not shown of another."""

    outcomes: Shown[Item, Outcome]
    channels: Shown[Item, Channel]
    kinds: Shown[Item, Kind | None]
    weeks: Shown[Item, date]
    """By the Monday on which a week begins, in the office's zone."""

    answers: Mapping[Item, int]
    """How many answers are published: these are no secret."""

    progress: Mapping[int, ProgressLine]
    satisfied: Mapping[Item, Rated] | None
    """None: nobody was asked."""

    def received(self, item: Item) -> int | None:
        """How many opinions there are on an item; None: withheld, fewer than three."""
        return self.outcomes.rows.get(item, 0)

    @property
    def span(self) -> list[date]:
        """All weeks from the first with an opinion to the last, none left out."""
        known = sorted(self.weeks.columns)
        if not known:
            return []
        count = (known[-1] - known[0]).days // 7 + 1
        return [known[0] + timedelta(weeks=week) for week in range(count)]


Counts = dict[str, dict[Item, Counter[Any]]]


async def count(
    session: AsyncSession, notice: ShelvedNotice, *, zone: tzinfo, now: datetime
) -> "Tally":
    """Return the bare numbers of a notice, to be guarded out of the transaction."""
    found = await session.execute(_counted(notice.id, _shift(zone, now)))
    return Tally(
        notice=notice,
        facts=found.all(),
        answers=await published.counts(session, notice.id),
        progress=await progress.latest(session, notice.id),
        satisfied=await satisfaction.rated_counts(session, notice.id),
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Numbers as they were counted, which go no further than this."""

    notice: ShelvedNotice
    facts: Sequence[Any]
    """Item, channel, kind, outcome, week, and how many there are."""

    answers: Mapping[Item, int]
    progress: Mapping[int, ProgressLine]
    satisfied: Mapping[Item, Rated] | None
    now: datetime

    def reckoning(self) -> Reckoning:
        """Return what may be published of them."""
        counts: Counts = {"outcomes": {}, "channels": {}, "kinds": {}, "weeks": {}}

        def add(table: str, item: Item, column: object, number: int) -> None:
            item = item if item in self.notice.paths else None
            counts[table].setdefault(item, Counter())[column] += number

        for item, channel, kind, outcome, week, number in self.facts:
            add("channels", item, channel, number)
            add("kinds", item, kind, number)
            add("outcomes", item, Outcome(outcome), number)
            add("weeks", item, _EPOCH_MONDAY + timedelta(weeks=int(week)), number)
        shown = guarded(counts)
        return Reckoning(
            notice_id=self.notice.id,
            version_id=self.notice.version_id,
            at=self.now,
            key=new_key(),
            outcomes=shown["outcomes"],
            channels=shown["channels"],
            kinds=shown["kinds"],
            weeks=shown["weeks"],
            answers=self.answers,
            progress=self.progress,
            satisfied=self.satisfied,
        )


def _counted(notice_id: int, shift: int) -> Select[*tuple[Any, ...]]:
    """Return the statement that counts opinions by all of it, in each item once."""
    since = cast(extract("epoch", Opinion.registered_at), BigInteger) + shift
    week = ((since - _MONDAY) // _WEEK).label("week")
    # PostgreSQL takes an expression with parameters for another one where it groups.
    found = (
        select(Case.section_id, Opinion.channel, Case.kind, _outcome(), week)
        .select_from(Strand)
        .join(Case, Case.id == Strand.case_id)
        .join(Opinion, Opinion.id == Strand.opinion_id)
        .where(Case.notice_id == notice_id, unrestricted(), counted())
        .subquery()
    )
    return select(*found.c, func.count()).group_by(*found.c)


def _outcome() -> Label[str]:
    return case(
        (Case.answered_at.is_not(None) & ~due_kept(), Outcome.EARLIER.value),
        (Case.answered_at.is_not(None) & (Case.answered_at <= Case.due_at),
         Outcome.IN_TIME.value),
        (Case.answered_at.is_not(None), Outcome.LATE.value),
        (Case.closed_at.is_not(None), Outcome.OTHERWISE.value),
        else_=Outcome.WAITING.value,
    ).label("outcome")  # fmt: skip


def _shift(zone: tzinfo, now: datetime) -> int:
    """Return how far the office's clocks are ahead, in seconds.

    Where they are put forward in summer, an opinion of the hour around midnight on
    Sunday may be counted a week off; the office's zone has no summer time by default.
    """
    offset = now.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
