"""Sifting at the desk: what is done with one held arrival, each step with one form.

Behind each stands the next held arrival, with what was done in words. Whoever comes a
moment too late is shown what became of it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.permission import Duty
from app.domain.vocabulary import HoldReason
from app.mail.letter import Letter
from app.mail.view import Wish
from app.services import held, releasing, sifting
from app.services.held import HeldArrival, NotHeld
from app.services.sifting import NotDiscarded, Read
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_forms import DiscardForm, JoinForm, Key, ReleaseForm, whither
from app.web.desk_held import onward
from app.web.desk_letter import settled_page
from app.web.desk_pages import see
from app.web.desk_person import on_duty
from app.web.desk_reading import reading_of
from app.web.pages import premises_of

router = APIRouter(prefix="/held/{arrival_id}")

SorterDep = Annotated[Person, Depends(on_duty(Duty.HELD))]


@router.post("/release")
async def release(
    request: Request,
    arrival_id: Key,
    form: Annotated[ReleaseForm, Form()],
    person: SorterDep,
    now: NowDep,
) -> Response:
    """Open a case with the arrival."""
    premises = premises_of(request)
    notice, section = whither(form.about)

    async def step() -> str:
        arrival, letter = await _read(request, person, arrival_id, form.as_charset)
        draft = await asyncio.to_thread(
            releasing.draw_up_release, premises.house, arrival, letter,
            notice=notice, section=section, kind=form.kind,
            staff_id=person.staff_id,
        )  # fmt: skip
        async with premises.database.writing() as session:
            registered = await sifting.release(
                session, person, premises.house, arrival_id, draft,
                as_charset=form.as_charset, now=now,
            )  # fmt: skip
        premises.outbox_waiting.set()
        return registered.receipt_number

    return await _shown(
        request, person, arrival_id, step, only=form.only, done="released"
    )


@router.post("/join")
async def join(
    request: Request,
    arrival_id: Key,
    form: Annotated[JoinForm, Form()],
    person: SorterDep,
    now: NowDep,
) -> Response:
    """Add the arrival to a case that is there."""
    premises = premises_of(request)

    async def step() -> str:
        arrival, letter = await _read(request, person, arrival_id, form.as_charset)
        read = Read(
            said=releasing.what_it_says(premises.house, arrival, letter),
            answers=releasing.liaisons_answered(premises.house, arrival, letter),
            as_charset=form.as_charset,
        )
        async with premises.database.writing() as session:
            return await sifting.join(
                session, person, premises.house, arrival_id, read,
                number=form.number, now=now,
            )  # fmt: skip

    return await _shown(
        request, person, arrival_id, step, only=form.only, done="joined"
    )


@router.post("/discard")
async def discard(
    request: Request,
    arrival_id: Key,
    form: Annotated[DiscardForm, Form()],
    person: SorterDep,
    now: NowDep,
) -> Response:
    """Set the arrival aside."""

    async def step(session: AsyncSession) -> None:
        await sifting.discard(session, person, arrival_id, ground=form.ground, now=now)

    try:
        await _written(request, step)
    except NotHeld:
        return await settled_page(request, person, arrival_id, status=409)
    return await onward(
        request, person, arrival_id,
        only=form.only, done="discarded", left=str(arrival_id),
    )  # fmt: skip


@router.post("/take-back")
async def take_back(
    request: Request, arrival_id: Key, person: SorterDep, now: NowDep
) -> Response:
    """Hold a discarded arrival again."""

    async def step(session: AsyncSession) -> None:
        await sifting.take_back(session, person, arrival_id, now=now)

    try:
        await _written(request, step)
    except NotDiscarded:
        return await settled_page(request, person, arrival_id, status=409)
    return see(request, f"/desk/held/{arrival_id}", done="taken_back")


async def _read(
    request: Request, person: Person, arrival_id: int, as_charset: str
) -> tuple[HeldArrival, Letter | None]:
    premises = premises_of(request)
    async with premises.database.reading() as session:
        arrival = await held.one(session, person, premises.house, arrival_id)
    reading = await reading_of(premises, arrival, Wish(as_charset=as_charset))
    return arrival, reading.letter if reading else None


async def _shown(
    request: Request,
    person: Person,
    arrival_id: int,
    step: Callable[[], Awaitable[str]],
    *,
    only: HoldReason | None,
    done: str,
) -> Response:
    """Take a step that ends in a case, and go on to the next arrival."""
    try:
        number = await step()
    except NotHeld:
        return await settled_page(request, person, arrival_id, status=409)
    return await onward(
        request, person, arrival_id, only=only, done=done, number=number
    )


async def _written(
    request: Request, step: Callable[[AsyncSession], Awaitable[None]]
) -> None:
    async with premises_of(request).database.writing() as session:
        await step(session)
