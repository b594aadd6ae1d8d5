"""The deadlines worker: what nobody does, but the clock.

Who was asked is reminded, pauses that are over end, what was due is put before the
supervision office, and what was guessed is reckoned again once the calendar knows
better. Each goes by an index that holds nothing but what is to be done, and nothing is
written where nothing is due.
"""

import asyncio
from functools import partial

from sqlalchemy import select

from app.premises import Premises
from app.services.clocks import confirming, pauses, reminders, supervision
from app.workers.loop import Job


def job(premises: Premises) -> Job:
    """Return what a process does about deadlines for as long as it runs."""
    # It is due by the clock: nobody can wake it.
    return Job(
        name="deadlines",
        work=partial(look_around, premises),
        wake=asyncio.Event(),
        every=20.0,
    )


async def look_around(premises: Premises) -> int:
    """Do what is due; return how much that was."""
    await premises.shelf()
    now, house = premises.clock(), premises.house
    # First the pauses: what their end moves is not overdue.
    asked = (
        pauses.any_over(now), confirming.any_guessed(house),
        supervision.any_overdue(now), reminders.any_due(now),
    )  # fmt: skip
    async with premises.database.reading() as session:
        over, guessed, overdue, silent = (await session.execute(select(*asked))).one()
    done = 0
    if over:
        async with premises.database.writing() as session:
            done += await pauses.end_those_over(session, now=now)
    if silent:
        async with premises.database.writing() as session:
            done += await reminders.remind(session, house, now=now)
    if guessed:
        async with premises.database.writing() as session:
            done += await confirming.confirm(session, house, now=now)
    if overdue or done:
        async with premises.database.writing() as session:
            done += await supervision.note_overdue(session, now=now)
    return done
