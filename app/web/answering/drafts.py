"""Drafts at the desk: saved as somebody types, found again, thrown away, taken back."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from app.domain.answering import DraftPart
from app.domain.permission import Duty
from app.services import dossiers
from app.services.answering import awaiting, drafts, overtaking
from app.services.answering.drafts import StaleDraft, Typed
from app.services.staff import Person
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained
from app.web.keyset import neighbours_of, parse_turn
from app.web.pages import language_of, premises_of
from app.web.wording import catalogue

router = APIRouter()

WriterDep = Annotated[Person, Depends(on_duty(Duty.WORK))]


class DraftForm(BaseModel):
    """A draft, and what is to be done with it."""

    do: Literal["save", "discard", "undo", "yield"] = "save"
    text: str = ""
    version: Key = 0
    revision: Key = 0


class Turning(BaseModel):
    """Which page of a list an address asks for."""

    after: str = ""
    before: str = ""


@router.get("/drafts")
async def show_drafts(
    request: Request,
    person: WriterDep,
    session: ReadingDep,
    query: Annotated[Turning, Query()],
    now: NowDep,
) -> Response:
    """Show what the person began to write, and what came back to them."""
    turn = parse_turn(after=query.after, before=query.before, timed=True)
    house = premises_of(request).house
    found = await drafts.mine(session, person, house, turn=turn)
    return desk_page(
        request, person, "desk/answering/drafts.html",
        rows=found.rows,
        neighbours=neighbours_of(found, {}),
        sent_back=[] if turn.place else await awaiting.sent_back(session, person),
        overtaken=[]
        if turn.place
        else await overtaking.told_to(session, person, now=now),
        told_for=overtaking.TOLD_FOR,
        to_sign=await awaiting.count(session, person),
    )  # fmt: skip


@router.post("/cases/{number}/drafts/{part}")
async def keep_draft(
    *,
    request: Request,
    number: str,
    part: DraftPart,
    person: WriterDep,
    form: Annotated[DraftForm, Form()],
    now: NowDep,
) -> Response:
    """Keep a draft, throw it away, or take that back."""
    typed_on = "application/json" in request.headers.get("accept", "")
    premises = premises_of(request)
    try:
        async with premises.database.writing() as session:
            if form.do == "save":
                version = await drafts.save(
                    session, person, premises.house, number,
                    Typed(part=part, text=form.text, version=form.version,
                          revision=form.revision, by_itself=typed_on),
                    now=now,
                )  # fmt: skip
            elif form.do == "undo":
                await drafts.take_back(session, person, number, part)
            else:
                await drafts.discard(session, person, number, part, now=now)
    except StaleDraft as error:
        if typed_on:
            words = explained(request, error.code, str(error))
            return JSONResponse({"words": words}, status_code=HTTPStatus.CONFLICT)
        return await _two_texts(request, person, number, part, form)
    if typed_on:
        moment = now.astimezone(premises.settings.zone).strftime("%H:%M")
        words = catalogue(language_of(request)).text("draft.saved", moment=moment)
        return JSONResponse({"version": version, "words": words})
    done = {"save": "draft_saved", "undo": "draft_back", "yield": "draft_yielded",
            "discard": "draft_discarded"}  # fmt: skip
    return see(request, f"/desk/cases/{number}", done=done[form.do])


async def _two_texts(
    request: Request, person: Person, number: str, part: DraftPart, form: DraftForm
) -> Response:
    """Show what another window kept beside what this one was about to."""
    premises = premises_of(request)
    now = premises.clock()
    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, person, number)
        kept = await drafts.read(
            session, person, premises.house, dossier.case.id, now=now
        )
    return desk_page(
        request, person, "desk/answering/two_drafts.html",
        status=HTTPStatus.CONFLICT,
        number=number,
        part=part,
        revision=dossier.case.revision,
        theirs=kept.get(part),
        mine=form.text,
    )  # fmt: skip
