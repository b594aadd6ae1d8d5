"""The outbox worker: sends what was promised; no connection is held meanwhile."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from app.gateways.delivery import Failure, Transport
from app.premises import Premises
from app.services import outbox
from app.services.outbox import LEASE, DueLetter
from app.workers.loop import outcome

TIRED_AFTER: Final = LEASE / 2
"""How long a round may take: what was claimed and not tried by then is given back."""

_log = logging.getLogger(__name__)


async def send_due(
    premises: Premises, transport: Transport, *, stop: asyncio.Event
) -> int:
    """Send the letters whose time has come; return how many were tried."""
    began = premises.clock()
    async with premises.database.writing() as session:
        due = await outbox.claim_due(session, premises.house, now=began)
    tried = 0
    try:
        for letter in due:
            if stop.is_set() or premises.clock() - began > TIRED_AFTER:
                break
            await _send(premises, transport, letter)
            tried += 1
    finally:
        await transport.hang_up()
    await _give_back(premises, due[tried:], now=premises.clock())
    return tried


async def _send(premises: Premises, transport: Transport, due: DueLetter) -> None:
    failure = await outcome(transport.deliver(due.letter))
    if isinstance(failure, Exception):
        _log.error("delivery broke", extra={"outbox_id": due.id}, exc_info=failure)
        failure = Failure(error=f"{type(failure).__name__}: a fault of ours")
    async with premises.database.writing() as session:
        now = premises.clock()
        if failure is None:
            await outbox.mark_sent(session, due.id, now=now)
        else:
            await outbox.mark_failed(
                session,
                premises.house,
                due.id,
                error=failure.error,
                final=failure.final,
                receiver_refused=failure.receiver_refused,
                now=now,
            )
    _note(due, failure)


async def _give_back(
    premises: Premises, letters: Sequence[DueLetter], *, now: datetime
) -> None:
    if not letters:
        return
    async with premises.database.writing() as session:
        await outbox.give_back(session, [letter.id for letter in letters], now=now)


def _note(due: DueLetter, failure: Failure | None) -> None:
    if failure is None:
        _log.info("a letter was sent", extra={"outbox_id": due.id})
        return
    _log.warning(
        "a letter was not taken",
        extra={"outbox_id": due.id, "error": failure.error, "final": failure.final},
    )
