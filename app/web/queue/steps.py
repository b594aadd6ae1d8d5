"""Steps of a person's own on a case: to have it, to put it away, to follow it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from app.domain.permission import Duty
from app.services.queue import assigning, snoozing, watching
from app.web.desk_forms import Blank, StepForm
from app.web.desk_pages import see
from app.web.desk_person import on_duty
from app.web.desk_steps import HandDep
from app.web.pages import premises_of
from app.web.queue.query import midnight

router = APIRouter(prefix="/cases/{number}")

WORK = Depends(on_duty(Duty.WORK))


class SnoozeForm(StepForm):
    """Until which day."""

    until: Annotated[date | None, Blank] = None


@router.post("/mine", dependencies=[WORK])
async def take_over(hand: HandDep, form: Annotated[StepForm, Form()]) -> Response:
    """Have the case in hand oneself."""
    return await hand.take("mine", form, lambda session: assigning.take_over(
        session, hand.person, hand.number, revision=form.revision, now=hand.now,
    ))  # fmt: skip


@router.post("/snooze", dependencies=[WORK])
async def snooze(hand: HandDep, form: Annotated[SnoozeForm, Form()]) -> Response:
    """Put the case out of the way until a day."""
    until = midnight(form.until, hand.house.settings.zone) or hand.now
    return await hand.take("snooze", form, lambda session: snoozing.snooze(
        session, hand.person, hand.number, revision=form.revision, until=until,
        now=hand.now,
    ))  # fmt: skip


@router.post("/wake", dependencies=[WORK])
async def wake(hand: HandDep, form: Annotated[StepForm, Form()]) -> Response:
    """Bring the case back before its day."""
    return await hand.take("wake", form, lambda session: snoozing.wake(
        session, hand.person, hand.number, revision=form.revision, now=hand.now,
    ))  # fmt: skip


@router.post("/watch", dependencies=[WORK])
async def watch(hand: HandDep) -> Response:
    """Follow the case."""
    async with premises_of(hand.request).database.writing() as session:
        await watching.watch(session, hand.person, hand.number)
    return see(hand.request, f"/desk/cases/{hand.number}", done="watch")


@router.post("/unwatch", dependencies=[WORK])
async def unwatch(hand: HandDep) -> Response:
    """Follow the case no more."""
    async with premises_of(hand.request).database.writing() as session:
        await watching.unwatch(session, hand.person, hand.number)
    return see(hand.request, f"/desk/cases/{hand.number}", done="unwatch")
