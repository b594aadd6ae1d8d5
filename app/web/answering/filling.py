"""Filling in: a template put into the box that an answer is written in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse

from app.domain import places
from app.domain.permission import Duty
from app.services.answering import filling
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_case import case_page
from app.web.desk_forms import AnswerForm, Key
from app.web.desk_person import on_duty
from app.web.pages import premises_of

router = APIRouter()

WriterDep = Annotated[Person, Depends(on_duty(Duty.WORK))]


class FillForm(AnswerForm):
    """An answer as far as it is written, and the template that is put into it."""

    template: Key


@router.post("/cases/{number}/fill")
async def fill(
    request: Request,
    number: str,
    person: WriterDep,
    form: Annotated[FillForm, Form()],
    now: NowDep,
) -> Response:
    """Return the template filled in: alone for a script, else in the case's page."""
    premises = premises_of(request)
    async with premises.database.writing() as session:
        text = await filling.filled(
            session, person, premises.house, number, form.template, now=now
        )
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"text": text, "unfilled": places.unfilled(text)})
    written = "\n\n".join(part for part in (form.text.strip("\n"), text) if part)
    typed = form.model_dump(mode="json", exclude={"revision", "seen", "template"})
    return await case_page(request, person, number, begun=typed | {"text": written})
