"""Helping: what a co-office (协办) sees of a case, and that another answers it."""

from sqlalchemy import ColumnElement, Select, and_, select

from app.domain import permission
from app.errors import NotAllowed
from app.models import Case, CaseOffice
from app.services.staff import Person


class NotLeading(NotAllowed):
    """Another office answers the case; a co-office says what it thinks in a note."""

    code = "not_leading"


def helped_by(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for cases whose co-office is the person's."""
    return and_(
        Case.id.in_(
            select(CaseOffice.case_id).where(CaseOffice.office_id == person.office_id)
        ),
        Case.office_id != person.office_id,
    )


def helped_cases(person: Person) -> Select[int]:
    """Return the keys of those cases, the newest first; one may be the office's own."""
    return (
        select(CaseOffice.case_id)
        .where(CaseOffice.office_id == person.office_id)
        .order_by(CaseOffice.case_id.desc())
    )


def leads(person: Person, case: Case) -> bool:
    """Return whether ``person``, who sees ``case``, may do more than note something."""
    every = permission.sees_all_offices(person.role)
    return every or case.office_id == person.office_id


def check_leading(person: Person, case: Case) -> None:
    """Hold that the case is one of the person's office, or of every office.

    Raises:
        NotLeading: The office is only asked what it thinks.
    """
    if not leads(person, case):
        raise NotLeading("another office answers this case")
