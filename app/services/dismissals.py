"""Dismissals: what does not belong together is kept apart, until thought otherwise."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.correspondence import SuggestionGround
from app.domain.permission import Duty, check
from app.domain.record import Action
from app.models import Case, Likeness, Suggestion
from app.services import audit, cases
from app.services.helping import check_leading
from app.services.like_pairs import OF_LIKENESS, opinions_in
from app.services.staff import Person
from app.services.unions import move


async def dismiss(
    session: AsyncSession, person: Person, number: str, *, now: datetime
) -> None:
    """Note that the case does not belong with those that say the same.

    Raises:
        NotAllowed: The role works on no cases.
        NoSuchCase: There is none, or it is another office's.
        NotLeading: The office is only asked what it thinks.
    """
    case = await _led(session, person, number)
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


async def suggest_again(
    session: AsyncSession, person: Person, number: str, *, now: datetime
) -> None:
    """Take back that the case does not belong with those that say the same.

    Raises:
        NotAllowed: The role works on no cases.
        NoSuchCase: There is none, or it is another office's.
        NotLeading: The office is only asked what it thinks.
    """
    case = await _led(session, person, number)
    # The first letter that says so was kept from itself; that suggests nothing.
    itself = Suggestion.opinion_id == case.opinion_id
    await session.execute(
        delete(Suggestion)
        .where(Suggestion.case_id == case.id, itself)
        .execution_options(synchronize_session=False)
    )
    of_likeness = Suggestion.ground.in_(OF_LIKENESS)
    await move(
        session, Suggestion, (Suggestion.case_id == case.id) & of_likeness,
        settled_at=None,
    )  # fmt: skip
    audit.record(
        session, Action.SUGGESTED_AGAIN, at=now, staff_id=person.staff_id,
        case_id=case.id,
    )  # fmt: skip
    await session.flush()


async def keep_apart(
    session: AsyncSession, case: Case, shared: Case, *, now: datetime
) -> None:
    """Note that a case does not belong into the one that it was taken out of."""
    pair = (Suggestion.case_id == case.id) & Suggestion.opinion_id.in_(
        opinions_in([shared.id])
    )
    known = await session.scalar(select(exists().where(pair)))
    await move(
        session, Suggestion, pair & Suggestion.settled_at.is_(None), settled_at=now
    )
    if not known:
        session.add(
            Suggestion(case_id=case.id, opinion_id=shared.opinion_id, made_at=now,
                       ground=SuggestionGround.CAMPAIGN, settled_at=now)
        )  # fmt: skip


async def _led(session: AsyncSession, person: Person, number: str) -> Case:
    check(person.role, Duty.WORK)
    case = await cases.find(session, person, number)
    check_leading(person, case)
    return case
