"""Standing: whose a case is, was and may become, for whoever has its page open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.offices import DISPUTE_DAYS, DisputeGround
from app.domain.permission import Duty
from app.domain.vocabulary import Status
from app.models import Case, Office
from app.services.helping import leads
from app.services.house import House
from app.services.offices import disputes, joint, liaison_replies, stints
from app.services.offices.disputes import Told
from app.services.offices.joint import Contribution, Part
from app.services.offices.liaison_replies import Reply
from app.services.offices.stints import Stint
from app.services.staff import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the page of a case says of the offices that have to do with it."""

    stints: Sequence[Stint]
    names: dict[int, str]
    """Of the offices that had it."""

    disputes: Sequence[Told]
    disputable_until: datetime | None
    """Until when the person may dispute it; None: there is nothing to dispute."""

    may_rule: bool
    may_take_back: bool
    """Whether the person may take it back into the supervision office's queue."""

    parts: Sequence[Part]
    may_set_day: bool
    contributions: Sequence[Contribution]
    replies: Sequence[Reply]
    grounds: Sequence[DisputeGround] = tuple(DisputeGround)
    days: int = DISPUTE_DAYS

    @property
    def contributed(self) -> frozenset[int]:
        """The keys of the notes that co-offices wrote, for whoever answers."""
        return frozenset(each.id for each in self.contributions)

    @property
    def handed_over(self) -> int:
        """How often it was given to an office."""
        return stints.handed_over(self.stints)

    @property
    def open_dispute(self) -> Told | None:
        """The dispute that waits for a ruling."""
        last = self.disputes[0] if self.disputes else None
        if last is None or last.row.ruling is not None:
            return None
        return last if last.row.office_id == self.stints[-1].office_id else None


async def read(
    session: AsyncSession, person: Person, house: House, case: Case, *, now: datetime
) -> Standing:
    """Return how ``case`` stands; whoever is only asked sees no disputes of others."""
    leading = leads(person, case)
    had = await stints.of(session, case)
    told = await disputes.of_case(session, case) if leading else []
    until = _until(person, house, case, had[-1], told, now=now)
    waits = case.status is Status.ASSIGNED
    rules = waits and permission.may(person.role, Duty.ASSIGN)
    return Standing(
        stints=had,
        names=await _names(session, {each.office_id for each in had}),
        disputes=told,
        disputable_until=until,
        may_rule=rules,
        may_take_back=rules,
        parts=await joint.parts(session, case, now=now),
        may_set_day=leading and permission.may(person.role, Duty.WORK),
        contributions=await joint.contributions(session, case) if leading else [],
        replies=await liaison_replies.of_case(session, person, case),
    )


def _until(
    person: Person,
    house: House,
    case: Case,
    stint: Stint,
    told: Sequence[Told],
    *,
    now: datetime,
) -> datetime | None:
    theirs = (
        person.office_id == case.office_id != house.shelf.lead_office_id
        and case.status is Status.ASSIGNED
        and not case.restricted
        and permission.may(person.role, Duty.WORK)
    )
    before = any(each.row.assignment_id == stint.event_id for each in told)
    if not theirs or before:
        return None
    until = stints.disputable_until(house, stint.since)
    return until if now < until else None


async def _names(session: AsyncSession, keys: set[int]) -> dict[int, str]:
    rows = await session.execute(
        select(Office.id, Office.name).where(Office.id.in_(keys))
    )
    return {row.id: row.name for row in rows}
