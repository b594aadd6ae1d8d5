"""Accusing: which cases complain of those who have the case that they would join."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.complaint import Complained, Named
from app.models import Case, CaseOffice, Office
from app.services.accused import ComplainsOfThem
from app.services.complaining import first_complaint

Receivers = tuple[frozenset[int], int | None]
"""The offices that see a case, and who has it in hand."""


async def harmless(
    session: AsyncSession, into: Case, sources: Sequence[Case], *, named: bool
) -> list[Case]:
    """Return those of ``sources`` that complain of nobody who has the case ``into``.

    Raises:
        ComplainsOfThem: The one that was ``named`` does, or all of them.
    """
    complaining = await accusing(session, [(case, into) for case in sources])
    rest = [case for case in sources if case.id not in complaining]
    if complaining and (named or not rest):
        raise ComplainsOfThem(next(iter(complaining.values())))
    return rest


async def accusing(
    session: AsyncSession, joining: Sequence[tuple[Case, Case]]
) -> Mapping[int, Complained]:
    """Return whom they complain of, by the cases that complain of whom they come to.

    ``joining`` has each case with the one that it would join. All that shares it, and
    all that was added, is read. An office that has it already learns nothing new; the
    supervision office may have what complains of it.
    """
    receivers = await _receivers(session, {into.id: into for _, into in joining})
    to = {case.id: receivers[into.id] for case, into in joining}
    coming = {case.id: case for case, _ in joining}
    return await first_complaint(
        session, coming,
        concerns=lambda key, who: _is_of(who, coming[key], to[key]),
    )  # fmt: skip


def _is_of(who: Named | Complained, case: Case, to: Receivers) -> bool:
    """Return whether that is an office, or a person, whom the case would be new to."""
    offices, assignee_id = to
    if who.office_id in offices - {case.office_id}:
        return True
    return who.staff_id is not None and who.staff_id == assignee_id


async def _receivers(
    session: AsyncSession, cases: Mapping[int, Case]
) -> dict[int, Receivers]:
    asked = await session.execute(
        select(CaseOffice.case_id, CaseOffice.office_id).where(
            CaseOffice.case_id.in_(cases)
        )
    )
    leading = set(await session.scalars(select(Office.id).where(Office.leads)))
    offices = {key: {case.office_id} for key, case in cases.items()}
    for case_id, office_id in asked:
        offices[case_id].add(office_id)
    return {
        key: (frozenset(some - leading), cases[key].assignee_id)
        for key, some in offices.items()
    }
