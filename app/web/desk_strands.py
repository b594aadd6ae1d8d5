"""Strands at the desk: a further matter, and what few may see.

A case is split and taken back, put before the restricted desk and given free.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from app.domain.permission import Duty
from app.services import merging, restricting, splitting
from app.web.desk_forms import SplitForm, StepForm, chosen
from app.web.desk_person import on_duty
from app.web.desk_steps import WORK, HandDep

router = APIRouter(prefix="/cases/{number}")

RESTRICTED = Depends(on_duty(Duty.READ_RESTRICTED))


@router.post("/split", dependencies=[WORK])
async def split(hand: HandDep, form: Annotated[SplitForm, Form()]) -> Response:
    """Open a case for a further matter of the opinion."""
    return await hand.take("split", form, lambda session: splitting.split(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, section=chosen(form.section, field="section"),
        now=hand.now,
    ))  # fmt: skip


@router.post("/merge", dependencies=[WORK])
async def merge(hand: HandDep, form: Annotated[StepForm, Form()]) -> Response:
    """Take such a case back into the one that it came from."""
    return await hand.take("merge", form, lambda session: merging.merge(
        session, hand.person, hand.number, revision=form.revision, now=hand.now,
    ))  # fmt: skip


@router.post("/restrict", dependencies=[WORK])
async def restrict(hand: HandDep, form: Annotated[StepForm, Form()]) -> Response:
    """Put the case before the restricted desk."""
    return await hand.take("restrict", form, lambda session: restricting.restrict(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, now=hand.now,
    ))  # fmt: skip


@router.post("/unrestrict", dependencies=[RESTRICTED])
async def release(hand: HandDep, form: Annotated[StepForm, Form()]) -> Response:
    """Let everybody see the case who works on cases."""
    return await hand.take("unrestrict", form, lambda session: restricting.release(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, now=hand.now,
    ))  # fmt: skip
