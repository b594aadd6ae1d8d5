"""Disputing (派单异议): "not ours", and the supervision office's ruling on that.

The case stays with its office meanwhile, and its clock runs on as before.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.offices import DisputeGround, Ruling
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.submission import clean
from app.domain.vocabulary import Status
from app.errors import Conflict, InvalidInput, NotAllowed
from app.keys import new_key
from app.models import Case, Dispute, Office
from app.services import audit, cases, remarks, routing, triage
from app.services.house import House
from app.services.offices import stints
from app.services.remarks import MOST_NOTE
from app.services.restricting import RestrictedCase
from app.services.staff import NoSuchOffice, Person


class DisputedBefore(Conflict):
    """The office has disputed this assignment already."""

    code = "disputed_before"


class DisputeTooLate(Conflict):
    """The working days for that are over."""

    code = "dispute_too_late"


class NothingToDispute(Conflict):
    """The case was not given to the office, or it has answered it."""

    code = "nothing_to_dispute"


class NotYourAssignment(NotAllowed):
    """Only the office that has a case says that it is not its own."""

    code = "not_your_assignment"


class DisputeRuled(Conflict):
    """Somebody ruled before, or nothing waits for a ruling any more."""

    code = "dispute_ruled"


class SameOffice(InvalidInput):
    """A dispute that is right leads to another office."""

    code = "same_office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why an office holds that a case is not its own."""

    ground: DisputeGround
    words: str
    suggested_id: int | None = None
    """The office that it thinks responsible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Where a case goes whose office is right, and why."""

    office_id: int
    remark: str = ""
    despite: bool = False
    """Whether it is known that the text complains of that office."""


async def dispute(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    objection: Objection,
    now: datetime,
) -> None:
    """Say that a case is not one's own office's, why, and whose it may be.

    Raises:
        InvalidInput: There are no words, or too many.
        NoSuchOffice: There is no office of that key.
        NotYourAssignment: Another office has it.
        NothingToDispute: Nobody assigned it, or it is answered.
        RestrictedCase: A report of wrongdoing is let go by its own step.
        DisputeTooLate: The days for that are over.
        DisputedBefore: This assignment was disputed before.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    if person.office_id != case.office_id:
        raise NotYourAssignment("another office has the case")
    lead = house.shelf.lead_office_id
    if case.status is not Status.ASSIGNED or case.office_id == lead:
        raise NothingToDispute("nobody gave the case to the office")
    if case.restricted:
        raise RestrictedCase("a report of wrongdoing is not passed on like this")
    suggested_id = objection.suggested_id
    if suggested_id is not None and await session.get(Office, suggested_id) is None:
        raise NoSuchOffice("there is no such office")
    said = remarks.take(objection.words, field="words")
    stint = (await stints.of(session, case))[-1]
    if now >= stints.disputable_until(house, stint.since):
        raise DisputeTooLate("the days for a dispute are over")
    key = new_key()
    row = Dispute(
        id=key, case_id=case.id, assignment_id=stint.event_id,
        office_id=case.office_id, staff_id=person.staff_id, ground=objection.ground,
        words=said, suggested_id=suggested_id, disputed_at=now,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise DisputedBefore("this assignment was disputed before") from None
    audit.record(
        session, Action.DISPUTED, at=now, staff_id=person.staff_id, case_id=case.id,
        dispute_id=key, ground=objection.ground, suggested=suggested_id,
    )  # fmt: skip
    await cases.put_back(session, case)


async def uphold(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    given: Given,
    now: datetime,
) -> None:
    """Rule that the office is right: the case goes to another one at once.

    To the supervision office it goes as one that came back.

    Raises:
        DisputeRuled: Nothing waits for a ruling.
        SameOffice: It would stay where it is.
        AppError: See `triage.assign` and `triage.return_case`.
    """
    office_id, remark = given.office_id, given.remark
    case, row = await _in_hand(session, person, number, revision=revision)
    if office_id in {0, case.office_id}:
        raise SameOffice("the case would stay where it is", field="office")
    if await session.get(Office, office_id) is None:
        raise NoSuchOffice("there is no such office")
    _rule(row, person, Ruling.UPHELD, remark=clean(remark)[:MOST_NOTE], now=now)
    row.given_to = office_id
    audit.record(
        session, Action.DISPUTE_UPHELD, at=now, staff_id=person.staff_id,
        case_id=case.id, dispute_id=row.id, office_id=office_id,
    )  # fmt: skip
    if office_id == house.shelf.lead_office_id:
        await triage.return_case(
            session, person, house, number,
            revision=revision, reason=remark, now=now,
        )  # fmt: skip
        return
    await routing.came_back(session, case, now=now)
    await triage.assign(
        session, person, number,
        revision=revision, office_id=office_id, despite=given.despite, now=now,
    )  # fmt: skip


async def reject(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    remark: str,
    now: datetime,
) -> None:
    """Rule that the case stays where it is, and why; its office finds it unread.

    Raises:
        InvalidInput: There is no reason given, or too long a one.
        DisputeRuled: Nothing waits for a ruling.
        AppError: See `cases.take_in_hand`.
    """
    case, row = await _in_hand(session, person, number, revision=revision)
    said = remarks.take(remark, field="remark")
    _rule(row, person, Ruling.REJECTED, remark=said, now=now)
    audit.record(
        session, Action.DISPUTE_REJECTED, at=now, staff_id=person.staff_id,
        case_id=case.id, dispute_id=row.id,
    )  # fmt: skip
    await cases.put_back(session, case)
    await cases.bring_up(session, case.id)


async def _in_hand(
    session: AsyncSession, person: Person, number: str, *, revision: int
) -> tuple[Case, Dispute]:
    """Return the case and what waits for a ruling on it, both held."""
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.ASSIGN, revision=revision
    )
    row = await session.scalar(
        select(Dispute)
        .where(
            Dispute.case_id == case.id,
            Dispute.office_id == case.office_id,
            Dispute.ruling.is_(None),
        )
        .with_for_update()
    )
    if row is None or case.status is not Status.ASSIGNED:
        raise DisputeRuled("nothing waits for a ruling")
    return case, row


def _rule(
    row: Dispute, person: Person, ruling: Ruling, *, remark: str, now: datetime
) -> None:
    row.ruling, row.remark = ruling, remark
    row.ruled_by, row.ruled_at = person.staff_id, now
