"""The device that shows codes, set up and taken away; and codes for paper."""

from http import HTTPStatus
from io import BytesIO
from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from app.errors import AppError, InvalidInput
from app.services.accounts import codes, factors
from app.services.accounts.codes import NoCodeDevice, WrongCode
from app.services.staff import Person
from app.web.accounts.asking import AskingForm
from app.web.accounts.recovery import show_recovery_codes
from app.web.dependencies import NowDep, PremisesDep, WritingDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import ConfirmedDep
from app.web.errors import explained
from app.web.porter import PorterDep

router = APIRouter()


class CodeForm(BaseModel):
    """What the device shows."""

    code: str = ""


@router.post("/account/codes/begin")
async def begin(
    request: Request,
    person: ConfirmedDep,
    session: WritingDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Make a key for a device."""
    await codes.begin(session, premises.house, person, now=now)
    return see(request, "/desk/account/codes")


@router.get("/account/codes")
async def show_set_up(
    request: Request, person: ConfirmedDep, porter: PorterDep
) -> Response:
    """Show the key of the device that is being set up, as a picture and in letters."""
    try:
        return await _form(request, person, porter)
    except NoCodeDevice:
        return see(request, "/desk/account")


@router.post("/account/codes")
async def confirm(
    request: Request,
    form: Annotated[CodeForm, Form()],
    person: ConfirmedDep,
    porter: PorterDep,
) -> Response:
    """Let the device count; with the first factor come the codes for paper."""
    house, now = porter.premises.house, porter.now
    try:
        with porter.second_try(person.staff_id):
            async with porter.premises.database.writing() as session:
                await codes.confirm(session, house, person, form.code, now=now)
                made = await factors.recovery_codes_due(session, house, person, now=now)
    except NoCodeDevice:
        return see(request, "/desk/account")
    except WrongCode as error:
        return await _form(request, person, porter, error=error)
    if made:
        return show_recovery_codes(request, person, made)
    return see(request, "/desk/account", done="codes_added")


@router.post("/account/codes/remove")
async def remove(
    request: Request, person: ConfirmedDep, session: WritingDep, now: NowDep
) -> Response:
    """Let the device count no more."""
    await codes.remove(session, person, now=now)
    await factors.tidy(session, person.staff_id)
    return see(request, "/desk/account", done="codes_removed")


@router.post("/account/recovery-codes")
async def renew_recovery_codes(
    request: Request,
    *,
    form: Annotated[AskingForm, Form()],
    person: ConfirmedDep,
    session: WritingDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Make new codes for paper, in place of the old ones.

    Raises:
        InvalidInput: There is no factor that they could stand in for; or the form
            was open for too long.
        ShownBefore: The form gave codes that were replaced since.
    """
    form.check(premises.house, now=now)
    if not (await factors.of(session, person.staff_id)).any:
        raise InvalidInput("there is no second factor", code="no_factor")
    made = await codes.make_recovery_codes(
        session, premises.house, person, form_token=form.token, now=now
    )
    return show_recovery_codes(request, person, made)


async def _form(
    request: Request,
    person: Person,
    porter: PorterDep,
    *,
    error: AppError | None = None,
) -> Response:
    premises = porter.premises
    async with premises.database.reading() as session:
        device = await codes.new_device(
            session, premises.house, person, issuer=premises.settings.sender_name
        )
    return desk_page(
        request, person, "desk/account/codes.html",
        status=HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        key=" ".join(device.key[at : at + 4] for at in range(0, len(device.key), 4)),
        address=device.address,
        picture=_picture(device.address),
        problem=error and explained(request, error.code, str(error)),
    )  # fmt: skip


def _picture(address: str) -> str:
    """Return ``address`` as a picture that cameras read, an SVG without any style."""
    drawn = BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=True, border=4,
        dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True,
    )  # fmt: skip
    return drawn.getvalue().decode()
