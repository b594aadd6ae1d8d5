"""Withdrawals: what is withdrawn ends in all cases of the opinion, or in none."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.errors import Conflict
from app.models import Case
from app.services import cases, siblings
from app.services.staff import Person


class OthersMatter(Conflict):
    """What was withdrawn is in a case, too, that the person may not work on."""

    code = "others_matter"


class SharedMatter(Conflict):
    """What one citizen withdraws is in a case with what others want."""

    code = "shared_matter"


async def others(session: AsyncSession, person: Person, case: Case) -> Sequence[Case]:
    """Return the other open cases of the opinion, which end with ``case``; all held.

    Raises:
        OthersMatter: The person may not work on one of them.
        SharedMatter: One has opinions of other people as well.
    """
    found = await cases.siblings(session, case)
    still_open = [each for each in found if each.status in lifecycle.OPEN]
    keys = [each.id for each in still_open]
    rows = await session.execute(
        select(cases.led_by(person).label("led"), siblings.is_shared().label("shared"))
        .select_from(Case)
        .where(Case.id.in_([case.id, *keys]))
    )
    places = rows.all()
    if not all(row.led for row in places):
        raise OthersMatter("another office deals with one of the opinion's cases")
    if any(row.shared for row in places):
        raise SharedMatter("one of the opinion's cases has those of others as well")
    return still_open
