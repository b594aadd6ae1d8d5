"""Provenance: how far it is known who wrote to us, and to what a letter may belong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.correspondence import SuggestionGround
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Channel, Fate
from app.models import Arrival, Contact, Opinion, Suggestion
from app.services import audit, cases
from app.services.helping import check_leading
from app.services.staff import Person

_OF_LETTERS: Final = (SuggestionGround.NUMBER, SuggestionGround.SUBJECT)
"""What a letter itself says; `like_cases` has the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """An older opinion that a letter may belong to, and why."""

    number: str
    ground: SuggestionGround


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What is known of the sender of a letter."""

    claimed: bool
    """Whether somebody passed it on, so that its writer is only claimed to be that."""

    word: Mapping[str, Any] | None
    """What a mail system that staff trust says of the sender (`Arrival`)."""

    suggested: Sequence[Suggested]


async def read(
    session: AsyncSession, person: Person, opinion: Opinion, *, case_id: int
) -> Provenance:
    """Return the provenance of ``opinion``, which opened the case."""
    if opinion.channel is not Channel.EMAIL:
        return Provenance(claimed=False, word=None, suggested=())
    found = await session.execute(
        select(Arrival.authentication, Contact.claimed)
        .outerjoin(Contact, Contact.opinion_id == Arrival.opinion_id)
        .where(Arrival.opinion_id == opinion.id, Arrival.fate == Fate.OPENED)
        .limit(1)
    )
    row = found.first()
    return Provenance(
        claimed=bool(row and row.claimed),
        word=row.authentication if row else None,
        suggested=await _suggested(session, person, case_id),
    )


async def settle(
    session: AsyncSession, person: Person, number: str, *, now: datetime
) -> None:
    """Note that what the case may belong to has been looked at.

    Raises:
        NotAllowed: The role works on no cases.
        NoSuchCase: There is none, or it is another office's.
    """
    permission.check(person.role, Duty.WORK)
    case = await cases.find(session, person, number)
    check_leading(person, case)
    await session.execute(
        update(Suggestion)
        .where(
            Suggestion.case_id == case.id,
            Suggestion.settled_at.is_(None),
            Suggestion.ground.in_(_OF_LETTERS),
        )
        .values(settled_at=now)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session, Action.SUGGESTION_SETTLED, at=now, staff_id=person.staff_id,
        case_id=case.id,
    )  # fmt: skip


async def _suggested(
    session: AsyncSession, person: Person, case_id: int
) -> list[Suggested]:
    rows = await session.execute(
        select(Opinion.receipt_number.label("number"), Suggestion.ground)
        .join(Opinion, Opinion.id == Suggestion.opinion_id)
        .where(
            Suggestion.case_id == case_id,
            Suggestion.settled_at.is_(None),
            Suggestion.ground.in_(_OF_LETTERS),
            cases.about_visible(person, Suggestion.opinion_id.expression),
        )
    )
    return [Suggested(**row) for row in rows.mappings()]
