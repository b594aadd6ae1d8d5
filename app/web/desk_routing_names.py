"""What citizens call the offices, at the desk."""

import re
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from app.domain import permission
from app.domain.permission import Duty
from app.errors import AppError
from app.services import office_names, routes
from app.services.office_names import BadName
from app.services.routes import StaleTable
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_routing_form import MOST_FIELDS
from app.web.errors import explained, status_of
from app.web.pages import premises_of

router = APIRouter(prefix="/routing/names")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_ROUTING))]
KeeperDep = Annotated[Person, Depends(on_duty(Duty.ROUTING))]

_BETWEEN: Final = re.compile(r"[、,，;；\n]+")
_FIELD: Final = re.compile(r"n(\d{1,18})")
_REVISION: Final = re.compile(r"\d{1,18}")


@router.get("")
async def show_names(request: Request, person: ReaderDep, now: NowDep) -> Response:
    """Show what offices are called."""
    return await _page(request, person, now=now)


@router.post("")
async def change_names(request: Request, person: KeeperDep, now: NowDep) -> Response:
    """Let offices be known by other names."""
    async with request.form(max_fields=MOST_FIELDS) as form:
        told = {name: str(value)[:2_000] for name, value in form.items()}
    typed = {
        int(field[1]): words
        for name, words in told.items()
        if (field := _FIELD.fullmatch(name))
    }
    seen = told.get("revision", "")
    premises = premises_of(request)
    try:
        async with premises.database.writing() as session:
            await office_names.rename(
                session,
                person,
                {key: _BETWEEN.split(words) for key, words in typed.items()},
                revision=int(seen) if _REVISION.fullmatch(seen) else 0,
                now=now,
            )
    except (BadName, StaleTable) as error:
        return await _page(request, person, typed=typed, error=error, now=now)
    premises.house.shelf.expire()
    return see(request, "/desk/routing/names", done="names_saved")


async def _page(
    request: Request,
    person: Person,
    *,
    typed: dict[int, str] | None = None,
    error: AppError | None = None,
    now: NowDep,
) -> Response:
    async with premises_of(request).database.reading() as session:
        offices = await office_names.names(session, person)
        table = await routes.table(session, person, now=now)
    wrong = error if isinstance(error, BadName) else None
    return desk_page(
        request, person, "desk/routing_names.html",
        status=status_of(error) if error else HTTPStatus.OK,
        offices=offices,
        revision=table.revision,
        typed=typed or {},
        error=explained(request, error.code, str(error)) if error else None,
        error_code=error.code if error else None,
        wrong_office=wrong.office_id if wrong else None,
        wrong_name=wrong.name if wrong else None,
        keeps=permission.may(person.role, Duty.ROUTING),
    )  # fmt: skip
