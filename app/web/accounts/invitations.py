"""Invitations at the desk, and the page that their links lead to."""

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from app.domain.accounts import Proof
from app.domain.vocabulary import Role
from app.errors import AppError, InvalidInput, NotFound
from app.premises import Premises
from app.services import directory, passwords
from app.services.accounts import invitations, open_invitations
from app.services.accounts.invitation_letters import invitation_url, may_be_mailed
from app.services.accounts.invitation_links import InvitationMade
from app.services.accounts.invitations import Invited, NoSuchInvitation
from app.services.staff import Person
from app.web.accounts.people import AdministratorDep, CarefulDep
from app.web.accounts.welcome import welcome
from app.web.dependencies import LanguageDep, NowDep, PremisesDep, WritingDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.errors import explained, status_of
from app.web.forms import StaleForm, check_token, new_token
from app.web.pages import language_of, page, premises_of
from app.web.porter import Porter, PorterDep

router = APIRouter()


class InviteForm(BaseModel):
    """Who is invited, to which role in which office."""

    token: str = ""
    """By which a form that is sent twice is known."""

    display_name: str = ""
    email: str = ""
    role: Role
    office: Key


class InvitationForm(BaseModel):
    """An invitation, and whether its link is to be shown and not mailed."""

    token: str = ""
    invitation: Key
    by_hand: bool = False


class TakeUpForm(BaseModel):
    """The token of a link; the user name and password of whoever follows it."""

    token: str = ""
    user_name: str = ""
    new_password: str = ""
    again: str = ""


@router.get("/people/invitations")
async def show_invitations(
    request: Request, person: AdministratorDep, premises: PremisesDep, now: NowDep
) -> Response:
    """Show the invitations that nobody has taken up, and the form for a new one."""
    return await _shown(request, premises, person, now=now)


@router.post("/people/invitations")
async def invite(
    request: Request,
    form: Annotated[InviteForm, Form()],
    person: CarefulDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Invite somebody, and show the link once."""
    try:
        _check_form(premises, form.token, now=now)
        async with premises.database.writing() as session:
            invited = await invitations.invite(
                session, person, premises.house,
                display_name=form.display_name, role=form.role,
                office_id=form.office, email=form.email,
                language=language_of(request), form_token=form.token, now=now,
            )  # fmt: skip
    except (InvalidInput, NotFound, InvitationMade) as error:
        return await _shown(request, premises, person, form=form, error=error, now=now)
    made = _made(request, invited)
    return await _shown(request, premises, person, made=made, now=now)


@router.post("/people/invitations/again")
async def send_again(
    request: Request,
    form: Annotated[InvitationForm, Form()],
    person: CarefulDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Make a new link for an invitation, and show it once."""
    try:
        _check_form(premises, form.token, now=now)
        async with premises.database.writing() as session:
            invited = await invitations.send_again(
                session, person, premises.house, form.invitation,
                by_mail=not form.by_hand, language=language_of(request),
                form_token=form.token, now=now,
            )  # fmt: skip
    except (StaleForm, NoSuchInvitation, InvitationMade) as error:
        return await _shown(request, premises, person, error=error, now=now)
    made = _made(request, invited)
    return await _shown(request, premises, person, made=made, now=now)


@router.post("/people/invitations/withdraw")
async def withdraw(
    request: Request,
    form: Annotated[InvitationForm, Form()],
    person: CarefulDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Void an invitation."""
    await invitations.withdraw(session, person, form.invitation, now=now)
    return see(request, "/desk/people/invitations", done="invitation_withdrawn")


@router.get("/invited")
async def show_invitation(
    request: Request, porter: PorterDep, token: str = ""
) -> Response:
    """Show whom a link invites, and the form by which they set up their account."""
    return await _take_up_form(request, porter, TakeUpForm(token=token))


@router.post("/invited")
async def take_up(
    request: Request,
    form: Annotated[TakeUpForm, Form()],
    porter: PorterDep,
    language: LanguageDep,
) -> Response:
    """Set up the account of the invited, and let them in."""
    premises = porter.premises
    try:
        await _check(form, porter)
        digest = await asyncio.to_thread(passwords.hash_password, form.new_password)
        async with premises.database.writing() as session:
            member = await invitations.take_up(
                session, premises.house, form.token,
                user_name=form.user_name, password_hash=digest,
                language=language, now=porter.now,
            )  # fmt: skip
    except NoSuchInvitation:
        raise
    except AppError as error:
        return await _take_up_form(request, porter, form, error=error)
    return await welcome(
        request, premises, member.id,
        proof=Proof.PASSWORD, onward="/desk", now=porter.now,
    )  # fmt: skip


async def _check(form: TakeUpForm, porter: Porter) -> None:
    """Hold that the link is good and the password may be one."""
    with porter.stranger_try():
        async with porter.premises.database.reading() as session:
            name, _, office = await invitations.look_at(
                session, porter.premises.house, form.token, now=porter.now
            )
    user_name = form.user_name.strip()
    if not user_name:
        raise InvalidInput(
            "a user name is one word", field="user_name", code="bad_account_name"
        )
    passwords.check_new_password(
        form.new_password, user_name=user_name, names=(name, office)
    )
    if form.new_password != form.again:
        raise InvalidInput(
            "the two are not the same", field="again", code="password_differs"
        )


async def _take_up_form(
    request: Request, porter: Porter, form: TakeUpForm, *, error: AppError | None = None
) -> Response:
    with porter.stranger_try():
        async with porter.premises.database.reading() as session:
            name, role, office = await invitations.look_at(
                session, porter.premises.house, form.token, now=porter.now
            )
    return page(
        request, "desk/account/invited.html",
        status=status_of(error) if error else HTTPStatus.OK,
        name=name, role=role, office=office,
        token=form.token, user_name=form.user_name,
        problem=error and explained(request, error.code, str(error)),
        field=getattr(error, "field", None) or "user_name",
    )  # fmt: skip


async def _shown(
    request: Request,
    premises: PremisesDep,
    person: Person,
    *,
    form: InviteForm | None = None,
    made: dict[str, Any] | None = None,
    error: AppError | None = None,
    now: datetime,
) -> Response:
    async with premises.database.reading() as session:
        return desk_page(
            request, person, "desk/account/invitations.html",
            status=status_of(error) if error else HTTPStatus.OK,
            invitations=await open_invitations.entries(session, person, premises.house),
            mails=may_be_mailed(premises.house),
            fault=getattr(error, "field", None),
            offices=await directory.offices(session),
            roles=list(Role), form=form, made=made,
            days=invitations.LIFETIME.days,
            token=new_token(premises.house.seal, now=now),
            problem=error and explained(request, error.code, str(error)),
        )  # fmt: skip


def _check_form(premises: Premises, token: str, *, now: datetime) -> None:
    """Hold that the form of an invitation is not too old, if it has a token.

    Raises:
        StaleForm: It is.
    """
    if token:
        check_token(premises.house.seal, token, now=now)


def _made(request: Request, invited: Invited) -> dict[str, Any]:
    """Return what to say of an invitation; a link that was mailed is not shown."""
    premises = premises_of(request)
    url = invitation_url(premises.house, language_of(request), invited.token)
    if invited.mailed_to:
        premises.outbox_waiting.set()
    return {
        "name": invited.display_name,
        "mailed_to": invited.mailed_to,
        "link": None if invited.mailed_to else url,
    }
