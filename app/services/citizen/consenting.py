"""Consenting (同意公开): a citizen no longer wants the own words before the public.

The opinion is dealt with as before, and nothing of the person is erased: whoever wants
that, or no more to be done, has other steps for it.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.models import Opinion
from app.services import audit, cases
from app.services.publishing import publications


async def take_back(session: AsyncSession, opinion_id: int, *, now: datetime) -> bool:
    """Publish nothing more in the citizen's words; False: nothing was allowed.

    What stands before the public in these words is taken down, and whoever works on
    the case sees it.

    Raises:
        StaleCase: Somebody changed the publication at the same moment.
    """
    # Rows are locked in the order in which the outbox worker and the desk do it.
    opinion = await session.get_one(
        Opinion, opinion_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if not opinion.may_publish:
        return False
    taken_down = await publications.withdraw_consent(session, opinion_id, now=now)
    for case_id in await cases.bring_up_all(session, opinion_id):
        if case_id not in taken_down:
            audit.record(session, Action.CONSENT_WITHDRAWN, at=now, case_id=case_id)
    return True
