"""Imports at the desk: all of them, and a new file, kept part by part as it comes."""

from http import HTTPStatus
from importlib.util import find_spec
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from app.domain.permission import Duty
from app.errors import AppError, InvalidInput
from app.premises import Premises
from app.services.importing import files
from app.services.importing.files import MOST_BYTES, PART, ImportTooLarge
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.forms import files_of, received
from app.web.limits import IMPORTS
from app.web.pages import premises_of

router = APIRouter(prefix=IMPORTS.removeprefix("/desk"))

ImporterDep = Annotated[Person, Depends(on_duty(Duty.IMPORT))]

_MEGABYTE: Final = 2**20
_BOOK_READER: Final = "python_calamine"
"""What reads workbooks. Not everybody installs it, and the page says so beforehand."""


class NoFile(InvalidInput):
    """No file was chosen, or an empty one."""

    code = "no_file"


@router.get("")
async def show_imports(request: Request, person: ImporterDep) -> Response:
    """Show all imports, and the form for a new one."""
    return await _page(request, person)


@router.post("")
async def send(request: Request, person: ImporterDep, now: NowDep) -> Response:
    """Keep a file, to be taken apart by a worker; nothing of it counts yet."""
    premises = premises_of(request)
    async with received(request, premises.settings) as form:
        chosen = files_of(form, "file")
        try:
            if not chosen or not chosen[0].size:
                raise NoFile("no file was chosen", field="file")
            if chosen[0].size > MOST_BYTES:
                raise ImportTooLarge("the file is too large", field="file")
        except InvalidInput as error:
            return await _page(request, person, error=error)
        key = await _keep(premises, person, chosen[0], now=now)
    return see(request, f"{IMPORTS}/{key}")


async def _keep(
    premises: Premises, person: Person, file: UploadFile, *, now: NowDep
) -> int:
    seal = premises.house.seal
    async with premises.database.writing() as session:
        key = await files.begin(session, person, seal, file.filename or "", now=now)
    number = 0
    while part := await file.read(PART):
        async with premises.database.writing() as session:
            await files.add_part(session, seal, key, number, part)
        number += 1
    async with premises.database.writing() as session:
        await files.complete(session, person, key, size=file.size or 0, now=now)
    return key


async def _page(
    request: Request, person: Person, *, error: AppError | None = None
) -> Response:
    premises = premises_of(request)
    async with premises.database.reading() as session:
        found = await files.entries(session, person, premises.house.seal)
    return desk_page(
        request, person, "desk/importing/imports.html",
        status=status_of(error) if error else HTTPStatus.OK,
        imports=found,
        most=MOST_BYTES // _MEGABYTE,
        books=find_spec(_BOOK_READER) is not None,
        days=files.KEPT_FOR.days,
        error=explained(request, error.code, str(error)) if error else None,
    )  # fmt: skip
