"""Like texts: what many wrote in the same words lately, joined or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, permission
from app.domain.correspondence import SuggestionGround
from app.domain.permission import Duty
from app.domain.receipt import case_number
from app.domain.vocabulary import Language, Status
from app.models import Case, Joining, Office, Opinion, Strand, Suggestion
from app.services.cases import seen_by
from app.services.staff import Person

MOST: Final = 50
_LAST: Final = 2_000
"""How many of the last suggestions and joinings are looked at."""

_OPENING: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeText:
    """A text that came more than once, by the case that it opened."""

    number: str
    subject: str
    opening: str
    language: Language
    status: Status
    office: str
    opinions: int
    """How many opinions share the case."""

    waiting: int
    """How many of the last cases were suggested to join it, and did not yet."""


async def lately(session: AsyncSession, person: Person) -> Sequence[LikeText]:
    """Return what came more than once lately, what waits first, at most `MOST`.

    Raises:
        NotAllowed: The role reads no cases.
    """
    permission.check(person.role, Duty.READ)
    waiting = [_line(row) for row in await _rows(session, _waiting(person))]
    known = {line.number for line in waiting}
    joined = [_line(row) for row in await _rows(session, _joined(person))]
    return [*waiting, *(line for line in joined if line.number not in known)][:MOST]


async def _rows(
    session: AsyncSession, statement: Select[*tuple[Any, ...]]
) -> Sequence[RowMapping]:
    return (await session.execute(statement.limit(MOST))).mappings().all()


def _waiting(person: Person) -> Select[*tuple[Any, ...]]:
    last = (
        select(Suggestion.opinion_id, Suggestion.case_id)
        .where(
            Suggestion.ground == SuggestionGround.CAMPAIGN,
            Suggestion.settled_at.is_(None),
        )
        .order_by(Suggestion.id.desc())
        .limit(_LAST)
        .subquery()
    )
    # Of those alone that the person may see is said how many there are.
    some = (
        select(last.c.opinion_id, func.count().label("waiting"))
        .join(Case, Case.id == last.c.case_id)
        .where(Case.status.in_(lifecycle.WAITING), seen_by(person))
        .group_by(last.c.opinion_id)
        .subquery()
    )
    return (
        _shown()
        .add_columns(some.c.waiting)
        .join(Strand, Strand.case_id == Case.id)
        .join(some, some.c.opinion_id == Strand.opinion_id)
        .where(seen_by(person), Case.status.in_(lifecycle.OPEN))
        .order_by(some.c.waiting.desc(), Case.id.desc())
    )


def _joined(person: Person) -> Select[*tuple[Any, ...]]:
    last = (
        select(Joining.into_case_id, Joining.id)
        .where(Joining.separated_at.is_(None))
        .order_by(Joining.id.desc())
        .limit(_LAST)
        .subquery()
    )
    some = (
        select(last.c.into_case_id, func.max(last.c.id).label("last"))
        .group_by(last.c.into_case_id)
        .subquery()
    )
    return (
        _shown()
        .join(some, some.c.into_case_id == Case.id)
        .where(seen_by(person), Case.status != Status.JOINED)
        .order_by(some.c.last.desc())
    )


def _shown() -> Select[*tuple[Any, ...]]:
    opinions = (
        select(func.count())
        .where(Strand.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    return (
        select(
            Opinion.receipt_number,
            Case.ordinal,
            Opinion.subject,
            func.substr(Opinion.text, 1, _OPENING).label("opening"),
            Opinion.language,
            Case.status,
            Office.name.label("office"),
            opinions.label("opinions"),
        )
        .select_from(Case)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Office, Office.id == Case.office_id)
    )


def _line(row: RowMapping) -> LikeText:
    facts = dict(row)
    number = case_number(facts.pop("receipt_number"), facts.pop("ordinal"))
    return LikeText(**({"number": number, "waiting": 0} | facts))
