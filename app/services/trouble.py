"""Trouble: what somebody at the desk should be told of as soon as they come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import MailState
from app.models import Mailbox, OutboxMessage
from app.models.base import UtcDateTime
from app.services.house import House

WORRYING_AFTER: Final = timedelta(minutes=30)
"""How long a mailbox may be in trouble before everybody at the desk is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What keeps letters from going out, or from coming in."""

    no_relay: bool = False
    """Letters wait, and no mail server is set that would take them."""

    parked: bool = False
    """Letters were tried too often."""

    unread: bool = False
    """A mailbox has not been read for so long that it worries."""


NONE: Final = Trouble()


async def read(session: AsyncSession, house: House, *, now: datetime) -> Trouble:
    """Return what there is to be told."""
    facts = {"since": now - WORRYING_AFTER}
    waiting, parked, unread = (await session.execute(_asked(), facts)).one()
    return Trouble(
        no_relay=house.settings.relay_url is None and waiting,
        parked=parked,
        unread=unread,
    )


@cache
def _asked() -> Select[bool, bool, bool]:
    """Return the statement, which most pages of the queue ask."""
    since = bindparam("since", type_=UtcDateTime())
    return select(
        exists().where(OutboxMessage.state == MailState.WAITING),
        exists().where(OutboxMessage.state == MailState.PARKED),
        exists().where(Mailbox.enabled, Mailbox.failing_since < since),
    )
