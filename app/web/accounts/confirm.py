"""Confirming: whoever is signed in shows once more who they are.

A session that somebody left open, or stole, must not be enough to take over the
account: before factors, roles and the like change, the password is asked for again, or
a passkey.
"""

import math
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from app.domain.accounts import AttemptPurpose
from app.errors import AppError
from app.services.accounts import attempts, ceremonies, passkeys, sessions
from app.services.accounts.attempts import AttemptOver
from app.services.accounts.passkeys import WrongPasskey
from app.services.accounts.sessions import Kept
from app.services.staff import WrongPassword
from app.web.accounts.passkeys import MOST_SHOWN
from app.web.accounts.welcome import ATTEMPT, begin_attempt, inside
from app.web.desk_pages import desk_page, see
from app.web.desk_person import HolderDep, KeptDep, hand_out, token_of
from app.web.errors import explained
from app.web.gate import retry_after
from app.web.porter import Porter, PorterDep, TooManyTries

router = APIRouter()


class ConfirmForm(BaseModel):
    """The password, or what the browser showed of a passkey; and where to go on to."""

    password: str = ""
    shown: Annotated[str, Field(max_length=MOST_SHOWN)] = ""
    next: str = ""


@router.get("/confirm")
async def show_confirm(
    request: Request,
    porter: PorterDep,
    kept: KeptDep,
    next: str = "",  # noqa: A002 - its name in addresses
) -> Response:
    """Show the form that asks for the password again."""
    return await _form(request, porter, kept, onward=next)


@router.post("/confirm")
async def confirm(
    request: Request,
    form: Annotated[ConfirmForm, Form()],
    porter: PorterDep,
    kept: KeptDep,
) -> Response:
    """Note that it is still them, and lead back."""
    premises = porter.premises
    try:
        if form.shown:
            await _check_passkey(request, porter, kept, form.shown)
        else:
            await _check_password(porter, kept, form.password)
    except (WrongPassword, WrongPasskey, AttemptOver, TooManyTries) as error:
        return await _form(request, porter, kept, onward=form.next, error=error)
    async with premises.database.writing() as session:
        token = await sessions.confirm(
            session, premises.house, kept.session_id, now=porter.now
        )
    response = see(request, inside(form.next))
    hand_out(response, premises, token)
    return response


@router.post("/confirm/question")
async def ask_to_confirm(porter: PorterDep, person: HolderDep) -> Response:
    """Ask for a passkey of whoever is signed in."""
    premises = porter.premises
    async with premises.database.reading() as session:
        question, asked = await ceremonies.options(
            session, premises.house, person.staff_id
        )
    response = Response(question, media_type="application/json")
    await begin_attempt(
        response, premises, AttemptPurpose.PASSKEY_CONFIRMS,
        staff_id=person.staff_id, asked=asked, now=porter.now,
    )  # fmt: skip
    return response


async def _check_password(porter: Porter, kept: Kept, password: str) -> None:
    known = await porter.verified(kept.person.user_name, password)
    if known.id != kept.person.staff_id:
        raise WrongPassword("the password of another account")


async def _check_passkey(
    request: Request, porter: Porter, kept: Kept, shown: str
) -> None:
    premises = porter.premises
    with porter.stranger_try():
        async with premises.database.writing() as session:
            attempt = await attempts.take(
                session, premises.house, token_of(request, premises, ATTEMPT),
                AttemptPurpose.PASSKEY_CONFIRMS, now=porter.now,
            )  # fmt: skip
        if attempt.staff_id != kept.person.staff_id:
            raise WrongPasskey("somebody else was asked")
        async with premises.database.writing() as session:
            await ceremonies.verify(
                session, premises.house, shown=shown, asked=attempt.asked,
                staff_id=kept.person.staff_id, now=porter.now,
            )  # fmt: skip


async def _form(
    request: Request,
    porter: Porter,
    kept: Kept,
    *,
    onward: str,
    error: AppError | None = None,
) -> Response:
    premises, wait = porter.premises, getattr(error, "pause", None)
    async with premises.database.reading() as session:
        known = await passkeys.entries(session, kept.person.staff_id)
    response = desk_page(
        request, kept.person, "desk/account/confirm.html",
        status=HTTPStatus.OK if error is None else HTTPStatus.UNAUTHORIZED,
        problem=error and explained(request, _said(error), str(error)),
        wait=math.ceil(wait / timedelta(minutes=1)) if wait else None,
        next=inside(onward),
        passkeys=bool(known) and passkeys.offered(premises.settings),
    )  # fmt: skip
    if isinstance(error, TooManyTries):
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response.headers.update(retry_after(error.pause))
    return response


def _said(error: AppError) -> str:
    """Return the code of what is said: whoever is signed in knows their own name."""
    wrong = isinstance(error, WrongPassword)
    return "wrong_present_password" if wrong else error.code
