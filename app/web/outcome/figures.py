"""Figures kept at hand: what came of a notice is counted at most every ten minutes.

Whoever comes while it is being counted anew is shown the numbers before, if there are
any. So no crowd of readers counts the same opinions at the same time.
"""

import asyncio
from datetime import timedelta
from typing import Final

from fastapi import Request

from app.premises import Premises
from app.services import tallies
from app.services.publishing import reckoning
from app.services.publishing.reckoning import Reckoning
from app.services.shelf import ShelvedNotice
from app.services.tallies import TallySheet

STALE_AFTER: Final = timedelta(minutes=10)


class Figures:
    """The last reckoning of each notice."""

    def __init__(self) -> None:
        """Start with none."""
        self._known: dict[int, Reckoning] = {}
        self._sheets: dict[int, tuple[int, TallySheet]] = {}
        self._counting: dict[int, asyncio.Lock] = {}

    async def of(self, premises: Premises, notice: ShelvedNotice) -> Reckoning:
        """Return what came of ``notice``, not much older than `STALE_AFTER`."""
        known = self._current(premises, notice)
        if known is not None:
            return known
        lock = self._counting.setdefault(notice.id, asyncio.Lock())
        before = self._known.get(notice.id)
        same = before is not None and before.version_id == notice.version_id
        if before is not None and same and lock.locked():
            return before
        async with lock:
            known = self._current(premises, notice)
            if known is None:
                known = await _counted(premises, notice)
                self._known[notice.id] = known
            return known

    async def sheet(self, premises: Premises, notice: ShelvedNotice) -> TallySheet:
        """Return the tallies beside the text of ``notice``, as its board has them."""
        known = await self.of(premises, notice)
        kept = self._sheets.get(notice.id)
        if kept is None or kept[0] != known.key:
            kept = known.key, tallies.sheet_of(notice, known)
            self._sheets[notice.id] = kept
        return kept[1]

    def forget(self, notice_id: int) -> None:
        """Count anew for the next reader: somebody of the staff changed something."""
        self._known.pop(notice_id, None)

    def _current(self, premises: Premises, notice: ShelvedNotice) -> Reckoning | None:
        known = self._known.get(notice.id)
        if known is None or known.version_id != notice.version_id:
            return None
        return known if premises.clock() - known.at < STALE_AFTER else None


def figures_of(request: Request) -> Figures:
    """Return the figures that the application keeps."""
    figures: Figures = request.app.state.figures
    return figures


async def _counted(premises: Premises, notice: ShelvedNotice) -> Reckoning:
    async with premises.database.reading() as session:
        tally = await reckoning.count(
            session, notice, zone=premises.settings.zone, now=premises.clock()
        )
    return await asyncio.to_thread(tally.reckoning)
