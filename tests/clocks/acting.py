"""People who set clocks, stop them and chase, for the tests of time."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.deadlines.policy import Policy, Term, Unit
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Channel, Kind, Role
from app.models import AuditEvent
from app.premises import Premises
from app.services import additions
from app.services.additions import Addendum
from app.services.clocks import calendars, policies
from app.services.clocks.reckoning import ClockSeen, one
from tests import at_desk

NEXT_YEAR = "元旦：1月1日至4日放假。1月9日上班。"


def working_days(amount: int, **changes: Any) -> Policy:
    """Return a policy that gives an answer so many working days, and no step more."""
    facts: dict[str, Any] = {
        "acceptance": Term(amount=min(2, max(1, amount)), unit=Unit.WORKING_DAYS),
        "contact": Term(amount=min(3, max(1, amount)), unit=Unit.WORKING_DAYS),
        "answer": Term(amount=amount, unit=Unit.WORKING_DAYS),
        "extension": 5,
        "approver": Duty.EXTEND,
        "wait": 7,
    }
    return Policy(**(facts | changes))


async def set_policy(
    premises: Premises, policy: Policy, *, kind: Kind | None = Kind.COMPLAINT
) -> int:
    """Let ``policy`` hold from now on; return its number."""
    admin = await at_desk.hire(premises, Role.ADMINISTRATOR)
    async with premises.database.writing() as session:
        seen = await policies.history(session, admin)
        number = await policies.put(
            session, admin, kind, policy,
            newest=seen[0].number if seen else 0, now=premises.clock(),
        )  # fmt: skip
    premises.house.shelf.expire()
    await premises.shelf()
    return number


async def enter_year(
    premises: Premises, text: str = NEXT_YEAR, *, year: str = "2027"
) -> int:
    """Enter a year of the calendar; return the number of the entry."""
    admin = await at_desk.hire(premises, Role.ADMINISTRATOR)
    facts = calendars.checked(year=year, source="举例", text=text)
    async with premises.database.writing() as session:
        number = await calendars.enter(session, admin, facts, now=premises.clock())
    premises.house.shelf.expire()
    await premises.shelf()
    return number


async def clock_of(premises: Premises, number: str) -> ClockSeen:
    """Return the reckoning that is shown for a case."""
    case = await at_desk.case_of(premises, number)
    async with premises.database.reading() as session:
        return await one(session, premises.house, case)


async def day_due(premises: Premises, number: str) -> str:
    """Return the day on which the answer is due, where the office is."""
    case = await at_desk.case_of(premises, number)
    return case.due_at.astimezone(premises.settings.zone).date().isoformat()


async def do(
    premises: Premises,
    act: Callable[[AsyncSession, int], Awaitable[object]],
    number: str,
) -> object:
    """Take a step at the newest revision, in a transaction of its own."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        return await act(session, revision)


async def reply(premises: Premises, opinion_id: int, *, again: bool = False) -> None:
    """Let the citizen add something."""
    addendum = Addendum(
        opinion_id=opinion_id, channel=Channel.WEB, text="是三号楼。",
        seal=premises.house.seal,
    )  # fmt: skip
    async with premises.database.writing() as session:
        await additions.add(
            session,
            addendum,
            retry_token="second" if again else "first",
            now=premises.clock(),
        )


async def actions(premises: Premises, case_id: int) -> list[Action]:
    """Return what was done to a case, in order."""
    async with premises.database.reading() as session:
        found = await session.scalars(
            select(AuditEvent.action)
            .where(AuditEvent.case_id == case_id)
            .order_by(AuditEvent.id)
        )
        return list(found)
