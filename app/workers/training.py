"""The training worker: models learn from what clerks confirmed, and prove themselves.

A process of its own learns (`app.classroom`); here the opinions are read, a few at a
time, and the outcome is stored. Acceptance and the desk do not wait for any of it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from app.classroom.lesson import (
    Trial,
    keyed_sections,
    sections_as_bytes,
    taught_as_bytes,
    topics_as_bytes,
)
from app.classroom.process import taught_by
from app.errors import Conflict
from app.premises import Premises
from app.sealing import BrokenSealError
from app.services import models, switching, teaching
from app.services.lexicon import Said
from app.services.paging import Place
from app.services.shelf import ShelvedNotice
from app.services.switching import Candidate, ModelOvertaken
from app.workers.loop import outcome

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


class NothingConfirmed(Conflict):
    """No opinion on the notice was confirmed, so there is nothing to learn from."""

    code = "nothing_confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What came of learning."""

    number: int
    """The model's."""

    trial: Trial

    least: int
    """On how many opinions it had to be tried to come into use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What has to be known before a lesson begins."""

    number: int
    before: int
    sealed: bytes
    learned_until: datetime


class Trainer:
    """Looks again and again whether a model is to learn, and has it learn."""

    def __init__(self, premises: Premises, *, stop: asyncio.Event) -> None:
        """Prepare; ``stop`` ends a lesson that is under way."""
        self._premises = premises
        self._stop = stop
        self._not_before: dict[int, datetime] = {}
        """After a lesson that failed: it would most likely fail again at once."""

    async def look_around(self) -> int:
        """Have every notice's model learn that is to; return how many did."""
        settings = self._premises.settings
        if not settings.learning:
            return 0
        done = 0
        for notice in (await self._premises.shelf()).notices:
            now = self._premises.clock()
            waits = now < self._not_before.get(notice.id, now)
            if self._stop.is_set() or waits or not await self._is_due(notice, now):
                continue
            self._not_before[notice.id] = now + settings.learn_every
            learnt = await _unless(self._stop, learn(self._premises, notice))
            done += await self._tell(notice, learnt)
        return done

    async def _is_due(self, notice: ShelvedNotice, now: datetime) -> bool:
        premises = self._premises
        async with premises.database.reading() as session:
            return await teaching.is_due(session, premises.settings, notice.id, now=now)

    async def _tell(self, notice: ShelvedNotice, learnt: object) -> int:
        if isinstance(learnt, ModelOvertaken):
            _log.info("another worker was faster", extra={"notice": notice.slug})
            return 0
        if isinstance(learnt, Exception):
            raise learnt
        return int(isinstance(learnt, Learnt))


async def learn(
    premises: Premises, notice: ShelvedNotice, *, staff_id: int | None = None
) -> Learnt:
    """Have a model learn from all that was confirmed, and store what came of it.

    Raises:
        NothingConfirmed: There is nothing to learn from.
        LearningFailed: See `app.classroom.process`.
        ModelOvertaken: Another model came into use meanwhile.
    """
    desk = await _desk(premises, notice)
    said = premises.house.shelf.lexicon.said
    in_use = await asyncio.to_thread(_opened, premises, desk)
    lesson = _lesson(premises, notice, said, in_use)
    trial, model = await taught_by(premises.settings, lesson)
    if not trial.examples:
        raise NothingConfirmed("too little has been confirmed to learn from")
    least = premises.settings.try_on_least
    if trial.opinions < least:
        trial = replace(trial, replaces=False)
    sealed = await asyncio.to_thread(premises.house.seal.close, model, purpose="model")
    candidate = Candidate(
        number=desk.number,
        before=desk.before,
        examples=trial.examples,
        learned_until=desk.learned_until,
        measures={
            "opinions": trial.opinions,
            "least": least,
            "candidate": asdict(trial.candidate),
            "before": asdict(trial.before),
            "before_number": desk.before,
            "topics": said.state,
        },
        sealed=sealed,
        replaces=trial.replaces,
    )
    async with premises.database.writing() as session:
        await switching.keep(
            session, notice, candidate,
            staff_id=staff_id,
            most_kept=premises.settings.models_kept,
            now=premises.clock(),
        )  # fmt: skip
    premises.house.shelf.expire()
    learnt = Learnt(number=desk.number, trial=trial, least=least)
    _note(notice, learnt)
    return learnt


async def _desk(premises: Premises, notice: ShelvedNotice) -> _Desk:
    async with premises.database.reading() as session:
        until = await teaching.last_confirmed(session, notice.id)
        if until is None:
            raise NothingConfirmed("no opinion on this notice has been confirmed yet")
        before = await models.number_in_use(session, notice.id)
        return _Desk(
            number=await models.next_number(session, notice.id),
            before=before,
            sealed=await models.sealed_model(session, notice.id, before),
            learned_until=until,
        )


def _opened(premises: Premises, desk: _Desk) -> bytes:
    """Return the model in use; empty: there is none, or none that opens."""
    try:
        return (
            premises.house.seal.open(desk.sealed, purpose="model")
            if desk.sealed
            else b""
        )
    except BrokenSealError:
        return b""


async def _lesson(
    premises: Premises, notice: ShelvedNotice, said: Said, in_use: bytes
) -> AsyncIterator[bytes]:
    """Yield the frames of a lesson; no transaction is open while one is on its way."""
    yield sections_as_bytes(keyed_sections(notice.outline, notice.section_ids))
    yield topics_as_bytes(said.amendments, said.links.get(notice.id, {}))
    yield in_use
    left = premises.settings.learn_from_most
    place: Place | None = None
    while left > 0:
        async with premises.database.reading() as session:
            chunk = await teaching.chunk(session, notice, after=place)
        yield taught_as_bytes(chunk.taught[:left])
        left -= len(chunk.taught)
        place = chunk.last
        if place is None:
            break


async def _unless(
    stop: asyncio.Event, work: Coroutine[Any, Any, Result]
) -> Result | Exception | None:
    """Return what ``work`` comes to, or its error; None: ``stop`` was set before."""
    working = asyncio.create_task(outcome(work))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


def _note(notice: ShelvedNotice, learnt: Learnt) -> None:
    trial = learnt.trial
    _log.info(
        "a model has learned",
        extra={
            "notice": notice.slug,
            "model": learnt.number,
            "in_use": trial.replaces,
            "examples": trial.examples,
            "tried_on": trial.opinions,
            "accuracy": round(trial.candidate.accuracy, 3),
            "accuracy_before": round(trial.before.accuracy, 3),
        },
    )
