"""The reckoning: how it came that a case is due when it is, shown to staff and citizen.

Everything in it is stored: the beginning, the policy and the calendar by their numbers,
each pause and each extension with what it came to. Nobody has to take a date on trust.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import BindParameter, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.deadlines.chasing import ExtensionState, PauseEnd, Supervision
from app.domain.deadlines.moments import Rule
from app.domain.deadlines.policy import Milestone, Term, Unit
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Status
from app.models import AuditEvent, Case, ClockExtension, ClockPause, ClockRekinding
from app.services.clocks import rekinding
from app.services.clocks.at_hand import PACKAGED
from app.services.house import House

_REACHES = {
    Milestone.ACCEPTANCE: (
        Action.ASSIGNED, Action.ROUTED, Action.RESTRICTED, Action.QUESTION_ASKED,
        Action.ANSWERED, Action.CLOSED,
    ),
    Milestone.CONTACT: (Action.QUESTION_ASKED, Action.ANSWERED),
    Milestone.ANSWER: (Action.ANSWERED,),
}  # fmt: skip
"""The deeds of which the first one takes a step."""

# Put together once: that takes as long as to run them. All are about some ``cases``.
_CASES: Final[BindParameter[int]] = bindparam("cases", expanding=True)
_HAPPENED: Final = select(
    exists().where(ClockPause.case_id.in_(_CASES)),
    exists().where(ClockExtension.case_id.in_(_CASES)),
    exists().where(ClockRekinding.case_id.in_(_CASES)),
)
"""Whether there are pauses, extensions, changes of kind."""

_PAUSES: Final = (
    select(ClockPause)
    .where(ClockPause.case_id.in_(_CASES))
    .order_by(ClockPause.began_at)
)
_EXTENSIONS: Final = (
    select(ClockExtension)
    .where(ClockExtension.case_id.in_(_CASES))
    .order_by(ClockExtension.asked_at)
)
_REKINDINGS: Final = (
    select(ClockRekinding)
    .where(ClockRekinding.case_id.in_(_CASES))
    .order_by(ClockRekinding.made_at)
)
_DONE: Final = (
    select(AuditEvent.case_id, AuditEvent.action, func.min(AuditEvent.at))
    .join(Case, Case.id == AuditEvent.case_id)
    .where(
        AuditEvent.case_id.in_(_CASES),
        AuditEvent.action.in_({deed for deeds in _REACHES.values() for deed in deeds}),
        AuditEvent.at >= func.coalesce(Case.clock_began_at, Case.opened_at),
    )
    .group_by(AuditEvent.case_id, AuditEvent.action)
)
"""When each deed was first done to each case since its clock began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSeen:
    """A step, when it is due, and when it was taken; None: it was not."""

    milestone: Milestone
    due_at: datetime
    done_at: datetime | None
    stands: bool
    """Whether its clock stands."""

    def late(self, now: datetime) -> bool:
        """Return whether it was taken too late, or should have been by now."""
        if self.done_at is None:
            return not self.stands and now > self.due_at
        return self.done_at > self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSeen:
    """A time in which the clock stood."""

    began_at: datetime
    until_at: datetime
    remind_at: datetime | None
    reminded_at: datetime | None
    ended_at: datetime | None
    ended_by: PauseEnd | None
    stood: int | None
    unit: Unit
    due_after: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionSeen:
    """A wish for more time."""

    state: ExtensionState
    term: Term
    reason: str
    approver: Duty | None
    decided_at: datetime | None
    due_after: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSeen:
    """The time of one case."""

    began_at: datetime
    begun_again: bool
    """Whether that is when it was reopened, and not when it was registered."""

    policy: int | None
    """None: it was registered before there were policies."""

    term: Term
    calendar: str | None
    provisional: bool
    due_at: datetime
    waits: bool
    """Whether the citizen waits for an answer."""

    paused_at: datetime | None
    rule: Rule
    answered_at: datetime | None
    steps: Sequence[StepSeen]
    pauses: Sequence[PauseSeen]
    extensions: Sequence[ExtensionSeen]
    rekindings: Sequence[rekinding.RekindingSeen]
    supervision: Supervision | None
    supervised_at: datetime | None
    extendable: int
    """By how much it may still be extended."""

    def overdue_by(self, now: datetime) -> int | None:
        """Return how many working days ago it was due; None: it is not overdue."""
        if not self.waits or self.paused_at is not None or now <= self.due_at:
            return None
        return self.rule.late_days(self.due_at, now)

    def due_soon(self, now: datetime) -> bool:
        """Return whether it is due within two working days."""
        runs = self.waits and self.paused_at is None
        return runs and now <= self.due_at <= self.rule.soon(now)

    @property
    def granted(self) -> list[ExtensionSeen]:
        """The extensions that the citizen was told of."""
        return [
            each for each in self.extensions if each.state is ExtensionState.GRANTED
        ]

    @property
    def asked(self) -> ExtensionSeen | None:
        """The one that waits for a decision."""
        pending = ExtensionState.ASKED
        return next((each for each in self.extensions if each.state is pending), None)


async def read(
    session: AsyncSession, house: House, found: Sequence[Case]
) -> Mapping[int, ClockSeen]:
    """Return the reckonings of cases, by their keys, in two to five statements."""
    of = {"cases": [case.id for case in found]}
    paused, extended, rekinded = (await session.execute(_HAPPENED, of)).one()
    seen = partial(
        _seen, house,
        pauses=(await session.scalars(_PAUSES, of)).all() if paused else (),
        extensions=(await session.scalars(_EXTENSIONS, of)).all() if extended else (),
        anew=(await session.scalars(_REKINDINGS, of)).all() if rekinded else (),
        done={
            (key, action): at
            for key, action, at in await session.execute(_DONE, of)
            if key is not None
        },
    )  # fmt: skip
    return {case.id: seen(case) for case in found}


async def one(session: AsyncSession, house: House, case: Case) -> ClockSeen:
    """Return the reckoning of a single case."""
    return (await read(session, house, [case]))[case.id]


def _seen(
    house: House,
    case: Case,
    *,
    pauses: Sequence[ClockPause],
    extensions: Sequence[ClockExtension],
    anew: Sequence[ClockRekinding],
    done: Mapping[tuple[int, Action], datetime],
) -> ClockSeen:
    began_at = case.clock_began_at or case.opened_at
    policy = house.clocks.numbered(house.settings, case.policy or PACKAGED).policy
    waits = case.status in lifecycle.WAITING
    own = [
        each for each in extensions
        if each.case_id == case.id and each.asked_at >= began_at
    ]  # fmt: skip
    extended = any(each.state is ExtensionState.GRANTED for each in own)
    return ClockSeen(
        began_at=began_at,
        begun_again=began_at != case.opened_at,
        policy=case.policy,
        term=policy.answer,
        calendar=case.calendar,
        provisional=case.provisional,
        due_at=case.due_at,
        waits=waits,
        paused_at=case.paused_at,
        rule=house.clocks.rule(house.settings),
        answered_at=case.answered_at,
        steps=_steps(case, began_at, done),
        pauses=[
            _pause(each) for each in pauses
            if each.case_id == case.id and each.began_at >= began_at
        ],
        extensions=[_extension(each) for each in own],
        rekindings=[
            rekinding.seen(each) for each in anew
            if each.case_id == case.id and each.made_at >= began_at
        ],
        supervision=case.supervision,
        supervised_at=case.supervised_at,
        extendable=0 if extended or not waits else policy.extension,
    )  # fmt: skip


def _steps(
    case: Case,
    began_at: datetime,
    done: Mapping[tuple[int, Action], datetime],
) -> list[StepSeen]:
    due = {
        Milestone.ACCEPTANCE: case.acceptance_due_at,
        Milestone.CONTACT: case.contact_due_at,
        Milestone.ANSWER: case.due_at,
    }
    found = []
    for milestone, due_at in due.items():
        taken = [
            done[case.id, action]
            for action in _REACHES[milestone]
            if (case.id, action) in done
        ]
        done_at = min(taken, default=None)
        if milestone is Milestone.ACCEPTANCE and done_at is None:
            # A report lies with its office from the beginning.
            done_at = None if case.status is Status.REGISTERED else began_at
        over = case.status not in lifecycle.WAITING and done_at is None
        if due_at is not None and not over:
            answer = milestone is Milestone.ANSWER
            found.append(
                StepSeen(
                    milestone=milestone, due_at=due_at, done_at=done_at,
                    stands=answer and case.paused_at is not None,
                )
            )  # fmt: skip
    return found


def _pause(row: ClockPause) -> PauseSeen:
    return PauseSeen(
        began_at=row.began_at,
        until_at=row.until_at,
        remind_at=row.remind_at,
        reminded_at=row.reminded_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        stood=row.stood,
        unit=row.unit,
        due_after=row.due_after,
    )


def _extension(row: ClockExtension) -> ExtensionSeen:
    return ExtensionSeen(
        state=row.state,
        term=Term(amount=row.amount, unit=row.unit),
        reason=row.reason,
        approver=Duty(row.approver) if row.approver else None,
        decided_at=row.decided_at,
        due_after=row.due_after,
    )
