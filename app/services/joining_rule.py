"""The joining rule: whether the same text joins its case by itself (off at first)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.comparison import Finding, Found
from app.domain import lifecycle
from app.domain.correspondence import SuggestionGround
from app.domain.permission import Duty, check
from app.domain.record import Action
from app.domain.vocabulary import Status
from app.models import Case, JoiningRule, Opinion, Strand
from app.services import audit
from app.services.cases import unrestricted
from app.services.disowning import counted
from app.services.staff import Person
from app.services.unions import Act, hold, joinable, unite

_ONLY: Final = 1
"""The key of the only row."""


async def in_force(session: AsyncSession) -> bool:
    """Return whether the same text joins its case by itself."""
    rule = await session.get(JoiningRule, _ONLY)
    return rule is not None and rule.in_force


async def put(
    session: AsyncSession, person: Person, *, in_force: bool, now: datetime
) -> None:
    """Put the rule into force, or out of it; what was joined stays joined.

    Raises:
        NotAllowed: Only an administrator says that.
    """
    check(person.role, Duty.JOINING_RULE)
    await session.merge(
        JoiningRule(
            id=_ONLY, in_force=in_force, changed_at=now, staff_id=person.staff_id
        )
    )
    audit.record(
        session, Action.JOINING_RULE_CHANGED, at=now, staff_id=person.staff_id,
        in_force=in_force,
    )  # fmt: skip
    await session.flush()


async def apply(
    session: AsyncSession, found: Sequence[Finding], *, now: datetime
) -> int:
    """Join new cases whose text is the same as one that waits; return how many.

    Only what nobody has begun to work on is joined, and never a report of wrongdoing.
    The case that it joins keeps its revision: whoever writes an answer there need not
    begin again for one more letter that says the same.
    """
    likes = {
        one.id: one.like for one in found if one.like and one.like.likeness.is_same
    }
    if not likes or not await in_force(session):
        return 0
    into = await _into(session, {like.id for like in likes.values()})
    new = await session.execute(
        select(Case.id, Case.opinion_id, Case.ordinal)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(
            Case.opinion_id.in_(likes),
            Case.status == Status.REGISTERED,
            unrestricted(),
            counted(),
        )
    )
    joining: dict[int, set[int]] = defaultdict(set)
    for case_id, opinion_id, ordinal in new:
        target = into.get((likes[opinion_id].id, ordinal))
        if target is not None:
            joining[target].add(case_id)
    held = await hold(session, {*joining}.union(*joining.values()))
    joined = 0
    for target, keys in joining.items():
        sources = [held[key] for key in sorted(keys) if _still(held[key], held[target])]
        if sources:
            act = _act(held[target], sources, likes, now=now)
            joined += len(await unite(session, act))
    return joined


def _still(case: Case, into: Case) -> bool:
    """Return whether both still stand as they did before they were held."""
    fresh = case.status is Status.REGISTERED and into.status in lifecycle.WAITING
    return fresh and joinable(case, into)


def _act(
    into: Case, sources: Sequence[Case], likes: Mapping[int, Found], *, now: datetime
) -> Act:
    grounds = {
        case.opinion_id: (
            SuggestionGround.CAMPAIGN,
            likes[case.opinion_id].likeness.contained,
        )
        for case in sources
    }
    return Act(into=into, sources=sources, grounds=grounds, staff_id=None, now=now)


async def _into(
    session: AsyncSession, opinions: set[int]
) -> dict[tuple[int, int], int]:
    """Return the cases that wait in which opinions are dealt with, by ordinal, too."""
    rows = await session.execute(
        select(Strand.opinion_id, Case.ordinal, Case.id)
        .join(Case, Case.id == Strand.case_id)
        .where(
            Strand.opinion_id.in_(opinions),
            Case.status.in_(lifecycle.WAITING),
            unrestricted(),
        )
    )
    return {(opinion_id, ordinal): key for opinion_id, ordinal, key in rows}
