"""Liaisons at the desk: to which mail addresses the cases of an office go."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.domain.vocabulary import Language
from app.errors import AppError, Conflict, InvalidInput
from app.services import directory
from app.services.offices import liaisons
from app.services.staff import NoSuchOffice, Person
from app.web.dependencies import NowDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.pages import premises_of

router = APIRouter(prefix="/liaisons")

KeeperDep = Annotated[Person, Depends(on_duty(Duty.LIAISONS))]


class LiaisonForm(BaseModel):
    """An office and an address of it."""

    office: Key = 0
    address: str = ""
    language: Language = Language.ZH


class LanguageForm(BaseModel):
    """Which language a liaison is written to in."""

    liaison: Key
    language: Language


class SwitchForm(BaseModel):
    """Whether cases are mailed to a liaison."""

    liaison: Key
    active: bool = False


@router.get("")
async def show_liaisons(request: Request, person: KeeperDep) -> Response:
    """Show every office's liaisons."""
    return await _page(request, person)


@router.post("")
async def add(
    request: Request,
    person: KeeperDep,
    form: Annotated[LiaisonForm, Form()],
    now: NowDep,
) -> Response:
    """Register a liaison of an office."""
    premises = premises_of(request)
    try:
        async with premises.database.writing() as session:
            await liaisons.add(
                session, person, premises.house,
                office_id=form.office, address=form.address,
                language=form.language, now=now,
            )  # fmt: skip
    except (Conflict, InvalidInput, NoSuchOffice) as error:
        return await _page(request, person, typed=form, error=error)
    return see(request, "/desk/liaisons", done="liaison_added")


@router.post("/switch")
async def switch(
    request: Request,
    person: KeeperDep,
    form: Annotated[SwitchForm, Form()],
    now: NowDep,
) -> Response:
    """Mail cases to a liaison again, or no more."""
    async with premises_of(request).database.writing() as session:
        await liaisons.switch(
            session, person, form.liaison, active=form.active, now=now
        )
    done = "liaison_on" if form.active else "liaison_off"
    return see(request, "/desk/liaisons", done=done)


@router.post("/language")
async def write_in(
    request: Request,
    person: KeeperDep,
    form: Annotated[LanguageForm, Form()],
    now: NowDep,
) -> Response:
    """Write to a liaison in another language."""
    async with premises_of(request).database.writing() as session:
        await liaisons.write_in(
            session, person, form.liaison, language=form.language, now=now
        )
    return see(request, "/desk/liaisons", done="liaison_language")


async def _page(
    request: Request,
    person: Person,
    *,
    typed: LiaisonForm | None = None,
    error: AppError | None = None,
) -> Response:
    premises = premises_of(request)
    async with premises.database.reading() as session:
        rows = await liaisons.entries(session, person, premises.house)
        offices = await directory.offices(session)
    field = "office" if isinstance(error, NoSuchOffice) else "address"
    return desk_page(
        request, person, "desk/offices/liaisons.html",
        status=status_of(error) if error else HTTPStatus.OK,
        rows=rows,
        offices=offices,
        typed=typed or LiaisonForm(),
        languages=Language,
        wrong=explained(request, error.code, str(error)) if error else None,
        field=field if error else None,
    )  # fmt: skip
