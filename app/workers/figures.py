"""The figures worker: reckons the weeks in which something changed."""

import logging
from typing import Final

from app.premises import Premises
from app.services.figures import reckoning

EVERY: Final = 60.0
"""Seconds from one reckoning to the next."""

_log = logging.getLogger(__name__)


async def look_around(premises: Premises) -> int:
    """Reckon what is due; return 0, for what comes meanwhile waits for the next time.

    Two workers that reckon the same week come to the same rows.
    """
    zone, now = premises.settings.zone, premises.clock()
    async with premises.database.reading() as session:
        weeks, newest = await reckoning.due(session, zone=zone, now=now)
    for week_on in weeks:
        async with premises.database.reading() as session:
            rows = await reckoning.reckon(session, week_on, zone=zone, now=now)
        async with premises.database.writing() as session:
            await reckoning.keep(session, week_on, rows)
    async with premises.database.writing() as session:
        await reckoning.note(session, newest, now=now)
    if weeks:
        _log.debug("figures were reckoned", extra={"weeks": len(weeks)})
    return 0
