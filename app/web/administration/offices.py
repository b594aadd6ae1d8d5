"""Offices at the desk: all of them, a new one, another name, switched off and on."""

from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.errors import AppError, Conflict, InvalidInput
from app.services.administration import offices
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.pages import premises_of

router = APIRouter(prefix="/offices")

_NOT_SURE: Final = "not_sure"

KeeperDep = Annotated[Person, Depends(on_duty(Duty.OFFICES))]


class NewForm(BaseModel):
    """A new office."""

    name: str = ""


class ChangeForm(BaseModel):
    """An office, and what is to be done with it."""

    office: Key = 0
    do: Literal["rename", "reports", "off", "on"] = "rename"
    name: str = ""
    seen: str = ""
    sure: bool = False
    """Whether it was said that reports shall really go there from now on."""


@router.get("")
async def show_offices(request: Request, person: KeeperDep) -> Response:
    """Show all offices."""
    return await _page(request, person)


@router.post("")
async def add_office(
    request: Request,
    form: Annotated[NewForm, Form()],
    person: KeeperDep,
    now: NowDep,
) -> Response:
    """Set up an office."""
    premises = premises_of(request)
    try:
        async with premises.database.writing() as session:
            await offices.add(session, person, form.name, now=now)
    except (InvalidInput, Conflict) as error:
        return await _page(request, person, typed=form.name, error=error)
    premises.house.shelf.expire()
    return see(request, "/desk/offices", done="office_added")


@router.post("/change")
async def change_office(
    request: Request,
    form: Annotated[ChangeForm, Form()],
    person: KeeperDep,
    now: NowDep,
) -> Response:
    """Rename an office, let it receive reports, or switch it off or on."""
    premises = premises_of(request)
    key = form.office
    try:
        async with premises.database.writing() as session:
            if form.do == "rename":
                await offices.rename(
                    session, person, key, form.name, seen=form.seen, now=now
                )
            elif form.do == "reports":
                _check_sure(form)
                await offices.receive_reports(session, person, key, now=now)
            else:
                active = form.do == "on"
                await offices.switch(session, person, key, active=active, now=now)
    except (InvalidInput, Conflict) as error:
        return await _page(request, person, typed=form.name, of=key, error=error)
    premises.house.shelf.expire()
    return see(request, "/desk/offices", done=f"office_{form.do}")


def _check_sure(form: ChangeForm) -> None:
    if not form.sure:
        raise InvalidInput("not sure", field="sure", code=_NOT_SURE)


async def _page(
    request: Request,
    person: Person,
    *,
    typed: str = "",
    of: int | None = None,
    error: AppError | None = None,
) -> Response:
    async with premises_of(request).database.reading() as session:
        found = await offices.offices(session, person)
    return desk_page(
        request, person, "desk/administration/offices.html",
        status=status_of(error) if error else HTTPStatus.OK,
        offices=found,
        typed=typed,
        of=of,
        unsure=bool(error and error.code == _NOT_SURE),
        error=explained(request, error.code, str(error)) if error else None,
    )  # fmt: skip
