"""Which templates are offered for a case, the fitting first."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, case, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import AnswerTemplate, Case, Opinion
from app.services.answering.template_terms import PACKAGED, packaged
from app.services.answering.templates import any_or
from app.services.staff import Person

_MOST_OFFERED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A template that fits a case."""

    id: int
    title: str
    fits: bool
    """Whether it was written for the case's item or kind."""


async def offered(
    session: AsyncSession, person: Person, opened: Case, opinion: Opinion
) -> list[Offered]:
    """Return the templates for the case in its citizen's language, the fitting first.

    The structure that came with the package is the last.
    """
    meant = (
        (AnswerTemplate.section_id, opened.section_id),
        (AnswerTemplate.kind, opened.kind),
    )
    fits = or_(false(), *(column == it for column, it in meant if it is not None))
    rows = await session.execute(
        select(AnswerTemplate.id, AnswerTemplate.title, fits.label("fits"))
        .where(
            AnswerTemplate.archived_at.is_(None),
            AnswerTemplate.language == opinion.language,
            _usable(person, opened),
            any_or(AnswerTemplate.section_id, opened.section_id),
            any_or(AnswerTemplate.kind, opened.kind),
        )
        .order_by(case((fits, 0), else_=1), AnswerTemplate.position, AnswerTemplate.id)
        .limit(_MOST_OFFERED)
    )
    found = [Offered(id=key, title=title, fits=bool(fits)) for key, title, fits in rows]
    title, _ = packaged(opinion.language)
    return [*found, Offered(id=PACKAGED, title=title, fits=False)]


def _usable(person: Person, opened: Case) -> ColumnElement[bool]:
    """Return the condition for those of the house, the case's office and one's own."""
    offices = {opened.office_id, person.office_id}
    return or_(
        AnswerTemplate.office_id.is_(None), AnswerTemplate.office_id.in_(offices)
    )
