"""Punctuality: whether what has to be done without anybody asking is done in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import MailState
from app.keys import made_at
from app.models import Arrival, OutboxMessage
from app.services import mailboxes
from app.services.mailboxes import MailboxEntry

LATE_AFTER: Final = timedelta(minutes=10)
"""How long a letter may lie unread, or unsent past its moment: rounds are made every
few seconds, and a full batch takes less than one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """How long work has been waiting that somebody should have done."""

    unread_since: datetime | None
    """When the oldest letter came in that is not read yet; None: all are."""

    unsent_since: datetime | None
    """Since when the oldest letter of ours could have gone out; None: all have."""

    failing: Sequence[MailboxEntry] = ()
    """The mailboxes that could not be looked through the last time."""

    def reads_late(self, now: datetime) -> bool:
        """Return whether letters that came in lie unread for too long."""
        return self.unread_since is not None and now - self.unread_since > LATE_AFTER

    def sends_late(self, now: datetime) -> bool:
        """Return whether letters of ours lie here for too long."""
        return self.unsent_since is not None and now - self.unsent_since > LATE_AFTER


async def punctuality(session: AsyncSession) -> Punctuality:
    """Return what is waiting; looked up by index, however much that is."""
    oldest = await session.scalar(
        select(func.min(Arrival.id)).where(Arrival.fate.is_(None))
    )
    unsent_since = await session.scalar(
        select(func.min(OutboxMessage.next_attempt_at)).where(
            OutboxMessage.state == MailState.WAITING
        )
    )
    entries = await mailboxes.entries(session)
    return Punctuality(
        unread_since=made_at(oldest) if oldest is not None else None,
        unsent_since=unsent_since,
        failing=tuple(one for one in entries if one.enabled and one.failing_since),
    )
