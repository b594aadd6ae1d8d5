"""Steps about the time of a case: chasing it, asking for more, and deciding on that."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from app.domain.deadlines.chasing import Supervision
from app.domain.permission import Duty
from app.services.clocks import extensions, supervision
from app.web.desk_forms import ReasonForm, StepForm, TextForm
from app.web.desk_person import on_duty
from app.web.desk_steps import HandDep
from app.web.pages import premises_of

router = APIRouter(prefix="/cases/{number}")

WORK = Depends(on_duty(Duty.WORK))
ASSIGN = Depends(on_duty(Duty.ASSIGN))
SUPERVISE = Depends(on_duty(Duty.SUPERVISE))


class ChaseForm(TextForm):
    """How hard an office is chased, and the note that it reads."""

    level: Supervision


class DecisionForm(StepForm):
    """Whether more time is granted."""

    granted: bool


@router.post("/supervise", dependencies=[SUPERVISE])
async def chase(hand: HandDep, form: Annotated[ChaseForm, Form()]) -> Response:
    """Chase the office that has the case."""
    return await hand.take("supervise", form, lambda session: supervision.chase(
        session, hand.person, hand.number,
        revision=form.revision, level=form.level, text=form.text, now=hand.now,
    ))  # fmt: skip


@router.post("/extend", dependencies=[WORK])
async def ask_for_time(hand: HandDep, form: Annotated[ReasonForm, Form()]) -> Response:
    """Ask for more time, with a reason that the citizen is told."""
    response = await hand.take("extend", form, lambda session: extensions.ask(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, reason=form.reason, now=hand.now,
    ))  # fmt: skip
    premises_of(hand.request).outbox_waiting.set()
    return response


@router.post("/decide", dependencies=[ASSIGN])
async def decide(hand: HandDep, form: Annotated[DecisionForm, Form()]) -> Response:
    """Grant more time, or refuse it."""
    name = "granted" if form.granted else "refused"
    response = await hand.take(name, form, lambda session: extensions.decide(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, granted=form.granted, now=hand.now,
    ))  # fmt: skip
    premises_of(hand.request).outbox_waiting.set()
    return response
