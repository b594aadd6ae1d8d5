"""Partings: what was joined comes apart, and what does not belong stays apart."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, Row, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.correspondence import SuggestionGround
from app.domain.permission import Duty, check
from app.domain.record import Action
from app.domain.vocabulary import Move, Status
from app.errors import Conflict
from app.models import (
    Addition,
    AuditEvent,
    Case,
    Joining,
    Likeness,
    Opinion,
    Strand,
    Suggestion,
)
from app.services import audit, cases
from app.services.cases import StaleCase
from app.services.staff import Person
from app.services.unions import hold, move

OF_LIKENESS: Final = (SuggestionGround.REPEAT, SuggestionGround.CAMPAIGN)

Stood = Row[int, int, Status, int, int, int]


class NotJoined(Conflict):
    """The case stands for itself."""

    code = "not_joined"


async def separate(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    act_id: int | None = None,
    now: datetime,
) -> int:
    """Let cases stand for themselves again, as they did; return how many.

    ``number`` names one that was joined; with ``act_id``, the one that others were
    joined into in that step, all of which come apart.

    Raises:
        NotAllowed: The role joins no cases.
        NoSuchCase: There is none, or it is another office's.
        StaleCase: Somebody changed the case meanwhile.
        NotJoined: There is nothing to take apart, perhaps any more.
    """
    check(person.role, Duty.JOIN)
    case = await cases.find(session, person, number)
    wanted = Joining.from_case_id == case.id
    if act_id is not None:
        wanted = (Joining.act_id == act_id) & (Joining.into_case_id == case.id)
    known = await _standing(session, wanted)
    keys = {key for row in known for key in (row.from_case_id, row.case_id)}
    held = await hold(session, keys | {case.id})
    # Only now nobody else is about to take them apart.
    stood = await _standing(session, wanted)
    if not stood:
        raise NotJoined("the case stands for itself")
    if held[case.id].revision != revision:
        raise StaleCase(f"the case is at another revision than {revision}")
    await _take_apart(session, stood, now=now)
    await _record(session, person, stood, now=now)
    return len({row.from_case_id for row in stood})


async def dismiss(
    session: AsyncSession, person: Person, number: str, *, now: datetime
) -> None:
    """Note that the case does not belong with those that say the same.

    Raises:
        NotAllowed: The role works on no cases.
        NoSuchCase: There is none, or it is another office's.
    """
    check(person.role, Duty.WORK)
    case = await cases.find(session, person, number)
    group_id = await session.scalar(
        select(Likeness.group_id).where(Likeness.opinion_id == case.opinion_id)
    )
    made = await session.scalars(
        select(Suggestion).where(Suggestion.case_id == case.id)
    )
    there = {row.opinion_id: row for row in made}
    if group_id is not None and group_id not in there:
        session.add(
            Suggestion(case_id=case.id, opinion_id=group_id, made_at=now,
                       ground=SuggestionGround.CAMPAIGN, settled_at=now)
        )  # fmt: skip
    for row in there.values():
        if row.ground in OF_LIKENESS or row.opinion_id == group_id:
            row.settled_at = row.settled_at or now
    audit.record(
        session, Action.SUGGESTION_SETTLED, at=now, staff_id=person.staff_id,
        case_id=case.id,
    )  # fmt: skip
    await session.flush()


async def _standing(
    session: AsyncSession, wanted: ColumnElement[bool]
) -> Sequence[Stood]:
    """Return what is joined: from which case, into which by now, how it stood."""
    rows = await session.execute(
        select(
            Joining.from_case_id, Strand.case_id, Joining.status, Joining.id,
            Strand.id.label("strand_id"), Strand.opinion_id,
        )
        .join(Strand, Strand.id == Joining.strand_id)
        .where(wanted, Joining.separated_at.is_(None))
        .order_by(Joining.id)
    )  # fmt: skip
    return rows.all()


async def _take_apart(
    session: AsyncSession, stood: Sequence[Stood], *, now: datetime
) -> None:
    """Move strands back, with what citizens added; the cases are held."""
    strands = [row.strand_id for row in stood]
    before = (
        select(Joining.from_case_id)
        .where(Joining.id.in_([row.id for row in stood]))
        .where(Joining.strand_id == Strand.id)
        .scalar_subquery()
    )
    await move(session, Strand, Strand.id.in_(strands), case_id=before)
    opinions = [row.opinion_id for row in stood]
    now_in = (
        select(Strand.case_id)
        .where(Strand.id.in_(strands), Strand.opinion_id == Addition.opinion_id)
        .scalar_subquery()
    )
    shared = {row.case_id for row in stood}
    await move(
        session, Addition,
        Addition.opinion_id.in_(opinions) & Addition.case_id.in_(shared),
        case_id=now_in,
    )  # fmt: skip
    # Whatever a strand was joined into after that is behind it, too.
    first = min(row.id for row in stood)
    await move(
        session, Joining,
        Joining.strand_id.in_(strands)
        & (Joining.id >= first)
        & Joining.separated_at.is_(None),
        separated_at=now,
    )  # fmt: skip
    for status in {row.status for row in stood}:
        again = lifecycle.after(Status.JOINED, Move.SEPARATE)
        if status is Status.ASSIGNED:
            again = lifecycle.after(again, Move.ASSIGN)
        keys = {row.from_case_id for row in stood if row.status is status}
        await move(
            session, Case, Case.id.in_(keys),
            status=again, revision=Case.revision + 1,
        )  # fmt: skip
    await move(session, Case, Case.id.in_(shared), revision=Case.revision + 1)


async def _record(
    session: AsyncSession, person: Person, stood: Sequence[Stood], *, now: datetime
) -> None:
    apart: dict[int, set[int]] = {}
    for row in stood:
        apart.setdefault(row.case_id, set()).add(row.from_case_id)
    named = await session.execute(
        select(Case.id, Opinion.receipt_number)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(Case.id.in_(apart))
    )
    numbers = dict(named.all())
    event = partial(audit.event, at=now, staff_id=person.staff_id)
    events = []
    for into, keys in apart.items():
        number = numbers[into]
        events += [
            event(Action.CASE_SEPARATED, case_id=key, into=number)
            for key in sorted(keys)
        ]
        events.append(event(Action.CASES_SEPARATED, case_id=into, number=len(keys)))
    await session.execute(insert(AuditEvent), events)
