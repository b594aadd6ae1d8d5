"""The likeness worker: compares what came with what had come before, right after."""

import asyncio
import logging
from typing import Final

from sqlalchemy.exc import IntegrityError

from app.premises import Premises
from app.services import joining_rule, likeness

GIVES_WAY: Final = 5.0
"""Seconds for which letters that wait to be read may keep a round from beginning."""

_log = logging.getLogger(__name__)


async def compare_new(premises: Premises) -> int:
    """Compare the oldest opinions that were not; return how many were.

    A letter becomes a case before anybody looks what it is like; while a great many
    come, a round is made now and then. The thinking is done while no transaction is
    open, and apart from the event loop. The rule is applied to all that is noted as
    compared, or else to none of it.
    """
    await premises.letters_first.give_way(longest=GIVES_WAY)
    database = premises.database
    async with database.reading() as session:
        opinions = await likeness.unsigned(session)
    if not opinions:
        return 0
    sheets = await asyncio.to_thread(likeness.sheets, premises.house, opinions)
    async with database.reading() as session:
        known = await likeness.look_up(session, sheets)
    found = await asyncio.to_thread(likeness.compare, sheets, known)
    try:
        async with database.writing() as session:
            joined = await joining_rule.attempt(session, found, now=premises.clock())
            await likeness.keep(session, found, now=premises.clock())
    except IntegrityError:
        # Another process was faster, and will have suggested what there is to suggest.
        return 0
    if joined:
        _log.info("the same texts were joined", extra={"joined": joined})
    return len(found)
