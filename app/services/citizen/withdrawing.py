"""Withdrawing (撤回): a citizen takes an opinion back.

Cases that are about it alone end with that. Where others wrote the same, the case goes
on for them; who withdrew hears no more of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes

from app.domain import lifecycle
from app.domain.record import Action
from app.domain.vocabulary import Disposition, Move
from app.errors import Conflict
from app.models import Case, Opinion, Strand
from app.services import audit, cases, confirmed, siblings
from app.services.answering import overtaking
from app.services.publishing import publications


class NothingToWithdraw(Conflict):
    """All that the opinion asked for has been dealt with."""

    code = "nothing_to_withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A case of the opinion, and whether others have theirs in it."""

    case: Case
    shared: bool


async def withdraw(session: AsyncSession, opinion_id: int, *, now: datetime) -> bool:
    """Take the opinion back; False: it was taken back before.

    Raises:
        NothingToWithdraw: No case of it is open.
        StaleCase: Another opinion was joined to a case at the same moment.
    """
    number = await session.scalar(
        select(Opinion.receipt_number).where(Opinion.id == opinion_id)
    )
    await siblings.hold(session, number or "")
    opinion = await session.get_one(Opinion, opinion_id, populate_existing=True)
    if opinion.withdrawn_at is not None:
        return False
    own = [each for each in await _own(session, opinion_id) if _is_open(each)]
    if not own:
        raise NothingToWithdraw("no case of the opinion is open")
    opinion.withdrawn_at = now
    await publications.withdraw_consent(session, opinion_id, now=now)
    for each in own:
        await _end(session, each, opinion_id=opinion_id, now=now)
    return True


async def stand_again(session: AsyncSession, case: Case) -> None:
    """Let the opinion that opened ``case`` stand: its case begins again."""
    await session.execute(
        update(Opinion)
        .where(Opinion.id == case.opinion_id, Opinion.withdrawn_at.is_not(None))
        .values(withdrawn_at=None)
    )


async def _end(
    session: AsyncSession, own: Own, *, opinion_id: int, now: datetime
) -> None:
    case = own.case
    audit.record(
        session, Action.WITHDRAWN, at=now, case_id=case.id,
        opinion_id=opinion_id, shared=own.shared,
    )  # fmt: skip
    if own.shared:
        await session.flush()
        await cases.bring_up(session, case.id)
        return
    case.move(Move.CLOSE)
    case.disposition, case.closed_at = Disposition.WITHDRAWN, now
    audit.record(
        session, Action.CLOSED, at=now, case_id=case.id,
        disposition=Disposition.WITHDRAWN, mailed=False,
    )  # fmt: skip
    case.unread, case.snoozed_until = True, None
    attributes.flag_modified(case, "unread")
    await session.flush()
    await overtaking.end(session, [case.id], now=now)
    await confirmed.note(session, case, now=now)


async def _own(session: AsyncSession, opinion_id: int) -> Sequence[Own]:
    rows = await session.execute(
        select(Case, _others(opinion_id).label("shared"))
        .join(Strand, Strand.case_id == Case.id)
        .where(Strand.opinion_id == opinion_id, Case.merged_at.is_(None))
        .order_by(Case.id)
        .execution_options(populate_existing=True)
    )
    return [Own(case=row.Case, shared=row.shared) for row in rows]


def _is_open(own: Own) -> bool:
    return own.case.status in lifecycle.OPEN


def _others(opinion_id: int) -> ColumnElement[bool]:
    """Return whether a case has opinions of others who did not withdraw theirs."""
    return (
        select(Strand.id)
        .join(Opinion, Opinion.id == Strand.opinion_id)
        .where(
            Strand.case_id == Case.id,
            Strand.opinion_id != opinion_id,
            Opinion.withdrawn_at.is_(None),
        )
        .correlate(Case)
        .exists()
    )
