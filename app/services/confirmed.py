"""Confirmed: what cases are about by a person's word, noted with each decision.

A case is confirmed when somebody of the staff chose its section (the last one wins),
or answered or closed it under the section that stood there. It is not when the citizen
withdrew it or denied having written it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.teaching import Judged, judged
from app.domain.vocabulary import Disposition, Method
from app.models import Case, Classification, Confirmation, Strand


@dataclass(frozen=True, slots=True)
class _Told:
    """What the first strand of a case was said to be about."""

    guess: Classification | None
    """What the model said when the opinion came."""

    by_staff: bool


async def note(session: AsyncSession, case: Case, *, now: datetime) -> None:
    """Put down what ``case`` is now confirmed to be about, or that it no longer is.

    To be called wherever that can have changed, within the same transaction.
    """
    told = await _told(session, case)
    known = await session.get(Confirmation, case.id)
    if told.guess is None or not _is_confirmed(case, by_staff=told.by_staff):
        if known is not None:
            await session.delete(known)
            await session.flush()
        return
    if known is None:
        known = Confirmation(
            case_id=case.id,
            opinion_id=case.opinion_id,
            notice_id=case.notice_id,
            decided_at=now,
        )
        session.add(known)
    elif known.section_id != case.section_id:
        known.decided_at = now
    known.section_id, known.said = case.section_id, told.by_staff
    _hold_against(known, _judged(told.guess, case.section_id))
    await session.flush()


async def forget(session: AsyncSession, opinion_id: int) -> None:
    """Take the confirmations of an opinion away: it no longer counts."""
    await session.execute(
        delete(Confirmation)
        .where(Confirmation.opinion_id == opinion_id)
        .execution_options(synchronize_session=False)
    )


def _is_confirmed(case: Case, *, by_staff: bool) -> bool:
    if case.disposition is Disposition.WITHDRAWN:
        return False
    over = case.answered_at is not None or case.closed_at is not None
    return by_staff or (over and case.section_id is not None)


async def _told(session: AsyncSession, case: Case) -> _Told:
    rows: Sequence[Classification] = (
        await session.scalars(
            select(Classification)
            .join(Strand, Strand.id == Classification.strand_id)
            .where(
                Strand.case_id == case.id,
                Strand.opinion_id == case.opinion_id,
                Classification.method != Method.CITIZEN,
            )
            .order_by(Classification.id)
        )
    ).all()
    guesses = [row for row in rows if row.method is Method.MODEL]
    return _Told(
        guess=guesses[0] if guesses else None,
        by_staff=any(row.method is Method.STAFF for row in rows),
    )


def _judged(guess: Classification, decided: int | None) -> Judged:
    return judged(
        answer=guess.section_id,
        confidence=guess.confidence,
        candidates=[candidate["section_id"] for candidate in guess.candidates],
        decided=decided,
    )


def _hold_against(known: Confirmation, found: Judged) -> None:
    known.guessed_id, known.placed = found.guessed_id, found.placed
    known.confidence, known.place = found.confidence, found.place
