"""Supervision (督办): what falls overdue is put down once, and the office is chased."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.deadlines.chasing import Supervision, levels_above
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict
from app.models import AuditEvent, Case
from app.services import audit, cases, triage
from app.services.clocks.extensions import NoLongerWaiting
from app.services.staff import Person

MOST_AT_ONCE: Final = 200
"""How many cases a worker looks at in one transaction."""


class LowerLevel(Conflict):
    """The case is chased harder already."""

    code = "lower_level"


def any_overdue(now: datetime) -> ColumnElement[bool]:
    """Return whether a case has just fallen overdue."""
    return exists().where(Case.lapses_at < now)


async def note_overdue(session: AsyncSession, *, now: datetime) -> int:
    """Put down which cases have just fallen overdue; return how many.

    Each is found by its own moment in one index and leaves that index here, so none is
    looked at twice, nor by two workers. Pages that are open stay as good as they were.
    """
    due = (
        select(Case.id)
        .where(Case.lapses_at < now)
        .order_by(Case.lapses_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = await session.scalars(
        update(Case)
        .where(Case.id.in_(due), Case.lapses_at < now)
        .values(lapses_at=None, overdue_at=now)
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    )
    keys = found.all()
    if keys:
        events = [
            audit.event(Action.FELL_OVERDUE, at=now, case_id=key)
            for key in sorted(keys)
        ]
        await session.execute(insert(AuditEvent), events)
    return len(keys)


async def chase(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    level: Supervision,
    text: str,
    now: datetime,
) -> None:
    """Chase the office that has the case, with a note that it reads.

    Raises:
        InvalidInput: Nothing is written, or too much.
        NoLongerWaiting: Nobody waits for an answer any more.
        LowerLevel: It is chased harder already.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.SUPERVISE, revision=revision
    )
    if case.status not in lifecycle.WAITING:
        raise NoLongerWaiting(f"the case is {case.status}")
    if level not in levels_above(case.supervision):
        raise LowerLevel(f"the case is {case.supervision} already")
    note = triage.written(text, field="text", case=case, person=person, now=now)
    session.add(note)
    case.supervision, case.supervised_at = level, now
    audit.record(
        session, Action.SUPERVISED, at=now, staff_id=person.staff_id, case_id=case.id,
        level=level, note_id=note.id,
    )  # fmt: skip
    await cases.put_back(session, case)
