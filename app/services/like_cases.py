"""Like cases: which cases say the same as one, as far as a person may see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain import lifecycle
from app.domain.correspondence import SuggestionGround
from app.domain.receipt import case_number
from app.domain.vocabulary import Move, Status
from app.models import Case, Joining, Likeness, Opinion, Staff, Strand, Suggestion
from app.services.cases import seen_by
from app.services.disowning import counted
from app.services.like_pairs import holds_all, kept_from, own_signs, put_aside
from app.services.paging import number_of
from app.services.staff import Person

MOST_COUNTED: Final = 1_000
_MOST_GROUPS: Final = 500
"""How many of those who share a case are asked in what words they wrote."""

_JOINABLE: Final = [
    status for status, moves in lifecycle.MOVES.items() if Move.JOIN in moves
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeCase:
    """A case that this one may be joined into, and why."""

    number: str
    subject: str
    status: Status
    office_id: int
    revision: int
    opinions: int
    """How many opinions share it."""

    ground: SuggestionGround
    contained: float | None
    holds_all: bool = False
    """Whether this case's letter has all of that text, and words of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedInto:
    """Where the opinion of a joined case is dealt with, and who decided that."""

    number: str
    visible: bool
    """Whether the person may see that case."""

    ground: SuggestionGround | None
    contained: float | None
    holds_all: bool
    """As in `LikeCase`."""

    by: str | None
    """None: the rule."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a case has to do with others."""

    joined_into: JoinedInto | None = None
    into: tuple[LikeCase, ...] = ()
    """What it may be joined into."""

    others: int = 0
    """Cases that say the same and may be joined into this one; at most
    `MOST_COUNTED`."""

    opinions: int = 1
    """How many opinions share it."""

    aside: bool = False
    """Whether somebody said that it does not belong with those that say the same."""


async def read(session: AsyncSession, person: Person, case: Case) -> Standing:
    """Return what ``case`` has to do with others that ``person`` may see."""
    if case.status is Status.JOINED:
        return Standing(joined_into=await _joined_into(session, person, case))
    opinions = await session.scalar(
        select(func.count()).where(Strand.case_id == case.id)
    )
    if Move.JOIN not in lifecycle.MOVES[case.status]:
        others = await count(session, person, case)
        return Standing(others=others, opinions=opinions or 0)
    into = list(await _repeats(session, person, case))
    aside = select(Case.id).where(Case.id == case.id, put_aside())
    if await session.scalar(aside) is not None and opinions == 1:
        return Standing(into=tuple(into), aside=True)
    lead = await _lead(session, person, case)
    if lead is not None and lead.number not in {each.number for each in into}:
        into.append(lead)
    others = 0 if into else await count(session, person, case)
    return Standing(into=tuple(into), others=others, opinions=opinions or 0)


def candidates(person: Person, into: Case) -> Select[int]:
    """Return the selection of cases that may be joined into one for saying the same.

    They wait for an answer, a person may see them, and nobody said that they do not
    belong here.
    """
    groups = (
        select(Likeness.group_id)
        .join(Strand, Strand.opinion_id == Likeness.opinion_id)
        .where(Strand.case_id == into.id)
        .order_by(Strand.id)
        .limit(_MOST_GROUPS)
    )
    there = exists().where(
        Strand.case_id == into.id, Strand.opinion_id == Case.opinion_id
    )
    return (
        select(Case.id)
        .join(Likeness, Likeness.opinion_id == Case.opinion_id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(
            Likeness.group_id.in_(groups),
            Case.id != into.id,
            Case.opinion_id != into.opinion_id,
            Case.notice_id == into.notice_id,
            Case.ordinal == into.ordinal,
            Case.restricted.is_(into.restricted),
            Case.status.in_(_JOINABLE),
            counted(),
            seen_by(person),
            ~put_aside(),
            ~kept_from(into.id, Case.opinion_id),
            ~there,
        )
        .order_by(Case.id)
    )


async def count(session: AsyncSession, person: Person, case: Case) -> int:
    """Return how many cases may be joined into one; at most `MOST_COUNTED`."""
    return await number_of(session, candidates(person, case), most=MOST_COUNTED)


def _shown() -> Select[*tuple[Any, ...]]:
    opinions = (
        select(func.count())
        .where(Strand.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    return select(
        Opinion.receipt_number,
        Case.ordinal,
        Opinion.subject,
        Case.status,
        Case.office_id,
        Case.revision,
        opinions.label("opinions"),
    ).select_from(Case)


def _open_to(person: Person, case: Case) -> ColumnElement[bool]:
    return (
        Case.status.in_(lifecycle.OPEN)
        & (Case.id != case.id)
        & (Case.opinion_id != case.opinion_id)
        & (Case.notice_id == case.notice_id)
        & Case.restricted.is_(case.restricted)
        & ~kept_from(Case.id, case.opinion_id)
        & seen_by(person)
    )


async def _repeats(session: AsyncSession, person: Person, case: Case) -> list[LikeCase]:
    """Return the cases that deal with what the same person said before."""
    rows = await session.execute(
        _shown()
        .add_columns(Suggestion.ground, Suggestion.contained, own_signs(case))
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Strand, Strand.case_id == Case.id)
        .join(Suggestion, Suggestion.opinion_id == Strand.opinion_id)
        .where(
            Suggestion.case_id == case.id,
            Suggestion.ground == SuggestionGround.REPEAT,
            Suggestion.settled_at.is_(None),
            _open_to(person, case),
        )
        .order_by(Case.id)
    )
    return [_like_case(**row) for row in rows.mappings()]


async def _lead(session: AsyncSession, person: Person, case: Case) -> LikeCase | None:
    """Return the case that those which say the same are joined into; None: this one.

    It is the open one in which the first of them is dealt with, or else the oldest that
    waits.
    """
    likeness = await session.get(Likeness, case.opinion_id)
    if likeness is None or likeness.group_id == case.opinion_id:
        return None
    first = (
        _shown()
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Strand, Strand.case_id == Case.id)
        .where(Strand.opinion_id == likeness.group_id, _open_to(person, case))
        .where(Case.ordinal == case.ordinal, ~put_aside())
    )
    oldest = (
        _shown()
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Likeness, Likeness.opinion_id == Case.opinion_id)
        .where(Likeness.group_id == likeness.group_id, _open_to(person, case))
        .where(Case.ordinal == case.ordinal, Case.id < case.id, counted())
        .where(~put_aside())
        .order_by(Case.id)
    )
    for way in (first, oldest):
        row = (await session.execute(way.limit(1))).mappings().first()
        if row is not None:
            ground = SuggestionGround.CAMPAIGN
            return _like_case(
                **row, ground=ground, contained=likeness.contained,
                own_signs=likeness.own_signs,
            )  # fmt: skip
    return None


def _like_case(
    *, receipt_number: str, ordinal: int, own_signs: int | None, **facts: Any
) -> LikeCase:
    return LikeCase(
        number=case_number(receipt_number, ordinal),
        holds_all=holds_all(facts["contained"], own_signs),
        **facts,
    )


async def _joined_into(
    session: AsyncSession, person: Person, case: Case
) -> JoinedInto | None:
    into = aliased(Case)
    row = (
        await session.execute(
            select(
                Opinion.receipt_number, into.ordinal, into.id, Joining.ground,
                Joining.contained, Staff.display_name, Joining.joined_at,
                own_signs(case),
            )
            .select_from(Joining)
            .join(into, into.id == Joining.into_case_id)
            .join(Opinion, Opinion.id == into.opinion_id)
            .outerjoin(Staff, Staff.id == Joining.staff_id)
            .where(Joining.from_case_id == case.id, Joining.separated_at.is_(None))
            .limit(1)
        )
    ).first()  # fmt: skip
    if row is None:
        return None
    visible = await session.scalar(
        select(Case.id).where(Case.id == row.id, seen_by(person))
    )
    return JoinedInto(
        number=case_number(row.receipt_number, row.ordinal),
        visible=visible is not None,
        ground=row.ground,
        contained=row.contained,
        holds_all=holds_all(row.contained, row.own_signs),
        by=row.display_name,
        at=row.joined_at,
    )
