"""Files of a case, shown where that is safe, each on a page of its own."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from app.domain.file_kind import Shown, how_shown, told_by_content
from app.domain.permission import Duty
from app.domain.submission import File
from app.services.answering import files
from app.services.staff import Person
from app.web.dependencies import NowDep, PremisesDep, WritingDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, download
from app.web.desk_person import on_duty
from app.web.pages import link, premises_of

router = APIRouter(prefix="/cases/{number}/files/{attachment_id}")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ))]

_SANDBOX: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
)
"""What a shown file may do: nothing. The style is that with which browsers lay out a
picture that has a window to itself."""


@router.get("/look")
async def look_at(
    *,
    request: Request,
    number: str,
    attachment_id: Key,
    person: ReaderDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Show a file, and what is known of it, once it is noted who looks."""
    house = premises_of(request).house
    sight = await files.look_at(session, person, house, number, attachment_id, now=now)
    return desk_page(
        request, person, "desk/answering/file.html",
        number=number, sight=sight,
        folder=link(request, f"/desk/cases/{number}/files"),
    )  # fmt: skip


@router.get("/content")
async def send_content(
    *,
    number: str,
    attachment_id: Key,
    person: ReaderDep,
    premises: PremisesDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Send what a page shows, as what it is by its content; all else is saved."""
    return shown(
        await files.content(
            session, person, premises.house, number, attachment_id, now=now
        )
    )


def shown(file: File) -> Response:
    """Return a picture or a document to be looked at, and all else to be saved."""
    found = told_by_content(file.content)
    if how_shown(found) not in {Shown.PICTURE, Shown.DOCUMENT}:
        return download(file)
    return Response(
        file.content,
        media_type=found,
        headers={
            "Content-Disposition": "inline",
            "Content-Security-Policy": _SANDBOX,
        },
    )
