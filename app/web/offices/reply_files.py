"""Files of liaisons' answers at the desk, shown where that is safe."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.domain.permission import Duty
from app.services.offices import liaison_files
from app.services.staff import Person
from app.web.answering.files import shown
from app.web.dependencies import NowDep, PremisesDep, WritingDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, download
from app.web.desk_person import on_duty
from app.web.pages import link, premises_of

router = APIRouter(prefix="/cases/{number}/reply-files/{file_id}")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ))]


@router.get("")
async def save(
    *,
    number: str,
    file_id: Key,
    person: ReaderDep,
    premises: PremisesDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Send a file of a liaison's answer to be saved."""
    return download(
        await liaison_files.save(
            session, person, premises.house, number, file_id, now=now
        )
    )


@router.get("/look")
async def look_at(
    *,
    request: Request,
    number: str,
    file_id: Key,
    person: ReaderDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Show a file, and what is known of it, once it is noted who looks."""
    house = premises_of(request).house
    sight = await liaison_files.look_at(
        session, person, house, number, file_id, now=now
    )
    return desk_page(
        request, person, "desk/answering/file.html",
        number=number, sight=sight,
        folder=link(request, f"/desk/cases/{number}/reply-files"),
    )  # fmt: skip


@router.get("/content")
async def send_content(
    *,
    number: str,
    file_id: Key,
    person: ReaderDep,
    premises: PremisesDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Send what a page shows, as what it is by its content; all else is saved."""
    return shown(
        await liaison_files.content(
            session, person, premises.house, number, file_id, now=now
        )
    )
