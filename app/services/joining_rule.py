"""The joining rule: whether the same text joins its case by itself (off at first)."""

import logging
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
from app.errors import Conflict
from app.models import Case, JoiningRule, Opinion, Strand
from app.services import audit
from app.services.accusing import accusing
from app.services.cases import unrestricted
from app.services.disowning import counted
from app.services.staff import Person
from app.services.unions import Act, hold, joinable, unite

_log = logging.getLogger(__name__)

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


async def attempt(
    session: AsyncSession, found: Sequence[Finding], *, now: datetime
) -> int:
    """Apply the rule, or join nothing: no letter must stop the comparing for ever."""
    try:
        async with session.begin_nested():
            return await apply(session, found, now=now)
    except Conflict as error:
        _log.warning("the rule joined nothing", extra={"code": error.code})
        return 0


async def apply(
    session: AsyncSession, found: Sequence[Finding], *, now: datetime
) -> int:
    """Join new cases whose text is the same as one that waits; return how many.

    Only what nobody has begun to work on is joined, never a report of wrongdoing, and
    never what complains of those whom it would come to. All new cases are held, so that
    what `likeness.keep` writes of them in the same transaction waits for nobody.
    The case that it joins keeps its revision: whoever writes an answer there need not
    begin again for one more letter that says the same.
    """
    likes = {
        one.id: one.like for one in found if one.like and one.like.likeness.is_same
    }
    if not likes or not await in_force(session):
        return 0
    joining = await _joining(session, likes)
    if not joining:
        return 0
    own = await session.scalars(
        select(Case.id).where(Case.opinion_id.in_([one.id for one in found]))
    )
    held = await hold(session, {*joining, *own})
    pairs = [
        (held[key], held[target])
        for target, keys in joining.items()
        for key in sorted(keys)
        if _still(held[key], held[target])
    ]
    complaining = await accusing(session, pairs)
    coming: dict[int, list[Case]] = defaultdict(list)
    for case, target in pairs:
        if case.id not in complaining:
            coming[target.id].append(case)
    joined = 0
    for key, sources in coming.items():
        joined += len(await unite(session, _act(held[key], sources, likes, now=now)))
    return joined


async def _joining(
    session: AsyncSession, likes: Mapping[int, Found]
) -> dict[int, set[int]]:
    """Return the new cases that may join, by the case that waits for them."""
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
    return joining


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
