"""Acknowledgements within limits: two machines that answer each other come to rest.

Some show by no header that they are machines. So one writer gets only so many letters
that nobody here wrote, and all together get only so many; whatever comes beyond that
is registered all the same, and its case says why there was no letter.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.correspondence import WithholdGround
from app.domain.record import Action
from app.domain.vocabulary import MailPurpose
from app.models import AuditEvent, Contact, Opinion, OutboxMessage
from app.services import audit
from app.services.drafting import Draft
from app.settings import Settings

RECENTLY: Final = timedelta(days=1)
"""The time that the limits are for."""

_log = logging.getLogger(__name__)


async def within_limits(
    session: AsyncSession, settings: Settings, drafts: Sequence[Draft], *, now: datetime
) -> list[Draft]:
    """Return ``drafts``, those past a limit without their acknowledgement."""
    meant = [draft for draft in drafts if draft.has_letter]
    if not meant:
        return list(drafts)
    tally = _Tally(
        settings=settings,
        by_writer=await _by_writer(session, {_writer(draft) for draft in meant}, now),
        in_all=await _in_all(session, settings, now, ahead=len(meant)),
    )
    kept = [tally.passed(draft, now) for draft in drafts]
    if tally.withheld:
        _log.warning("acknowledgements are past a limit", extra=dict(tally.withheld))
    return kept


async def is_day_full(
    session: AsyncSession, settings: Settings, *, now: datetime
) -> bool:
    """Return whether as many acknowledgements went out as may in a day."""
    most = settings.acknowledgements_per_day
    return bool(most) and await _in_all(session, settings, now) >= most


@dataclass(slots=True)
class _Tally:
    settings: Settings
    by_writer: Counter[bytes]
    in_all: int
    withheld: Counter[str] = field(default_factory=Counter)

    def passed(self, draft: Draft, now: datetime) -> Draft:
        """Count a draft, and take its acknowledgement away where a limit is reached."""
        writer = _writer(draft)
        if not draft.has_letter:
            return draft
        ground = self._ground(writer)
        self.by_writer[writer] += 1
        if ground is None:
            self.in_all += 1
            return draft
        self.withheld[ground] += 1
        event = audit.event(
            Action.MAIL_WITHHELD, at=now, case_id=draft.case_id,
            purpose=MailPurpose.ACKNOWLEDGEMENT, ground=ground,
        )  # fmt: skip
        return draft.without_letter().with_row(AuditEvent, event)

    def _ground(self, writer: bytes) -> WithholdGround | None:
        most = self.settings.acknowledgements_per_sender
        if most and self.by_writer[writer] >= most:
            return WithholdGround.SENDER_CAP
        most = self.settings.acknowledgements_per_day
        return WithholdGround.DAY_CAP if most and self.in_all >= most else None


def _writer(draft: Draft) -> bytes:
    rows = draft.rows.get(Contact)
    return (rows[0]["email_digest"] if rows else None) or b""


async def _by_writer(
    session: AsyncSession, writers: set[bytes], now: datetime
) -> Counter[bytes]:
    """Return how many opinions each of ``writers`` sent in of late."""
    rows = await session.execute(
        select(Contact.email_digest, func.count())
        .join(Opinion, Opinion.id == Contact.opinion_id)
        .where(
            Contact.email_digest.in_(writers), Opinion.registered_at > now - RECENTLY
        )
        .group_by(Contact.email_digest)
    )
    return Counter({writer or b"": count for writer, count in rows})


async def _in_all(
    session: AsyncSession, settings: Settings, now: datetime, *, ahead: int = 0
) -> int:
    """Return how many acknowledgements are not a day old; no more than the limit.

    0 where ``ahead`` more would not reach it, which takes a twentieth of the time to
    find out.
    """
    most = settings.acknowledgements_per_day
    if not most or (ahead < most and not await _is_recent(session, most - ahead, now)):
        return 0
    last = (
        select(OutboxMessage.created_at)
        .where(OutboxMessage.purpose == MailPurpose.ACKNOWLEDGEMENT)
        .order_by(OutboxMessage.id.desc())
        .limit(most)
        .subquery()
    )
    recent = select(func.count()).select_from(last)
    return await session.scalar(recent.where(last.c.created_at > now - RECENTLY)) or 0


async def _is_recent(session: AsyncSession, number: int, now: datetime) -> bool:
    """Return whether that many letters, counted back from the last, are of this day.

    Counted in the order of their opinions, in which an index alone can count: no
    acknowledgement is older than its opinion, and keys rise with time.
    """
    key = (
        select(OutboxMessage.id)
        .where(OutboxMessage.opinion_id.is_not(None))
        .order_by(OutboxMessage.opinion_id.desc(), OutboxMessage.id.desc())
        .offset(number - 1)
        .limit(1)
        .scalar_subquery()
    )
    created_at = await session.scalar(
        select(OutboxMessage.created_at).where(OutboxMessage.id == key)
    )
    return created_at is not None and created_at > now - RECENTLY
