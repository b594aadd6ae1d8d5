"""Joint handling at the desk: days for co-offices, contributions, liaisons' answers."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse

from app.domain.permission import Duty
from app.services.offices import joint, liaison_replies
from app.services.staff import Person
from app.web.dependencies import ReadingDep
from app.web.desk_case import case_page
from app.web.desk_forms import AnswerForm, Key, StepForm
from app.web.desk_person import on_duty
from app.web.desk_steps import WORK, HandDep

router = APIRouter(prefix="/cases/{number}")

WriterDep = Annotated[Person, Depends(on_duty(Duty.WORK))]


class DayForm(StepForm):
    """The day until which a co-office's opinion is wanted."""

    office: Key
    day: date


class ContributionForm(AnswerForm):
    """An answer as far as it is written, and what is put into it."""

    contribution: Key


class ReplyForm(StepForm):
    """What becomes of a liaison's answer."""

    do: Literal["take_over", "set_aside"]
    reply: Key = 0
    """Which of several it is, so that an error stands beside that one alone."""

    remark: str = ""


@router.post("/co-office/due", dependencies=[WORK])
async def set_due(hand: HandDep, form: Annotated[DayForm, Form()]) -> Response:
    """Say until when a co-office's opinion is wanted."""
    return await hand.take("co_due", form, lambda session: joint.set_due(
        session, hand.person, hand.house, hand.number, revision=form.revision,
        office_id=form.office, day=form.day, now=hand.now,
    ))  # fmt: skip


@router.post("/contribution")
async def insert(
    request: Request,
    number: str,
    person: WriterDep,
    session: ReadingDep,
    form: Annotated[ContributionForm, Form()],
) -> Response:
    """Return a contribution: alone for a script, else in the answer of the page."""
    found = await joint.contribution(session, person, number, form.contribution)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"text": found.text, "unfilled": []})
    written = "\n\n".join(part for part in (form.text.strip("\n"), found.text) if part)
    typed = form.model_dump(mode="json", exclude={"revision", "seen", "contribution"})
    return await case_page(request, person, number, begun=typed | {"text": written})


@router.post("/replies/{key}", dependencies=[WORK])
async def decide(
    hand: HandDep, key: Key, form: Annotated[ReplyForm, Form()]
) -> Response:
    """Take a liaison's answer over, or set it aside."""
    if form.do == "take_over":
        return await hand.take("take_over", form, lambda session: (
            liaison_replies.take_over(
                session, hand.person, hand.house, hand.number, key,
                revision=form.revision, now=hand.now,
            )
        ))  # fmt: skip
    return await hand.take("set_aside", form, lambda session: (
        liaison_replies.set_aside(
            session, hand.person, hand.number, key,
            revision=form.revision, remark=form.remark, now=hand.now,
        )
    ))  # fmt: skip
