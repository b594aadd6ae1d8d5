"""Accused: whom the letters of a case complain of, so that they do not get it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.complaint import Complained, Named, Names, complained_of
from app.domain.passages import marks_from_json, own_words
from app.domain.vocabulary import Kind
from app.errors import Conflict
from app.keys import new_key
from app.models import Case, ComplainedOf, Office, Opinion
from app.services.complaining import first_complaint
from app.services.placing import likely_kind
from app.services.routing_rules import folded
from app.services.shelf import Shelf


class ComplainsOfThem(Conflict):
    """The text complains of the office, or the person, that the case would go to."""

    code = "complains_of_them"

    def __init__(self, complained: Complained) -> None:
        """Name the sign."""
        super().__init__(f"the text complains of them: {complained.sign}")
        self.complained = complained


def accused_in(case: Case, opinion: Opinion, names: Names) -> Sequence[Complained]:
    """Return whom the opening opinion of ``case`` complains of."""
    kind = case.kind or likely_kind(opinion, said=None)
    if case.restricted:
        kind = Kind.REPORT
    return complained_of(said(opinion), names, kind=kind)


def receiver_of_report(
    shelf: Shelf, accused: Sequence[Complained]
) -> tuple[int, Complained | None]:
    """Return whose a report is that complains of ``accused``.

    With it, why it is not simply with the office that receives reports: then it is
    the supervision office's, also where that is the office complained of.
    """
    receiver = shelf.report_office_id
    by = next((each for each in accused if each.office_id == receiver), None)
    return (shelf.lead_office_id if by else receiver), by


async def check_not_accused(
    session: AsyncSession, case: Case, *, office_id: int, assignee_id: int | None
) -> None:
    """Hold that no letter of ``case`` complains of whom it is to be given to.

    What was joined to it and what was added later are its letters, too. The supervision
    office may have what complains of it: somebody has to look at it.

    Raises:
        ComplainsOfThem: It does.
    """
    leads = await session.scalar(select(Office.leads).where(Office.id == office_id))

    def concerns(_: int, who: Named | Complained) -> bool:
        of_them = who.office_id == office_id and not leads
        return of_them or (assignee_id is not None and who.staff_id == assignee_id)

    found = await first_complaint(session, {case.id: case}, concerns=concerns)
    if case.id in found:
        raise ComplainsOfThem(found[case.id])


async def noted(session: AsyncSession, case: Case, staff_id: int) -> bool:
    """Return whether a letter of ``case`` complains of that person, and put it down.

    What the opening letter complains of was put down when it came. What comes later is
    looked at only when the case is about to come into somebody's hands.
    """
    found = await first_complaint(
        session, {case.id: case}, concerns=lambda _, who: who.staff_id == staff_id
    )
    if found:
        await session.execute(
            insert(ComplainedOf), complaints(case.id, list(found.values()))
        )
    return bool(found)


def said(opinion: Opinion) -> str:
    """Return the own words of ``opinion``, folded, however long they are."""
    words = own_words(opinion.text, marks_from_json(opinion.marks))
    return folded(f"{opinion.subject}\n{words}")


def complaints(case_id: int, accused: Sequence[Complained]) -> list[dict[str, Any]]:
    """Return the rows that keep whom a case complains of."""
    return [
        {
            "id": new_key(),
            "case_id": case_id,
            "office_id": each.office_id,
            "staff_id": each.staff_id,
            "name": each.name,
        }
        for each in accused
    ]
