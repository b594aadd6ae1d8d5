"""Policies: what is in force for each kind of opinion, what was, and a new version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.deadlines.calendar import MOST_DAYS
from app.domain.deadlines.policy import (
    MOST_HOURS,
    Milestone,
    Policy,
    Unit,
    policy_as_json,
    policy_from_json,
)
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Kind
from app.errors import Conflict, InvalidInput
from app.models import PolicyVersion, Staff
from app.services import audit
from app.services.clocks.at_hand import SetPolicy
from app.services.house import House
from app.services.staff import Person

MOST_WAIT: Final = 60
MOST_SHOWN: Final = 200


class BadPolicy(InvalidInput):
    """The terms are none that an office may set; ``fields`` says why, by field."""

    code = "bad_policy"

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Say what is wrong."""
        super().__init__("these terms cannot be set", field=next(iter(fields)))
        self.fields = fields


class StalePolicy(Conflict):
    """Somebody set a policy after the page was opened."""

    code = "stale_policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEntry:
    """A version of a policy, who set it, and when."""

    number: int
    kind: Kind | None
    policy: Policy
    by: str
    set_at: datetime


def check(policy: Policy) -> None:
    """Hold that an office may set ``policy``.

    Raises:
        BadPolicy: It may not.
    """
    wrong = {
        step.value: "term_bounds" for step in Milestone if not policy.term(step).fits
    }
    if not wrong:
        wrong = {step.value: f"{step}_too_soon" for step in policy.out_of_order}
    most = MOST_HOURS if policy.answer.unit is Unit.HOURS else MOST_DAYS
    if not 0 <= policy.extension <= most:
        wrong["extension"] = "term_bounds"
    if not 0 <= policy.wait <= MOST_WAIT:
        wrong["wait"] = "wait_bounds"
    if wrong:
        raise BadPolicy(wrong)


async def put(
    session: AsyncSession,
    person: Person,
    kind: Kind | None,
    policy: Policy,
    *,
    newest: int,
    now: datetime,
) -> int:
    """Let ``policy`` hold for opinions of ``kind`` from now on; return its number.

    ``newest`` is the highest number that the person saw.

    Raises:
        NotAllowed: Only an administrator sets policies.
        BadPolicy: Its terms cannot be set.
        StalePolicy: Somebody set one meanwhile.
    """
    permission.check(person.role, Duty.CLOCKS)
    check(policy)
    last = await session.scalar(select(func.max(PolicyVersion.number)))
    if (last or 0) != newest:
        raise StalePolicy("somebody set a policy meanwhile")
    number = newest + 1
    try:
        async with session.begin_nested():
            session.add(
                PolicyVersion(
                    number=number, kind=kind, terms=policy_as_json(policy),
                    staff_id=person.staff_id, set_at=now,
                )
            )  # fmt: skip
    except IntegrityError:
        raise StalePolicy("somebody set a policy at the same moment") from None
    audit.record(
        session, Action.POLICY_CHANGED, at=now, staff_id=person.staff_id,
        number=number, kind=kind,
    )  # fmt: skip
    await session.flush()
    return number


async def history(session: AsyncSession, person: Person) -> Sequence[PolicyEntry]:
    """Return the versions that were set, the newest first.

    Raises:
        NotAllowed: The role does not see the policies.
    """
    permission.check(person.role, Duty.READ_CLOCKS)
    rows = await session.execute(
        select(PolicyVersion, Staff.display_name)
        .join(Staff, Staff.id == PolicyVersion.staff_id)
        .order_by(PolicyVersion.number.desc())
        .limit(MOST_SHOWN)
    )
    return [
        PolicyEntry(
            number=row.number, kind=row.kind, policy=policy_from_json(row.terms),
            by=name, set_at=row.set_at,
        )
        for row, name in rows
    ]  # fmt: skip


def in_force(house: House) -> Sequence[SetPolicy]:
    """Return what holds now, for each kind and for opinions of none."""
    return [house.clocks.in_force(house.settings, kind) for kind in (*Kind, None)]
