"""A note put right, or taken away, by whoever wrote it a moment ago."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.errors import AppError, Conflict, InvalidInput
from app.services import dossiers
from app.services.answering import note_changes
from app.services.answering.note_changes import NoSuchNote
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.pages import premises_of

router = APIRouter()

WriterDep = Annotated[Person, Depends(on_duty(Duty.WORK))]


class NoteForm(BaseModel):
    """A note as it is to be."""

    do: Literal["save", "delete"] = "save"
    text: str = ""


@router.get("/cases/{number}/notes/{note_id}")
async def show_note(
    request: Request, number: str, note_id: Key, person: WriterDep
) -> Response:
    """Show a note, to be changed."""
    return await _page(request, person, number, note_id)


@router.post("/cases/{number}/notes/{note_id}")
async def change_note(
    *,
    request: Request,
    number: str,
    note_id: Key,
    person: WriterDep,
    form: Annotated[NoteForm, Form()],
    now: NowDep,
) -> Response:
    """Change a note, or take it away."""
    try:
        async with premises_of(request).database.writing() as session:
            if form.do == "delete":
                await note_changes.delete(session, person, number, note_id, now=now)
            else:
                await note_changes.change(
                    session, person, number, note_id, text=form.text, now=now
                )
    except (InvalidInput, Conflict) as error:
        return await _page(
            request, person, number, note_id, typed=form.text, error=error
        )
    done = "note_deleted" if form.do == "delete" else "note_changed"
    return see(request, f"/desk/cases/{number}", done=done)


async def _page(
    request: Request,
    person: Person,
    number: str,
    note_id: int,
    *,
    typed: str | None = None,
    error: AppError | None = None,
) -> Response:
    premises = premises_of(request)
    now = premises.clock()
    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, person, number)
    note = next((words for words in dossier.words if words.id == note_id), None)
    if note is None:
        raise NoSuchNote("there is no such note")
    return desk_page(
        request, person, "desk/answering/note.html",
        status=status_of(error) if error else 200,
        number=number,
        note=note,
        text=note.text if typed is None else typed,
        open=note_id in note_changes.changeable(
            person, [note], dossier.events, now=now
        ),
        wrong=explained(request, error.code, str(error)) if error else None,
    )  # fmt: skip
