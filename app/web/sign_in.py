"""Signing in and out, and choosing a password."""

import asyncio
import math
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from app.domain.accounts import Proof
from app.errors import AppError, InvalidInput
from app.services import passwords, staff
from app.services.accounts import passkeys, people
from app.services.accounts.sessions import ConfirmationDue
from app.services.staff import NotSignedIn, Person
from app.web.accounts.welcome import (
    WITHIN_DESK,
    after_first_step,
    browser_of,
    welcome,
)
from app.web.addresses import path_of, readable_path
from app.web.again import given_back
from app.web.dependencies import NowDep, PremisesDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import (
    FactorDue,
    PasswordDue,
    SignedInDep,
    hand_out,
    take_back,
    token_of,
)
from app.web.errors import explained, status_of
from app.web.gate import retry_after
from app.web.pages import page, premises_of
from app.web.porter import PorterDep, TooManyTries
from app.web.security import CrossSite, check_same_site

router = APIRouter()


class SignInForm(BaseModel):
    """Name and password, and the page to go on to."""

    user_name: str = ""
    password: str = ""
    next: str = ""


class PasswordForm(BaseModel):
    """The old password, and the new one twice."""

    password: str = ""
    new_password: str = ""
    again: str = ""


@router.get("/sign-in")
def show_sign_in(
    request: Request,
    next: str = "",  # noqa: A002 - its name in addresses
    left: bool = False,  # noqa: FBT001, FBT002 - FastAPI reads it from the address
) -> Response:
    """Show the form for name and password."""
    return _form(request, SignInForm(next=next), left=left)


@router.post("/sign-in")
async def sign_in(
    request: Request, form: Annotated[SignInForm, Form()], porter: PorterDep
) -> Response:
    """Open a session for whoever knows the password."""
    premises = porter.premises
    try:
        known = await porter.verified(form.user_name, form.password)
    except AppError as error:
        return _refused(request, form, error)
    facts: dict[str, Any] = {
        "proof": Proof.PASSWORD, "onward": form.next, "now": porter.now,
    }  # fmt: skip
    second = await after_first_step(request, premises, known.id, **facts)
    return second or await welcome(request, premises, known.id, **facts)


@router.post("/sign-out")
async def sign_out(request: Request, premises: PremisesDep, now: NowDep) -> Response:
    """End the session."""
    token = token_of(request, premises)
    if token is not None:
        async with premises.database.writing() as session:
            await staff.sign_out(session, premises.house, token, now=now)
    response = see(request, "/desk/sign-in", left="true")
    take_back(response, premises)
    return response


@router.get("/password")
def show_password(request: Request, person: SignedInDep) -> Response:
    """Show the form for a new password."""
    return desk_page(request, person, "desk/password.html", problem=None, field=None)


@router.post("/password")
async def change_password(
    request: Request,
    form: Annotated[PasswordForm, Form()],
    person: SignedInDep,
    porter: PorterDep,
) -> Response:
    """Replace the password, and go on in a session of its own."""
    premises = porter.premises
    async with premises.database.reading() as session:
        names = await people.names_around(session, person)
    try:
        _check(form, person, names)
        known = await porter.verified(person.user_name, form.password)
    except AppError as error:
        return desk_page(
            request, person, "desk/password.html",
            status=status_of(error), problem=explained(request, error.code, str(error)),
            field=getattr(error, "field", "password"),
        )  # fmt: skip
    new_hash = await asyncio.to_thread(passwords.hash_password, form.new_password)
    async with premises.database.writing() as session:
        house = premises.house
        await staff.change_password(
            session, house, person.staff_id, new_hash=new_hash, now=porter.now
        )
        token = await staff.sign_in(
            session, house, known, browser=browser_of(request), now=porter.now
        )
    response = see(request, "/desk", done="password_changed")
    hand_out(response, premises, token)
    return response


async def to_sign_in(request: Request, error: Exception) -> Response:
    """Ask whoever is not signed in to do so, and lead back to the page.

    Whoever wrote something meanwhile has it before them, and sends it once more.
    """
    if not isinstance(error, NotSignedIn):
        raise error
    read = request.method == "GET"
    typed = None if read else await _typed_here(request)
    asked = path_of(request) if read else readable_path(request)
    if read and request.url.query:
        asked = f"{asked}?{request.url.query}"
    onward = {"next": asked} if WITHIN_DESK.fullmatch(asked) else {}
    if typed is not None:
        return page(
            request, "desk/account/over.html",
            status=HTTPStatus.UNAUTHORIZED, typed=typed,
        )  # fmt: skip
    return see(request, "/desk/sign-in", **onward)


async def _typed_here(request: Request) -> dict[str, Any] | None:
    """Return what was written on a page of ours; None: nothing, or on another's.

    A page of another site shows no session's cookie: it gets no form of ours to send
    what it wrote.
    """
    try:
        check_same_site(request)
    except CrossSite:
        return None
    return await given_back(request)


async def to_password(request: Request, error: Exception) -> Response:
    """Lead whoever has a password that was given out to where it is changed."""
    if not isinstance(error, PasswordDue):
        raise error
    return see(request, "/desk/password")


async def to_factors(request: Request, error: Exception) -> Response:
    """Lead whoever needs a second factor to where one is set up."""
    if not isinstance(error, FactorDue):
        raise error
    return see(request, "/desk/account")


async def to_confirm(request: Request, error: Exception) -> Response:
    """Ask whoever does something dangerous who they are, and lead back to the page."""
    if not isinstance(error, ConfirmationDue):
        raise error
    read = request.method == "GET"
    page_asked = path_of(request) if read else readable_path(request)
    return see(request, "/desk/confirm", next=page_asked)


def _check(form: PasswordForm, person: Person, names: Sequence[str]) -> None:
    passwords.check_new_password(
        form.new_password, user_name=person.user_name, names=names
    )
    if form.new_password != form.again:
        raise InvalidInput(
            "the two are not the same", field="again", code="password_differs"
        )
    if form.new_password == form.password:
        raise InvalidInput(
            "this is the old one", field="new_password", code="password_unchanged"
        )


def _form(
    request: Request,
    form: SignInForm,
    *,
    status: int = HTTPStatus.OK,
    problem: str | None = None,
    wait: timedelta | None = None,
    left: bool = False,
) -> Response:
    minutes = math.ceil(wait / timedelta(minutes=1)) if wait else None
    premises = premises_of(request)
    return page(
        request, "desk/sign_in.html",
        status=status, user_name=form.user_name, next=form.next,
        problem=problem, wait=minutes, left=left,
        passkeys=passkeys.offered(premises.settings),
        provider=premises.provider and premises.provider.name,
    )  # fmt: skip


def _refused(request: Request, form: SignInForm, error: AppError) -> Response:
    problem = explained(request, error.code, str(error))
    if not isinstance(error, TooManyTries):
        return _form(request, form, status=HTTPStatus.UNAUTHORIZED, problem=problem)
    response = _form(
        request, form,
        status=HTTPStatus.TOO_MANY_REQUESTS, problem=problem, wait=error.pause,
    )  # fmt: skip
    response.headers.update(retry_after(error.pause))
    return response
