"""The mailboxes worker: one attendant for each mailbox, none of whom waits for another.

An attendant is a task that reads its mailbox until something is in the way, says what,
pauses and begins again. This module looks now and then which mailboxes there are, and
sees that each has its attendant.
"""

import asyncio
import logging
from functools import partial
from typing import Final

from app.gateways.imap_faults import Patience
from app.premises import Premises
from app.services import fetching
from app.workers.attendant import Attendant, Pace

_log = logging.getLogger(__name__)


class MailboxWatch:
    """The attendants of all mailboxes."""

    def __init__(
        self,
        premises: Premises,
        *,
        pace: Pace | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Attend to the mailboxes of ``premises`` once `look_around` is called."""
        self._premises = premises
        self._hire: Final = partial(
            Attendant,
            premises,
            pace=pace or Pace(),
            patience=patience or Patience(),
        )
        self._attendants: dict[int, tuple[Attendant, asyncio.Task[None]]] = {}

    async def look_around(self) -> int:
        """See that each mailbox that is to be read has an attendant, and no other has.

        Returns 0: there is nothing left to do until the next round.
        """
        async with self._premises.database.reading() as session:
            attended = await fetching.attended(session)
        for mailbox_id in self._attendants.keys() - attended.keys():
            await self._dismiss(mailbox_id)
        for mailbox_id, awaited in attended.items():
            if self._is_missing(mailbox_id):
                attendant = self._hire(mailbox_id)
                task = asyncio.create_task(attendant.attend())
                self._attendants[mailbox_id] = attendant, task
            elif awaited:
                self._attendants[mailbox_id][0].wake.set()
        return 0

    async def close(self) -> None:
        """Dismiss all attendants; what one of them is just keeping is kept."""
        await asyncio.gather(*map(self._dismiss, list(self._attendants)))

    def _is_missing(self, mailbox_id: int) -> bool:
        known = self._attendants.get(mailbox_id)
        if known is None:
            return True
        _, task = known
        if task.done() and not task.cancelled() and (error := task.exception()):
            _log.error(
                "an attendant left its mailbox",
                extra={"mailbox_id": mailbox_id},
                exc_info=error,
            )
        return task.done()

    async def _dismiss(self, mailbox_id: int) -> None:
        _, task = self._attendants.pop(mailbox_id)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
