"""Past cases: where an opinion was dealt with before its case was joined to another."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Joining, Strand


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What came before, of one strand."""

    cases: tuple[int, ...] = ()
    since: datetime | None = None
    """When it came into the case that it is in now; None: it was always there."""

    def tells(self, case_id: int, at: datetime) -> bool:
        """Return whether what was done to a case then was done to this opinion."""
        return case_id in self.cases or self.since is None or at >= self.since


async def read(session: AsyncSession, opinion_id: int) -> Mapping[int, Past]:
    """Return the past of an opinion's strands, by the case that each is in now."""
    rows = await session.execute(
        select(Strand.case_id, Joining.from_case_id, Joining.joined_at)
        .join(Joining, Joining.strand_id == Strand.id)
        .where(Strand.opinion_id == opinion_id, Joining.separated_at.is_(None))
        .order_by(Joining.id)
    )
    found: defaultdict[int, Past] = defaultdict(Past)
    for now_in, before, joined_at in rows:
        earlier = found[now_in].cases
        found[now_in] = Past(cases=(*earlier, before), since=joined_at)
    return found
