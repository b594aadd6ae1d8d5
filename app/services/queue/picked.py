"""Picked: the lines of cases that were chosen by their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import receipt
from app.domain.vocabulary import Kind, Language, Status
from app.models import Case, Office, Opinion, Staff
from app.services.cases import NoSuchCase, parsed_number, seen_by
from app.services.staff import Person

_OPENING = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case as one line among those chosen."""

    number: str
    revision: int
    subject: str
    language: Language
    office: str
    assignee: str | None
    section_id: int | None
    notice_id: int
    kind: Kind | None
    status: Status
    unread: bool


async def lines(
    session: AsyncSession, person: Person, numbers: Sequence[str]
) -> Sequence[Line]:
    """Return those of the cases called ``numbers`` that ``person`` sees, in order."""
    wanted = {}
    for each in numbers:
        try:
            printed = parsed_number(each)
        except NoSuchCase:
            continue
        wanted[printed] = receipt.parse_case_number(printed)
    if not wanted:
        return ()
    one_of = or_(
        *(
            (Opinion.receipt_number == number) & (Case.ordinal == ordinal)
            for number, ordinal in wanted.values()
        )
    )
    rows = await session.execute(
        select(
            Opinion.receipt_number, Case.ordinal, Case.revision, Opinion.language,
            func.coalesce(
                func.nullif(Opinion.subject, ""), func.substr(Opinion.text, 1, _OPENING)
            ).label("subject"),
            Office.name.label("office"), Staff.display_name.label("assignee"),
            Case.section_id, Case.notice_id, Case.kind, Case.status, Case.unread,
        )
        .join(Case, Case.opinion_id == Opinion.id)
        .join(Office, Office.id == Case.office_id)
        .outerjoin(Staff, Staff.id == Case.assignee_id)
        .where(
            Opinion.receipt_number.in_({number for number, _ in wanted.values()}),
            one_of,
            seen_by(person),
        )
    )  # fmt: skip
    found = {}
    for row in rows.mappings():
        facts = dict(row)
        number = receipt.case_number(facts.pop("receipt_number"), facts.pop("ordinal"))
        found[number] = Line(number=number, **facts)
    return [found[number] for number in wanted if number in found]
