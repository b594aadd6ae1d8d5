"""Siblings: the other cases of an opinion on several matters.

Whatever changes several of them, or opens or ends one, holds them all beforehand
(`hold`): the opinions first, then their cases, each in the order of their keys.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Label, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain import lifecycle
from app.domain.receipt import case_number, parse_case_number
from app.domain.vocabulary import Status
from app.models import Case, Office, Opinion, Strand
from app.services import cases
from app.services.cases import StaleCase
from app.services.staff import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """Another case of the same opinion; who may not see it knows no more of it."""

    number: str
    ordinal: int
    revision: int
    section_id: int | None
    office: str
    status: Status
    due_at: datetime

    visible: bool
    """Whether the person may open it."""

    workable: bool
    """Whether the person may do more than note something on it."""

    shared: bool
    """Whether other people's opinions are dealt with in it as well."""

    @property
    def answerable(self) -> bool:
        """Whether the person may give it the same answer."""
        return self.workable and self.status in lifecycle.WAITING

    @property
    def open(self) -> bool:
        """Whether its procedure is not over."""
        return self.status in lifecycle.OPEN


async def of(
    session: AsyncSession, person: Person, case: Case, opinion: Opinion
) -> list[Sibling]:
    """Return the other cases of the opinion that opened ``case``, in their order."""
    rows = await session.execute(
        select(
            Case.ordinal,
            Case.revision,
            Case.section_id,
            Office.name.label("office"),
            Case.status,
            Case.due_at,
            cases.seen_by(person).label("visible"),
            cases.led_by(person).label("workable"),
            is_shared().label("shared"),
        )
        .join(Office, Office.id == Case.office_id)
        .where(
            Case.opinion_id == case.opinion_id,
            Case.id != case.id,
            Case.merged_at.is_(None),
        )
        .order_by(Case.ordinal)
    )
    return [
        Sibling(number=case_number(opinion.receipt_number, row["ordinal"]), **row)
        for row in rows.mappings()
    ]


def places() -> tuple[Label[int], Label[int]]:
    """Return which of its opinion's cases each is, and of how many."""
    other = aliased(Case)
    counted = (
        select(func.count())
        .where(other.opinion_id == Case.opinion_id, other.merged_at.is_(None))
        .correlate(Case)
    )
    upto = counted.where(other.ordinal <= Case.ordinal).scalar_subquery()
    return upto.label("matter"), counted.scalar_subquery().label("matters")


def is_shared() -> ColumnElement[bool]:
    """Return the condition that holds for cases which have others' opinions as well."""
    return (
        select(Strand.id)
        .where(Strand.case_id == Case.id, Strand.opinion_id != Case.opinion_id)
        .correlate(Case)
        .exists()
    )


def showing(case_id: int) -> ColumnElement[bool]:
    """Return the condition that holds for cases which show words that this one shows.

    Of the opinions that share it, those are all that they opened, and all that they
    are dealt with in.
    """
    sharing = _sharing(case_id)
    theirs = select(Strand.case_id).where(Strand.opinion_id.in_(sharing))
    return or_(Case.opinion_id.in_(sharing), Case.id.in_(theirs))


async def hold(session: AsyncSession, number: str) -> None:
    """Hold back whoever wants to change the cases that go together with this one.

    Comes before any of them is read: only what is read afterwards is so, and whoever
    holds a case and waits for its opinion would wait for ever. Letters, answers and
    what citizens add need an opinion only to be there, so nobody waits for that.

    Raises:
        NoSuchCase: It is no case number.
        StaleCase: Another opinion was joined to one of the cases meanwhile.
    """
    printed, ordinal = parse_case_number(cases.parsed_number(number))
    case_id = await session.scalar(
        select(Case.id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(Opinion.receipt_number == printed, Case.ordinal == ordinal)
    )
    if case_id is None:
        return
    opinions = select(Opinion.id).where(Opinion.id.in_(_sharing(case_id)))
    together = select(Case.id).where(showing(case_id))
    held = (
        set(await session.scalars(
            opinions.order_by(Opinion.id).with_for_update(key_share=True)
        )),
        set(await session.scalars(
            together.order_by(Case.id).with_for_update(of=Case)
        )),
    )  # fmt: skip
    # Whoever joins cases holds no opinion, so a further one can have come while we
    # waited; to hold that as well now would be out of order.
    there = set(await session.scalars(opinions)), set(await session.scalars(together))
    if there[0] - held[0] or there[1] - held[1]:
        raise StaleCase("another opinion was joined to the case at the same moment")


def _sharing(case_id: int) -> Select[int]:
    """Return the statement for the opinions that a case is about."""
    opened = select(Case.opinion_id).where(Case.id == case_id)
    shared = select(Strand.opinion_id).where(Strand.case_id == case_id)
    return select(opened.union(shared).subquery().c.opinion_id)
