"""Snoozing (暂缓): a case out of the way until a day; its clock runs on.

It comes back above its tab on that day, or as soon as the citizen adds something, and
stays there until somebody takes a step.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict, InvalidInput
from app.services import audit, cases
from app.services.staff import Person

LONGEST: Final = timedelta(days=90)


class NothingToSnooze(Conflict):
    """The procedure is over: there is nothing to put out of the way."""

    code = "nothing_to_snooze"


async def snooze(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    until: datetime,
    now: datetime,
) -> None:
    """Put the case out of the way ``until`` a moment.

    Raises:
        InvalidInput: It lies in the past, or too far off.
        NothingToSnooze: The case is closed.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    if not now < until <= now + LONGEST:
        raise InvalidInput(
            "a day from tomorrow on, within three months", field="until",
            code="snooze_day",
        )  # fmt: skip
    if case.status not in lifecycle.OPEN:
        raise NothingToSnooze("the case is closed")
    audit.record(
        session, Action.SNOOZED, at=now, staff_id=person.staff_id, case_id=case.id,
        until=until.isoformat(),
    )  # fmt: skip
    case.snoozed_until = until
    await cases.put_back(session, case, wakes=False)


async def wake(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    now: datetime,
) -> None:
    """Bring a case back before its day.

    Raises:
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    audit.record(
        session, Action.WOKEN, at=now, staff_id=person.staff_id, case_id=case.id
    )
    await cases.put_back(session, case)
