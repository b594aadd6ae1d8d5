"""Partings: what was joined comes apart, and keeps what was said meanwhile."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.permission import Duty, check
from app.domain.record import Action
from app.domain.vocabulary import Move, Status
from app.errors import Conflict
from app.models import (
    Addition,
    AuditEvent,
    Case,
    Joining,
    Opinion,
    Strand,
    Suggestion,
)
from app.services import audit, cases, dismissals
from app.services.cases import StaleCase
from app.services.like_pairs import opinions_in
from app.services.staff import Person
from app.services.unions import hold, move

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

    What was said to a citizen meanwhile stays said: whoever was answered is answered.

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
    answered = await _answered(session, stood)
    await _take_apart(session, stood, now=now)
    await _stand_again(session, stood, answered)
    await _suggest_again(session, stood, alone=act_id is None)
    if act_id is None:
        await dismissals.keep_apart(session, case, held[stood[0].case_id], now=now)
    await _record(session, person, stood, now=now)
    return len({row.from_case_id for row in stood})


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
    await move(session, Case, Case.id.in_(shared), revision=Case.revision + 1)


async def _answered(
    session: AsyncSession, stood: Sequence[Stood]
) -> dict[int, datetime]:
    """Return when cases were answered by what they were joined into, by their keys."""
    rows = await session.execute(
        select(Joining.strand_id, func.max(Case.answered_at))
        .join(Case, Case.id == Joining.into_case_id)
        .where(
            Joining.strand_id.in_([row.strand_id for row in stood]),
            Joining.id >= min(row.id for row in stood),
            Joining.separated_at.is_(None),
            Case.answered_at.is_not(None),
        )
        .group_by(Joining.strand_id)
    )
    by_strand = {key: at for key, at in rows if at is not None}
    return {
        row.from_case_id: by_strand[row.strand_id]
        for row in stood
        if row.strand_id in by_strand
    }


async def _stand_again(
    session: AsyncSession, stood: Sequence[Stood], answered: Mapping[int, datetime]
) -> None:
    """Let cases stand as they did, but for the answer that reached their citizens."""
    alike: dict[tuple[Status, datetime | None], set[int]] = {}
    for row in stood:
        how = row.status, answered.get(row.from_case_id)
        alike.setdefault(how, set()).add(row.from_case_id)
    for (status, at), keys in alike.items():
        again = lifecycle.after(Status.JOINED, Move.SEPARATE)
        values: dict[str, Any] = {}
        if at is not None:
            again = lifecycle.after(again, Move.ANSWER)
            values = {"answered_at": at}
        elif status is Status.ASSIGNED:
            again = lifecycle.after(again, Move.ASSIGN)
        await move(
            session, Case, Case.id.in_(keys),
            status=again, revision=Case.revision + 1, **values,
        )  # fmt: skip


async def _suggest_again(
    session: AsyncSession, stood: Sequence[Stood], *, alone: bool
) -> None:
    """Take back that suggestions were settled by joining; the cases are apart.

    A case that was taken out ``alone`` is not suggested for where it came from.
    """
    settled: ColumnElement[bool] = exists().where(
        Joining.id.in_([row.id for row in stood]),
        Joining.from_case_id == Suggestion.case_id,
        Joining.joined_at == Suggestion.settled_at,
    )
    if alone:
        settled &= Suggestion.opinion_id.not_in(
            opinions_in({row.case_id for row in stood})
        )
    await move(session, Suggestion, settled, settled_at=None)


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
