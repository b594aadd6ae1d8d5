"""Siblings: the other cases of an opinion on several matters."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Label, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain import lifecycle
from app.domain.receipt import case_number
from app.domain.vocabulary import Status
from app.models import Case, Office, Opinion
from app.services import cases
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

    @property
    def answerable(self) -> bool:
        """Whether the person may give it the same answer."""
        return self.visible and self.status in lifecycle.WAITING


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
