"""Several held arrivals at once: first what would happen to each, then what did."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from app.domain.permission import Duty
from app.domain.vocabulary import DiscardGround
from app.errors import AppError, InvalidInput
from app.mail.letter import Letter
from app.mail.reading import Reading
from app.premises import Premises
from app.reading_room.room import ReaderUnavailable
from app.services import held, releasing, sifting
from app.services.held import HeldArrival, NotHeld
from app.services.releasing import Prospect
from app.services.staff import Person
from app.web.dependencies import NowDep, PremisesDep
from app.web.desk_forms import ManyForm
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_reading import HeldLine, line_of, may_be_listed, readings_of
from app.web.errors import explained

router = APIRouter(prefix="/held")

SorterDep = Annotated[Person, Depends(on_duty(Duty.HELD))]

ALONE: Final = "error.release_alone"
"""The words for an arrival that is released from its own page only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done with each: exactly one of the two is given."""

    ground: DiscardGround | None = None
    notice: str | None = None
    title: str = ""
    """Of the notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would happen to one arrival."""

    id: int
    arrival: HeldArrival | None
    """None: it is not held any more."""

    reading: Reading | None = None
    line: HeldLine | None = None
    prospect: Prospect | None = None
    """What releasing it would do."""

    hindrance: str = ""
    """The key of the words for why nothing would; empty: something would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What happened to one arrival."""

    plan: Plan
    number: str = ""
    """Of the case that it opened."""

    trouble: str = ""
    """Why nothing happened, in words."""


@router.get("/many")
async def show_plans(
    request: Request,
    query: Annotated[ManyForm, Query()],
    person: SorterDep,
    premises: PremisesDep,
) -> Response:
    """Show what would happen to each of the arrivals that were chosen."""
    if not query.arrival or not query.step:
        return see(request, "/desk/held", done="nothing_chosen")
    step = _step(premises, query.step)
    plans = await _plans(premises, person, query, step)
    return desk_page(
        request, person, "desk/held_many.html",
        query=query, step=step, plans=plans,
        feasible=[plan.id for plan in plans if not plan.hindrance],
    )  # fmt: skip


@router.post("/many")
async def take_step(
    request: Request,
    form: Annotated[ManyForm, Form()],
    person: SorterDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Deal with each arrival in a transaction of its own; show what happened to it."""
    step = _step(premises, form.step)
    plans = await _plans(premises, person, form, step)
    hand = _Hand(premises=premises, person=person, step=step, now=now)
    results = [await _result(request, hand, plan) for plan in plans]
    premises.outbox_waiting.set()
    return desk_page(request, person, "desk/held_done.html", step=step, results=results)


def _step(premises: Premises, words: str) -> Step:
    """Return the step that a form names.

    Raises:
        InvalidInput: There is no such step.
        NoSuchNotice: There is no such notice.
    """
    name, _, which = words.partition(":")
    if name == "release":
        notice = premises.house.shelf.notice(which)
        return Step(notice=notice.slug, title=notice.title)
    if name == "discard" and which in set(DiscardGround):
        return Step(ground=DiscardGround(which))
    raise InvalidInput("there is no such step")


async def _plans(
    premises: Premises, person: Person, asked: ManyForm, step: Step
) -> list[Plan]:
    keys = list(dict.fromkeys(asked.arrival))
    async with premises.database.reading() as session:
        found = await held.several(session, person, premises.house, keys)
    readings: Mapping[int, Reading] = {}
    try:
        readings = await readings_of(premises, found)
    except ReaderUnavailable:
        # What is set aside need not be read for that.
        if step.ground is None:
            raise
    by_key = {arrival.id: arrival for arrival in found}
    return [
        _plan(premises, by_key[key], readings.get(key), step)
        if key in by_key
        else Plan(id=key, arrival=None, hindrance="error.not_held")
        for key in keys
    ]


def _plan(
    premises: Premises, arrival: HeldArrival, reading: Reading | None, step: Step
) -> Plan:
    prospect, hindrance = None, ""
    if step.notice is not None:
        readable = may_be_listed(arrival) and reading and reading.letter
        hindrance = "" if readable else ALONE
        letter = reading.letter if reading else None
        prospect = releasing.foresee(premises.house, arrival, letter)
    return Plan(
        id=arrival.id,
        arrival=arrival,
        reading=reading,
        line=line_of(arrival, reading),
        prospect=prospect,
        hindrance=hindrance,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """Somebody's hand on the arrivals, one after another."""

    premises: Premises
    person: Person
    step: Step
    now: datetime

    async def discard(self, arrival_id: int, ground: DiscardGround) -> None:
        async with self.premises.database.writing() as session:
            await sifting.discard(
                session, self.person, arrival_id, ground=ground, now=self.now
            )

    async def release(
        self, arrival: HeldArrival, letter: Letter | None, notice: str
    ) -> str:
        house = self.premises.house
        draft = await asyncio.to_thread(
            releasing.draw_up_release, house, arrival, letter,
            notice=notice, section=None, kind=None, staff_id=self.person.staff_id,
        )  # fmt: skip
        async with self.premises.database.writing() as session:
            registered = await sifting.release(
                session, self.person, house, arrival.id, draft, now=self.now
            )
        return registered.receipt_number

    async def deal_with(self, plan: Plan) -> str:
        """Return the receipt number of the case that it opened; empty: none.

        Raises:
            AppError: Nothing happened to it.
        """
        arrival, step = plan.arrival, self.step
        if arrival is None:
            raise NotHeld("this arrival is not held any more")
        if plan.hindrance:
            raise InvalidInput("release it from its own page", code="release_alone")
        if step.ground is not None:
            await self.discard(arrival.id, step.ground)
            return ""
        letter = plan.reading.letter if plan.reading else None
        return await self.release(arrival, letter, step.notice or "")


async def _result(request: Request, hand: _Hand, plan: Plan) -> Result:
    try:
        number = await hand.deal_with(plan)
    except AppError as error:
        return Result(plan=plan, trouble=explained(request, error.code, str(error)))
    return Result(plan=plan, number=number)
