"""Unions: cases that say the same become one, which is answered for all of them.

Every opinion keeps its receipt: what moves is its strand. The case that it had stays
where it is, joined, so that it can stand for itself again as it was (`partings`). Cases
are held in the order of their keys, whoever joins what to what.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.correspondence import SuggestionGround
from app.domain.permission import Duty, check
from app.domain.record import Action
from app.domain.vocabulary import Move, Status
from app.errors import Conflict
from app.keys import new_key
from app.models import (
    Addition,
    AuditEvent,
    Base,
    Case,
    Joining,
    Opinion,
    Strand,
    Suggestion,
)
from app.services import audit, cases, circulars, like_pairs
from app.services.accusing import harmless
from app.services.answering import overtaking
from app.services.cases import StaleCase
from app.services.house import House
from app.services.like_cases import candidates
from app.services.staff import Person

MOST_JOINED: Final = 2_000
"""Cases that are joined in one step."""

Values = dict[str, Any]


class NotJoinable(Conflict):
    """One of the cases has an answer already, an end, or another notice; or itself."""

    code = "not_joinable"


class NothingToJoin(Conflict):
    """Nothing was chosen, or somebody else has joined it."""

    code = "nothing_to_join"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who joins what into which case, and why."""

    into: Case
    sources: Sequence[Case]
    grounds: Mapping[int, tuple[SuggestionGround, float | None]]
    """By the opinion that opened a case; none: somebody named the case."""

    staff_id: int | None
    now: datetime
    despite: bool = False
    """Whether it is known that they may complain of whom they come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class United:
    """What joining came to."""

    joined: int
    left: int
    """Cases that say the same, left out for complaining of whom they would come to."""


async def join(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    other: str | None = None,
    despite: bool = False,
    now: datetime,
) -> United:
    """Join cases into the one called ``number``; return how many were.

    ``other`` names it; None: all that say the same, and wait, and may be seen.
    ``despite``: the person knows that they may complain of whom they come to.

    Raises:
        NotAllowed: The role joins no cases.
        NoSuchCase: One of them is not there, or is another office's.
        StaleCase: Somebody changed the case meanwhile.
        NotJoinable: It is over, or the other cannot be joined into it.
        NothingToJoin: There is none to join.
        ComplainsOfThem: It does, or all do, and nobody said that this is known.
    """
    check(person.role, Duty.JOIN)
    into = await cases.find(session, person, number)
    named = other is not None
    held = await hold(session, {into.id, *await _wanted(session, person, into, other)})
    into = held.pop(into.id)
    chosen = sources = _sources(into, held.values(), revision=revision, named=named)
    if not despite:
        sources = await harmless(session, into, chosen, named=named)
    act = Act(
        into=into,
        sources=sources,
        grounds=await like_pairs.grounds(
            session, into, [case.opinion_id for case in sources]
        ),
        staff_id=person.staff_id,
        now=now,
        despite=despite,
    )
    has_news = into.unread or any(case.unread for case in sources)
    joined = await unite(session, act)
    await cases.put_back(session, into)
    if has_news:
        await cases.bring_up(session, into.id)
    if into.status is Status.ANSWERED:
        await circulars.catch_up(session, house, into, joined, now=now)
    return United(joined=len(sources), left=len(chosen) - len(sources))


async def hold(session: AsyncSession, keys: Collection[int]) -> dict[int, Case]:
    """Return those cases as they now stand, held until the transaction ends."""
    found = await session.scalars(
        select(Case)
        .where(Case.id.in_(keys))
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {case.id: case for case in found}


def joinable(case: Case, into: Case) -> bool:
    """Return whether ``case`` may be joined into another as both now stand.

    A report of wrongdoing never comes into a case that others see, nor the other way.
    """
    return (
        Move.JOIN in lifecycle.MOVES[case.status]
        and case.id != into.id
        and case.opinion_id != into.opinion_id
        and case.notice_id == into.notice_id
        and case.restricted == into.restricted
        and case.merged_at is None
    )


async def unite(session: AsyncSession, act: Act) -> list[int]:
    """Move the strands of an act's cases, all held; return the opinions that moved.

    Raises:
        NotJoinable: Two strands of one opinion would come together.
    """
    into, keys = act.into, [case.id for case in act.sources]
    strands = (
        await session.execute(
            select(Strand.id, Strand.opinion_id, Strand.case_id).where(
                Strand.case_id.in_([into.id, *keys])
            )
        )
    ).all()
    opinions = [strand.opinion_id for strand in strands]
    if len(set(opinions)) < len(opinions):
        raise NotJoinable("the same opinion has two strands among them")
    moving = [strand for strand in strands if strand.case_id != into.id]
    rows = _joinings(act, moving)
    for case in act.sources:
        lifecycle.after(case.status, Move.JOIN)
    await session.execute(insert(Joining), rows)
    await move(session, Strand, Strand.case_id.in_(keys), case_id=into.id)
    await move(session, Addition, Addition.case_id.in_(keys), case_id=into.id)
    await move(
        session, Case, Case.id.in_(keys),
        status=Status.JOINED, unread=False, snoozed_until=None,
        revision=Case.revision + 1,
    )  # fmt: skip
    await overtaking.end(session, keys, staff_id=act.staff_id, now=act.now)
    open_still = Suggestion.case_id.in_(keys) & Suggestion.settled_at.is_(None)
    await move(session, Suggestion, open_still, settled_at=act.now)
    await _record(session, act, step=rows[0]["act_id"])
    return [strand.opinion_id for strand in moving]


async def move(
    session: AsyncSession, table: type[Base], where: ColumnElement[bool], **values: Any
) -> None:
    """Change rows of ``table`` that are held, all in one statement."""
    await session.execute(
        update(table)
        .where(where)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def _wanted(
    session: AsyncSession, person: Person, into: Case, other: str | None
) -> set[int]:
    if other is not None:
        return {(await cases.find(session, person, other)).id}
    found = await session.scalars(candidates(person, into).limit(MOST_JOINED))
    return set(found)


def _sources(
    into: Case, held: Collection[Case], *, revision: int, named: bool
) -> list[Case]:
    """Return those of the cases ``held`` that are joined.

    Of "all" those are left out that somebody just answered; one that was ``named`` is
    told of.

    Raises:
        AppError: See `join`.
    """
    if into.revision != revision:
        raise StaleCase(f"the case is at revision {into.revision}, not {revision}")
    sources = [case for case in held if joinable(case, into)]
    if into.status not in lifecycle.OPEN or (named and len(sources) < len(held)):
        raise NotJoinable("this cannot be joined")
    if not sources:
        raise NothingToJoin("there is nothing to join")
    return sources


def _joinings(act: Act, moving: Sequence[Row[int, int, int]]) -> list[Values]:
    by_key = {case.id: case for case in act.sources}
    step, rows = new_key(), []
    for strand_id, _, case_id in moving:
        case = by_key[case_id]
        ground, contained = act.grounds.get(case.opinion_id, (None, None))
        rows.append(
            {
                "id": new_key(),
                "act_id": step,
                "strand_id": strand_id,
                "from_case_id": case.id,
                "into_case_id": act.into.id,
                "status": case.status,
                "ground": ground,
                "contained": contained,
                "staff_id": act.staff_id,
                "joined_at": act.now,
                "separated_at": None,
            }
        )
    return rows


async def _record(session: AsyncSession, act: Act, *, step: int) -> None:
    into = await session.get_one(Opinion, act.into.opinion_id)
    event = partial(audit.event, at=act.now, staff_id=act.staff_id, act=step)
    events = [
        event(
            Action.CASE_JOINED, case_id=case.id, into=into.receipt_number,
            despite=act.despite,
        )
        for case in act.sources
    ]  # fmt: skip
    number = len(act.sources)
    events.append(event(Action.CASES_JOINED, case_id=act.into.id, number=number))
    await session.execute(insert(AuditEvent), events)
