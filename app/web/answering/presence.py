"""Presence: who else is at the same case, told to the page every now and then."""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask

from app.domain import permission
from app.domain.permission import Duty
from app.services import cases
from app.services.answering import looks
from app.services.answering.looks import Onlooker
from app.services.cases import NoSuchCase
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_person import on_duty
from app.web.pages import language_of, premises_of
from app.web.wording import Catalogue, catalogue

router = APIRouter()

WorkerDep = Annotated[Person, Depends(on_duty(Duty.WORK))]


class LookForm(BaseModel):
    """What somebody does at a case."""

    writing: bool = False
    leaving: bool = False


@router.post("/cases/{number}/looks")
async def look(
    request: Request,
    number: str,
    person: WorkerDep,
    form: Annotated[LookForm, Form()],
    now: NowDep,
) -> Response:
    """Note that somebody is there; return who else is, and the case's revision."""
    async with premises_of(request).database.writing() as session:
        case = await cases.find(session, person, number)
        if form.leaving:
            await looks.leave(session, person, case.id)
            return Response(status_code=HTTPStatus.NO_CONTENT)
        await looks.look(session, person, case.id, writing=form.writing, now=now)
        found = await looks.others(session, person, case.id, now=now)
    words = catalogue(language_of(request))
    return JSONResponse(
        {"words": [said(words, each) for each in found], "revision": case.revision}
    )


def said(words: Catalogue, onlooker: Onlooker) -> str:
    """Return what a colleague does, as a sentence."""
    key = "looks.writing" if onlooker.writing else "looks.reading"
    return words.text(key, name=onlooker.name)


def noted_afterwards(
    request: Request, person: Person, number: str
) -> BackgroundTask | None:
    """Return what notes, once a page has left, that somebody opened a case."""
    if not permission.may(person.role, Duty.WORK):
        return None
    premises = premises_of(request)

    async def note() -> None:
        # It is a hint: a case that is gone, or a busy database, is no trouble.
        with suppress(NoSuchCase, SQLAlchemyError):
            async with premises.database.writing() as session:
                case = await cases.find(session, person, number)
                await looks.look(
                    session, person, case.id, writing=False, now=premises.clock()
                )

    return BackgroundTask(note)
