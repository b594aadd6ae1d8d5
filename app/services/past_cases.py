"""Past cases: where an opinion was dealt with before, in whatever case it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Case, Joining, Strand


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A time in which an opinion was dealt with in a case that it left again."""

    case_id: int
    since: datetime | None
    """None: it was always there."""

    until: datetime

    def tells(self, case_id: int, at: datetime) -> bool:
        """Return whether what was done to a case then was done to this opinion."""
        came = self.since is None or self.since <= at
        return case_id == self.case_id and came and at <= self.until

    def answers(self, case_id: int, at: datetime) -> bool:
        """Return whether it got what the case answered then.

        What was answered before it came reached it when it did.
        """
        return case_id == self.case_id and at <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What came before, of one strand."""

    case_id: int
    """The case that it is in now."""

    before: tuple[Stay, ...] = ()
    """In those that it had before, and still would if it were taken out of this one."""

    since: datetime | None = None
    """When it came into the case that it is in now; None: it was always there."""

    stays: tuple[Stay, ...] = ()

    @property
    def all_cases(self) -> set[int]:
        """The cases that it is in, or ever was."""
        stays = (stay.case_id for stay in (*self.before, *self.stays))
        return {self.case_id, *stays}

    def tells(self, case_id: int, at: datetime) -> bool:
        """Return whether what was done to a case then was done to this opinion."""
        here = case_id == self.case_id and (self.since is None or at >= self.since)
        return here or any(
            stay.tells(case_id, at) for stay in (*self.before, *self.stays)
        )

    def answers(self, case_id: int, at: datetime) -> bool:
        """Return whether what a case answered then was answered to this opinion."""
        return case_id == self.case_id or any(
            stay.answers(case_id, at) for stay in (*self.before, *self.stays)
        )


_OF_STRANDS: Final = (
    select(
        Strand.case_id, Joining.from_case_id, Joining.into_case_id,
        Joining.joined_at, Joining.separated_at,
    )
    .outerjoin(Joining, Joining.strand_id == Strand.id)
    .where(Strand.opinion_id == bindparam("opinion_id"))
    .order_by(Joining.id)
)  # fmt: skip
"""Where the strands of an opinion were; put together once, for the tracking page."""


async def read(session: AsyncSession, opinion_id: int) -> Mapping[int, Past]:
    """Return the past of an opinion's strands, by the case that each is in now."""
    rows = await session.execute(_OF_STRANDS, {"opinion_id": opinion_id})
    found: dict[int, Past] = {}
    for now_in, before, into, joined_at, separated_at in rows:
        past = found.setdefault(now_in, Past(case_id=now_in))
        if joined_at is None:
            continue
        if separated_at is None:
            stay = Stay(case_id=before, since=past.since, until=joined_at)
            found[now_in] = replace(past, before=(*past.before, stay), since=joined_at)
        else:
            stay = Stay(case_id=into, since=joined_at, until=separated_at)
            found[now_in] = replace(past, stays=(*past.stays, stay))
    return found


async def stays(session: AsyncSession, case: Case) -> Sequence[Stay]:
    """Return where the opinion that opened ``case`` was before it came back."""
    rows = await session.execute(
        select(Joining.into_case_id, Joining.joined_at, Joining.separated_at)
        .join(Strand, Strand.id == Joining.strand_id)
        .where(
            Strand.case_id == case.id,
            Strand.opinion_id == case.opinion_id,
            Joining.separated_at.is_not(None),
        )
        .order_by(Joining.id)
    )
    return [
        Stay(case_id=into, since=since, until=until)
        for into, since, until in rows
        if until is not None
    ]
