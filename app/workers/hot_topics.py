"""The hot topics worker: looks again and again what many write about now.

A process of its own finds the topics (`app.classroom.surveyor`); here opinions are
read, a few at a time, and what was found is kept.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from app.classroom.survey import Found, Terms
from app.classroom.surveyor import Opinions, topics_of
from app.domain.hot_topics import LEAST, WEEKS, Written, period
from app.premises import Premises
from app.services import surveying
from app.services.surveying import FoundTopic, SurveyedOpinion

MOST_TOPICS: Final = 100
"""How many topics are kept of a survey: the hottest."""

TERMS: Final = Terms(memory_mb=1024, cpu_seconds=180, least=LEAST, most=MOST_TOPICS)

_log = logging.getLogger(__name__)


class Surveyor:
    """Makes the surveys that are due."""

    def __init__(self, premises: Premises, *, stop: asyncio.Event) -> None:
        """Prepare; ``stop`` keeps further surveys from beginning."""
        self._premises = premises
        self._stop = stop
        self._not_before: dict[int | None, datetime] = {}
        """After a survey that failed: it would most likely fail again at once."""

    async def look_around(self) -> int:
        """Make every survey that is due, one after another; return how many were.

        Raises:
            SurveyFailed: One could not be made.
        """
        notices = (await self._premises.shelf()).notices
        # Of a single notice there is nothing to see that all do not show.
        several = [notice.id for notice in notices] if len(notices) > 1 else []
        done = 0
        for notice_id in (None, *several):
            now = self._premises.clock()
            waits = now < self._not_before.get(notice_id, now)
            if self._stop.is_set() or waits or not await self._is_due(notice_id, now):
                continue
            self._not_before[notice_id] = now + surveying.EVERY
            await survey(self._premises, notice_id)
            del self._not_before[notice_id]
            done += 1
        return done

    async def _is_due(self, notice_id: int | None, now: datetime) -> bool:
        async with self._premises.database.reading() as session:
            return await surveying.is_due(session, notice_id, now=now)


async def survey(premises: Premises, notice_id: int | None) -> None:
    """Look what many write about on a notice, or on all, and keep it.

    Raises:
        SurveyFailed: It could not be found out.
    """
    now = premises.clock()
    read: list[SurveyedOpinion] = []
    topics = await topics_of(_chunks(premises, notice_id, read, now=now), TERMS)
    found = await asyncio.to_thread(partial(_found, topics, read, now=now))
    full = len(read) >= surveying.MOST_READ
    async with premises.database.writing() as session:
        await surveying.keep(
            session, notice_id, found,
            opinions=len(read),
            newest_id=max((one.id for one in read), default=0),
            reaches_back_to=read[-1].registered_at if full else now - surveying.WINDOW,
            now=now,
        )  # fmt: skip
    _log.info(
        "hot topics were looked for",
        extra={"notice_id": notice_id, "opinions": len(read), "topics": len(found)},
    )


async def _chunks(
    premises: Premises,
    notice_id: int | None,
    read: list[SurveyedOpinion],
    *,
    now: datetime,
) -> AsyncIterator[Opinions]:
    """Yield the opinions to be read; add them, without their words, to ``read``."""
    since, before = now - surveying.WINDOW, None
    while len(read) < surveying.MOST_READ:
        async with premises.database.reading() as session:
            chunk = await surveying.chunk(
                session, notice_id, since=since, before=before
            )
        if not chunk:
            return
        before = chunk[-1].id
        chunk = chunk[: surveying.MOST_READ - len(read)]
        read += [one.wordless() for one in chunk]
        yield [(one.subject, one.text) for one in chunk]


def _found(
    topics: Sequence[Found], read: Sequence[SurveyedOpinion], *, now: datetime
) -> list[FoundTopic]:
    found = []
    for topic in topics:
        members = [read[member] for member in topic.members]
        written = [Written(one.registered_at, one.person) for one in members]
        found.append(
            FoundTopic(
                opinion_ids=[one.id for one in members],
                terms=topic.terms,
                places=topic.places,
                periods={weeks: period(written, weeks, now=now) for weeks in WEEKS},
            )
        )
    return found
