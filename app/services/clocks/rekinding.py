"""Rekinding: a case that becomes one of another kind is due by that kind's policy.

What an office may take follows from what an opinion is: so the days are reckoned anew
from when the clock began, with every pause and extension so far. It may be later than
the citizen was first told; both days are on record, and staff and citizen read them.
It may be sooner, too; but nobody is late for what a case was called until today: its
office has two working days left at least, unless it was due before that anyway.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.deadlines.moments import Due
from app.domain.deadlines.policy import Milestone
from app.domain.record import Action
from app.domain.vocabulary import Kind
from app.keys import new_key
from app.models import Case, ClockRekinding
from app.services import audit
from app.services.clocks import shifts
from app.services.house import House
from app.services.staff import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class RekindingSeen:
    """A day on which it became one of another kind, which moved what is due."""

    made_at: datetime
    kind_after: Kind
    due_before: datetime
    due_after: datetime
    not_before: datetime | None


async def reckon_anew(
    session: AsyncSession,
    person: Person,
    house: House,
    case: Case,
    *,
    before: Kind | None,
    now: datetime,
) -> None:
    """Reckon when the steps of ``case``, which is held and has its new kind, are due.

    A case that waits for no answer has nothing to reckon; when it is reopened, its
    kind's policy holds. Nor has one that was registered before there were policies.
    """
    began_at, policy = case.clock_began_at, case.policy
    kind = Kind.REPORT if case.restricted else case.kind
    if case.status not in lifecycle.WAITING or began_at is None or policy is None:
        return
    chosen = house.clocks.in_force(house.settings, kind, at=began_at)
    if kind is None or chosen.number == policy:
        return
    # What was changed about the case is one revision with what is changed here.
    with session.no_autoflush:
        moved = shifts.since(await shifts.read(session, [case.id]), began_at)
    rule = house.clocks.rule(house.settings)
    due = rule.milestones(began_at, chosen.policy)
    answer = due[Milestone.ANSWER]
    for shift in moved:
        answer = shifts.after(rule, shift, answer)
    # What was due sooner than that stays due then.
    left = min(case.due_at, rule.soon(now))
    not_before = left if answer.at < left else None
    answer = Due(at=max(answer.at, left), provisional=answer.provisional)
    session.add(
        ClockRekinding(
            id=new_key(), case_id=case.id, kind_before=before, kind_after=kind,
            policy_before=policy, policy_after=chosen.number,
            due_before=case.due_at, due_after=answer.at, not_before=not_before,
            made_at=now,
        )
    )  # fmt: skip
    audit.record(
        session, Action.DUE_RECKONED, at=now, staff_id=person.staff_id, case_id=case.id,
        due_before=rule.day(case.due_at).isoformat(),
        due_on=rule.day(answer.at).isoformat(), policy=chosen.number,
    )  # fmt: skip
    case.due_at, case.provisional = answer.at, answer.provisional
    case.acceptance_due_at = due[Milestone.ACCEPTANCE].at
    case.contact_due_at = due[Milestone.CONTACT].at
    case.policy, case.calendar = chosen.number, str(rule.calendar.version)
    if answer.at > now:
        # What was late is not any more; it can fall overdue once again.
        case.overdue_at = None
    case.watch()


async def take_back(session: AsyncSession, case: Case, *, since: datetime) -> None:
    """Forget what a new kind did to ``case`` from ``since`` on, as it has its old one.

    The case's own columns are put back by whoever takes the kind back.
    """
    await session.execute(
        delete(ClockRekinding).where(
            ClockRekinding.case_id == case.id, ClockRekinding.made_at >= since
        )
    )


def seen(row: ClockRekinding) -> RekindingSeen:
    """Return what a row keeps, as it is shown."""
    return RekindingSeen(
        made_at=row.made_at,
        kind_after=row.kind_after,
        due_before=row.due_before,
        due_after=row.due_after,
        not_before=row.not_before,
    )
