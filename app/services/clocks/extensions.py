"""Extensions (延期): an answer that takes longer, with a reason that the citizen reads.

Whoever works on a case asks; whoever has the duty that the policy names decides. One
extension is all that a clock can get.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Select, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, receipt
from app.domain.deadlines.chasing import ExtensionState
from app.domain.deadlines.moments import Due
from app.domain.deadlines.policy import Term
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict
from app.keys import new_key
from app.models import Case, ClockExtension, Office, Opinion, OutboxMessage, Staff
from app.services import audit, cases, circulars, letters, recipients, remarks
from app.services.clocks.at_hand import PACKAGED
from app.services.house import House
from app.services.staff import Person

MOST_REASON: Final = 500
MOST_SHOWN: Final = 100


class NoLongerWaiting(Conflict):
    """The citizen has an answer, or the case is over: no time is needed."""

    code = "no_longer_waiting"


class NotExtendable(Conflict):
    """The policy of the case gives no more time, or it was extended already."""

    code = "not_extendable"


class ExtensionPending(Conflict):
    """Somebody asked already, and nobody has decided."""

    code = "extension_pending"


class NothingAsked(Conflict):
    """Nobody asks for more time, or it was decided already."""

    code = "nothing_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A wish for more time that waits for a decision."""

    number: str
    office: str
    by: str
    reason: str
    asked_at: datetime
    due_at: datetime


async def ask(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    reason: str,
    now: datetime,
) -> bool:
    """Ask for more time, or take it where the policy lets one; return whether it came.

    Raises:
        InvalidInput: There is no reason, or too long a one.
        NoLongerWaiting: Nobody waits for an answer.
        NotExtendable: The case gets no more time.
        ExtensionPending: Somebody asked before.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    reason = remarks.take(reason, field="reason", most=MOST_REASON)
    policy = house.clocks.numbered(house.settings, case.policy or PACKAGED).policy
    await _check_extendable(session, case, amount=policy.extension)
    wish = ClockExtension(
        id=new_key(), case_id=case.id, state=ExtensionState.ASKED,
        amount=policy.extension, unit=policy.answer.unit, reason=reason,
        approver=policy.approver, asked_by=person.staff_id, asked_at=now,
    )  # fmt: skip
    session.add(wish)
    audit.record(
        session, Action.EXTENSION_ASKED, at=now, staff_id=person.staff_id,
        case_id=case.id, amount=policy.extension, unit=policy.answer.unit,
    )  # fmt: skip
    if policy.approver is None:
        await _grant(session, person, house, case, wish, now=now)
    await cases.put_back(session, case)
    return policy.approver is None


async def decide(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    granted: bool,
    now: datetime,
) -> bool:
    """Grant the extension that was asked for, or refuse; return whether it was granted.

    Raises:
        NothingAsked: Nobody asks for one.
        NotAllowed: The person has not the duty that the policy names.
        AppError: See `cases.take_in_hand`.
    """
    case_id = (await cases.find(session, person, number)).id
    wish: ClockExtension | None = await session.scalar(_pending(case_id))
    if wish is None:
        raise NothingAsked("nobody asks for more time")
    case = await cases.take_in_hand(
        session, person, number, duty=Duty(wish.approver or Duty.WORK),
        revision=revision,
    )  # fmt: skip
    # Read again now that the case is held: somebody may have decided meanwhile.
    await session.refresh(wish)
    if wish.state is not ExtensionState.ASKED:
        raise NothingAsked("it was decided already")
    if granted:
        await _grant(session, person, house, case, wish, now=now)
    else:
        _decide(wish, person, ExtensionState.REFUSED, now=now)
        audit.record(
            session, Action.EXTENSION_REFUSED, at=now, staff_id=person.staff_id,
            case_id=case.id,
        )  # fmt: skip
    await cases.put_back(session, case)
    return granted


async def lapse(session: AsyncSession, case: Case, *, now: datetime) -> None:
    """Drop what was asked for ``case``, which has been dealt with in time."""
    await session.execute(
        update(ClockExtension)
        .where(
            ClockExtension.case_id == case.id,
            ClockExtension.state == ExtensionState.ASKED,
        )
        .values(state=ExtensionState.LAPSED, decided_at=now)
        .execution_options(synchronize_session=False)
    )


async def requests(session: AsyncSession, person: Person) -> Sequence[Request]:
    """Return the wishes that ``person`` may see and nobody has decided, oldest first.

    Of no more than `MOST_SHOWN`.
    """
    rows = await session.execute(
        select(
            Opinion.receipt_number, Case.ordinal, Office.name.label("office"),
            Staff.display_name.label("by"), ClockExtension.reason,
            ClockExtension.asked_at, Case.due_at,
        )
        .join(Case, Case.id == ClockExtension.case_id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Office, Office.id == Case.office_id)
        .join(Staff, Staff.id == ClockExtension.asked_by)
        .where(
            ClockExtension.state == ExtensionState.ASKED, cases.seen_by(person),
        )
        .order_by(ClockExtension.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return [
        Request(
            number=receipt.case_number(row.receipt_number, row.ordinal),
            office=row.office, by=row.by, reason=row.reason,
            asked_at=row.asked_at, due_at=row.due_at,
        )
        for row in rows
    ]  # fmt: skip


async def _check_extendable(session: AsyncSession, case: Case, *, amount: int) -> None:
    if case.status not in lifecycle.WAITING:
        raise NoLongerWaiting(f"the case is {case.status}")
    if await session.scalar(_pending(case.id)) is not None:
        raise ExtensionPending("somebody asked for more time already")
    before = exists().where(
        ClockExtension.case_id == case.id,
        ClockExtension.state == ExtensionState.GRANTED,
        ClockExtension.asked_at >= (case.clock_began_at or case.opened_at),
    )
    if not amount or await session.scalar(select(before)):
        raise NotExtendable("the case gets no more time")


def _pending(case_id: int) -> Select[ClockExtension]:
    return select(ClockExtension).where(
        ClockExtension.case_id == case_id,
        ClockExtension.state == ExtensionState.ASKED,
    )


async def _grant(
    session: AsyncSession,
    person: Person,
    house: House,
    case: Case,
    wish: ClockExtension,
    *,
    now: datetime,
) -> None:
    """Move what is due, and promise the citizens a letter that says so and why."""
    rule = house.clocks.rule(house.settings)
    due = rule.extended(case.due_at, Term(amount=wish.amount, unit=wish.unit))
    _decide(wish, person, ExtensionState.GRANTED, now=now)
    wish.calendar = str(rule.calendar.version)
    wish.due_before, wish.due_after = case.due_at, due.at
    provisional = case.provisional or due.provisional
    letter_due = Due(at=due.at, provisional=provisional)
    mailed = await _tell(session, house, case, wish, due=letter_due, now=now)
    # Nothing is read from here on: all of it is one revision of the case.
    case.due_at = due.at
    case.provisional = provisional
    if due.at > now:
        # What was late is not any more; it can fall overdue once again.
        case.overdue_at = None
    case.watch()
    audit.record(
        session, Action.EXTENSION_GRANTED, at=now, staff_id=person.staff_id,
        case_id=case.id, due_on=rule.day(due.at).isoformat(), mailed=mailed,
    )  # fmt: skip


async def _tell(
    session: AsyncSession,
    house: House,
    case: Case,
    wish: ClockExtension,
    *,
    due: Due,
    now: datetime,
) -> bool:
    """Promise letters; return whether whoever opened the case gets one."""
    office = await session.get_one(Office, case.office_id)
    writing = partial(
        letters.extension, office=office.name, due=due, reason=wish.reason, now=now
    )  # fmt: skip
    await circulars.send(session, house, [case], writing)
    regarding = await recipients.regarding(session, house, case)
    if regarding is None:
        return False
    session.add(OutboxMessage(**writing(house, regarding)))
    return True


def _decide(
    wish: ClockExtension, person: Person, state: ExtensionState, *, now: datetime
) -> None:
    wish.state, wish.decided_by, wish.decided_at = state, person.staff_id, now
