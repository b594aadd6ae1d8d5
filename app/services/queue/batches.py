"""Batches: one step on several cases, tried first, and taken back soon after.

Each case is dealt with in a transaction of its own, by the same function as from its
own page, at the revision that the person saw. A preview does just that and undoes it:
so it says what would happen, and why something would not. What a step overwrote is kept
beside it; within ten minutes it is put back wherever nobody changed the case since.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import receipt
from app.domain.batch import UNDO_WITHIN, BatchStep, Deed
from app.domain.permission import Duty, check
from app.domain.record import Action
from app.domain.vocabulary import Disposition, Kind, Method, Status
from app.errors import Conflict, NotFound
from app.keys import new_key
from app.models import (
    Batch,
    BatchCase,
    Case,
    CaseOffice,
    CaseWatch,
    Classification,
    Opinion,
    Strand,
)
from app.services import audit, cases, confirmed
from app.services.answering import overtaking
from app.services.clocks import beginning, rekinding
from app.services.house import House
from app.services.queue.batch_steps import STEPS, Hand, Pick
from app.services.staff import Person

_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "status": Status, "kind": Kind, "sounds": Kind, "disposition": Disposition,
    **dict.fromkeys(
        ("closed_at", "snoozed_until", "due_at", "paused_at", "lapses_at",
         "supervised_at", "overdue_at", "acceptance_due_at", "contact_due_at"),
        datetime.fromisoformat,
    ),
}  # fmt: skip
_KEPT: Final = ("office_id", "assignee_id", "section_id", "provisional", "policy",
                "calendar", *_READ)  # fmt: skip
"""The columns of a case that a step may overwrite."""


class UnreadFirst(Conflict):
    """The citizen added something that nobody has looked at."""

    code = "unread_first"


class NoSuchBatch(NotFound):
    """There is none of that key that the person took."""

    code = "no_such_batch"


class TooLateToUndo(Conflict):
    """The time for taking it back is over, or it was taken back."""

    code = "too_late_to_undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A case that a batch dealt with."""

    number: str
    subject: str
    undone: bool
    changed: bool
    """Whether somebody changed it since, so that it cannot be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A batch that was taken."""

    id: int
    step: BatchStep
    taken_at: datetime
    undone_at: datetime | None
    cases: Sequence[Taken]

    @property
    def undo_until(self) -> datetime:
        """Until when it can be taken back."""
        return self.taken_at + UNDO_WITHIN

    def undoable(self, now: datetime) -> bool:
        """Whether any of it can be taken back at ``now``."""
        in_time = self.undone_at is None and now <= self.taken_at + UNDO_WITHIN
        return in_time and any(not each.changed for each in self.cases)


async def begin(
    session: AsyncSession, person: Person, step: BatchStep, *, token: str, now: datetime
) -> tuple[int, bool]:
    """Return the key of a new batch and True; or of the one that ``token`` began.

    Raises:
        NotAllowed: The role does not take that step.
    """
    check(person.role, Duty.ASSIGN if step is BatchStep.ASSIGN else Duty.WORK)
    key = new_key()
    try:
        async with session.begin_nested():
            await session.execute(
                insert(Batch),
                [{"id": key, "staff_id": person.staff_id, "token": token,
                  "step": step, "taken_at": now, "undone_at": None}],
            )  # fmt: skip
    except IntegrityError:
        known = await session.scalars(
            select(Batch.id).where(
                Batch.staff_id == person.staff_id, Batch.token == token
            )
        )
        return known.one(), False
    return key, True


async def take(
    session: AsyncSession,
    person: Person,
    house: House,
    deed: Deed,
    pick: Pick,
    *,
    batch_id: int | None,
    now: datetime,
) -> None:
    """Take the step on one case; without ``batch_id`` nothing is kept for undoing it.

    Raises:
        UnreadFirst: The citizen added something that nobody has looked at.
        AppError: See the step's own function.
    """
    case = await cases.find(session, person, pick.number)
    if case.unread and deed.step is not BatchStep.WATCH:
        raise UnreadFirst("the citizen added something that nobody has looked at")
    before: dict[str, Any] = {name: _as_json(getattr(case, name)) for name in _KEPT}
    before["co_offices"] = await _co_offices(session, case.id)
    last = await _last_word(session, case)
    new = await STEPS[deed.step](
        session, Hand(person=person, house=house, now=now), deed, pick
    )
    if batch_id is None or new is False:
        return
    await session.refresh(case)
    word = await _last_word(session, case)
    before["word"] = word if word != last else None
    session.add(
        BatchCase(
            batch_id=batch_id, case_id=case.id, revision=case.revision,
            before=before, undone_at=None,
        )
    )  # fmt: skip
    await session.flush()


async def made(session: AsyncSession, person: Person, batch_id: int) -> Made:
    """Return a batch that ``person`` took.

    Raises:
        NoSuchBatch: There is none.
    """
    batch = await session.get(Batch, batch_id)
    if batch is None or batch.staff_id != person.staff_id:
        raise NoSuchBatch("there is no such batch")
    rows = await session.execute(
        select(
            Opinion.receipt_number, Case.ordinal, Opinion.subject,
            func.substr(Opinion.text, 1, 80).label("opening"),
            BatchCase.undone_at, (Case.revision != BatchCase.revision).label("changed"),
        )
        .join(Case, Case.id == BatchCase.case_id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(BatchCase.batch_id == batch_id, cases.seen_by(person))
        .order_by(Case.id)
    )  # fmt: skip
    return Made(
        id=batch.id, step=BatchStep(batch.step), taken_at=batch.taken_at,
        undone_at=batch.undone_at,
        cases=[
            Taken(
                number=receipt.case_number(row.receipt_number, row.ordinal),
                subject=row.subject or row.opening,
                undone=row.undone_at is not None,
                changed=row.changed and row.undone_at is None,
            )
            for row in rows
        ],
    )  # fmt: skip


async def undo(
    session: AsyncSession, person: Person, batch_id: int, *, now: datetime
) -> int:
    """Take a batch back wherever nobody changed the case since; return on how many.

    Raises:
        NoSuchBatch: There is none that the person took.
        TooLateToUndo: Its ten minutes are over, or it was taken back.
    """
    batch: Batch | None = await session.scalar(
        select(Batch).where(Batch.id == batch_id).with_for_update()
    )
    if batch is None or batch.staff_id != person.staff_id:
        raise NoSuchBatch("there is no such batch")
    if batch.undone_at is not None or now > batch.taken_at + UNDO_WITHIN:
        raise TooLateToUndo("it can be taken back no more")
    batch.undone_at = now
    rows = await session.execute(
        select(BatchCase, Case)
        .join(Case, Case.id == BatchCase.case_id)
        .where(
            BatchCase.batch_id == batch_id,
            BatchCase.revision == Case.revision,
            cases.seen_by(person),
        )
        .order_by(Case.id)
        .with_for_update(of=Case)
    )
    for kept, case in (undone := rows.all()):
        kept.undone_at = now
        await rekinding.take_back(session, case, since=batch.taken_at)
        await _put_back(session, person, BatchStep(batch.step), kept, case, now=now)
        await overtaking.wait_again(session, case, since=batch.taken_at)
    await session.flush()
    return len(undone)


async def _put_back(
    session: AsyncSession,
    person: Person,
    step: BatchStep,
    kept: BatchCase,
    case: Case,
    *,
    now: datetime,
) -> None:
    if step is BatchStep.WATCH:
        watched = await session.get(CaseWatch, (person.staff_id, case.id))
        if watched is not None:
            await session.delete(watched)
        return
    if step is BatchStep.CLOSE:
        await beginning.take_back(session, case)
    for name in (each for each in _KEPT if each in kept.before):
        setattr(case, name, _from_json(name, kept.before[name]))
    if kept.before["word"] is not None:
        word = await session.get(Classification, kept.before["word"])
        if word is not None:
            await session.delete(word)
            await session.flush()
    there = await _co_offices(session, case.id)
    session.add_all(
        CaseOffice(case_id=case.id, office_id=key, since=now)
        for key in kept.before["co_offices"]
        if key not in there
    )
    audit.record(
        session, Action.BATCH_UNDONE, at=now, staff_id=person.staff_id,
        case_id=case.id, step=step,
    )  # fmt: skip
    await cases.put_back(session, case, wakes=False)
    await confirmed.note(session, case, now=now)


async def _co_offices(session: AsyncSession, case_id: int) -> list[int]:
    found = select(CaseOffice.office_id).where(CaseOffice.case_id == case_id)
    return sorted(await session.scalars(found))


async def _last_word(session: AsyncSession, case: Case) -> int | None:
    """Return the key of what the staff said last of the case's item; None: nothing."""
    found: int | None = await session.scalar(
        select(func.max(Classification.id))
        .join(Strand, Strand.id == Classification.strand_id)
        .where(Strand.case_id == case.id, Classification.method == Method.STAFF)
    )
    return found


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _from_json(name: str, value: Any) -> Any:
    return value if value is None or name not in _READ else _READ[name](value)
