"""Passkeys: what the browser is asked for one, and what it shows.

The questions go out as JSON, to the script of the page; the answers come back as forms.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel, Field

from app.domain.accounts import AttemptPurpose, Proof
from app.errors import AppError, NotFound
from app.services.accounts import attempts, ceremonies, factors, passkeys
from app.services.accounts.passkeys import WrongPasskey
from app.services.staff import WrongPassword
from app.web.accounts.recovery import show_recovery_codes
from app.web.accounts.second_step import count_failure, half_done, proof_of
from app.web.accounts.welcome import (
    ATTEMPT,
    begin_attempt,
    welcome,
)
from app.web.dependencies import NowDep, PremisesDep, WritingDep
from app.web.desk_forms import Key
from app.web.desk_pages import see
from app.web.desk_person import ConfirmedDep, HolderDep, take_back, token_of
from app.web.porter import PorterDep

MOST_SHOWN = 20_000
"""Signs that a browser may show; a passkey has some hundred."""


async def _offered(premises: PremisesDep) -> None:
    """Hold that there are passkeys here.

    Raises:
        NotFound: There are none.
    """
    if not passkeys.offered(premises.settings):
        raise NotFound("there are no passkeys here")


router = APIRouter(dependencies=[Depends(_offered)])


class QuestionForm(BaseModel):
    """For which step of signing in a passkey is asked."""

    step: Literal["first", "second"] = "first"


class ShownForm(BaseModel):
    """What the browser showed, as JSON."""

    shown: Annotated[str, Field(max_length=MOST_SHOWN)] = ""
    step: Literal["first", "second"] = "first"
    next: str = ""
    remembered: bool = False


class NewForm(BaseModel):
    """A new passkey and its name."""

    shown: Annotated[str, Field(max_length=MOST_SHOWN)] = ""
    name: str = ""


class NameForm(BaseModel):
    """A passkey, and what it is to be called."""

    passkey: Key
    name: str = ""


@router.post("/sign-in/passkey/question")
async def ask_to_sign_in(
    request: Request, form: Annotated[QuestionForm, Form()], porter: PorterDep
) -> Response:
    """Ask for a passkey: anybody's, or that of whoever gave the right password."""
    premises = porter.premises
    porter.count_question()
    attempt = await half_done(request, porter) if form.step == "second" else None
    staff_id = attempt.staff_id if attempt else None
    async with premises.database.reading() as session:
        question, asked = await ceremonies.options(session, premises.house, staff_id)
    response = _json(question)
    if attempt is None:
        await begin_attempt(
            response, premises, AttemptPurpose.PASSKEY_SIGN_IN,
            asked=asked, now=porter.now,
        )  # fmt: skip
        return response
    token = token_of(request, premises, ATTEMPT) or ""
    async with premises.database.writing() as session:
        await attempts.ask(session, premises.house, token, {**attempt.asked, **asked})
    return response


@router.post("/sign-in/passkey")
async def sign_in(
    request: Request, form: Annotated[ShownForm, Form()], porter: PorterDep
) -> Response:
    """Open a session for whoever shows a passkey: it is two factors in one."""
    premises, second = porter.premises, form.step == "second"
    purpose = AttemptPurpose.SECOND_STEP if second else AttemptPurpose.PASSKEY_SIGN_IN
    token = token_of(request, premises, ATTEMPT)
    try:
        with porter.stranger_try():
            # Ended for good, whatever comes of it: a challenge is answered once.
            async with premises.database.writing() as session:
                attempt = await attempts.take(
                    session, premises.house, token, purpose, now=porter.now
                )
            async with premises.database.writing() as session:
                staff_id = await ceremonies.verify(
                    session, premises.house, shown=form.shown, asked=attempt.asked,
                    staff_id=attempt.staff_id, now=porter.now,
                )  # fmt: skip
        return await welcome(
            request, premises, staff_id,
            proof=proof_of(attempt) if second else Proof.PASSKEY,
            onward=attempt.asked["next"] if second else form.next,
            remembered=form.remembered and second, now=porter.now,
        )  # fmt: skip
    except (WrongPasskey, WrongPassword):
        await count_failure(porter, None)
        return see(request, "/desk/sign-in", refused="passkey")


@router.post("/account/passkeys/question")
async def ask_for_new(
    premises: PremisesDep, person: ConfirmedDep, now: NowDep
) -> Response:
    """Ask the browser to make a passkey."""
    async with premises.database.reading() as session:
        question, asked = await ceremonies.new_options(session, premises.house, person)
    response = _json(question)
    await begin_attempt(
        response, premises, AttemptPurpose.PASSKEY_ADDED,
        staff_id=person.staff_id, asked=asked, now=now,
    )  # fmt: skip
    return response


@router.post("/account/passkeys")
async def add(
    request: Request,
    form: Annotated[NewForm, Form()],
    person: ConfirmedDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Keep a new passkey; with the first factor come the codes for paper."""
    house, token = premises.house, token_of(request, premises, ATTEMPT)
    try:
        async with premises.database.writing() as session:
            attempt = await attempts.take(
                session, house, token, AttemptPurpose.PASSKEY_ADDED, now=now
            )
        if attempt.staff_id != person.staff_id:
            raise WrongPasskey("somebody else was asked")
        async with premises.database.writing() as session:
            await ceremonies.add(
                session, house, person,
                shown=form.shown, asked=attempt.asked, name=form.name, now=now,
            )  # fmt: skip
            made = await factors.recovery_codes_due(session, house, person, now=now)
    except AppError as error:
        return see(request, "/desk/account", refused=error.code)
    if made:
        response = show_recovery_codes(request, person, made)
    else:
        response = see(request, "/desk/account", done="passkey_added")
    take_back(response, premises, cookie=ATTEMPT)
    return response


@router.post("/account/passkeys/name")
async def rename(
    request: Request,
    form: Annotated[NameForm, Form()],
    person: HolderDep,
    session: WritingDep,
) -> Response:
    """Call a passkey something else."""
    await passkeys.rename(session, person, form.passkey, name=form.name)
    return see(request, "/desk/account", done="passkey_renamed")


@router.post("/account/passkeys/remove")
async def remove(
    request: Request,
    form: Annotated[NameForm, Form()],
    person: ConfirmedDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Let a passkey open nothing any more."""
    await passkeys.remove(session, person, form.passkey, now=now)
    await factors.tidy(session, person.staff_id)
    return see(request, "/desk/account", done="passkey_removed")


def _json(question: str) -> Response:
    return Response(question, media_type="application/json")
