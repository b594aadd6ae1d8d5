"""The second step of signing in: a code of the device, one from paper, or a passkey."""

import math
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from app.domain.accounts import AttemptPurpose, Proof
from app.domain.record import Action
from app.errors import AppError
from app.services import audit
from app.services.accounts import attempts, codes, factors, passkeys
from app.services.accounts.attempts import Attempt, AttemptOver
from app.web.accounts.welcome import ATTEMPT, welcome
from app.web.desk_pages import see
from app.web.desk_person import token_of
from app.web.errors import explained
from app.web.gate import retry_after
from app.web.pages import page
from app.web.porter import Porter, PorterDep, TooManyTries

router = APIRouter()


class CodeForm(BaseModel):
    """A code, and whether this browser is to be remembered."""

    code: str = ""
    remembered: bool = False


@router.get("/sign-in/second")
async def show_second_step(request: Request, porter: PorterDep) -> Response:
    """Show the form for a code, to whoever gave the right password."""
    attempt = await half_done(request, porter)
    return await _form(request, porter, attempt)


@router.post("/sign-in/second")
async def take_second_step(
    request: Request, form: Annotated[CodeForm, Form()], porter: PorterDep
) -> Response:
    """Open a session for whoever has the device, or a code on paper."""
    premises = porter.premises
    attempt = await half_done(request, porter)
    staff_id = attempt.staff_id or 0
    try:
        with porter.second_try(staff_id):
            async with premises.database.writing() as session:
                await codes.spend(
                    session, premises.house, staff_id, form.code, now=porter.now
                )
                await attempts.take(
                    session, premises.house, token_of(request, premises, ATTEMPT),
                    AttemptPurpose.SECOND_STEP, now=porter.now,
                )  # fmt: skip
    except AttemptOver:
        raise
    except AppError as error:
        await count_failure(porter, staff_id)
        return await _form(request, porter, attempt, error=error)
    return await welcome(
        request, premises, staff_id,
        proof=proof_of(attempt), onward=attempt.asked["next"],
        remembered=form.remembered, now=porter.now,
    )  # fmt: skip


async def half_done(request: Request, porter: Porter) -> Attempt:
    """Return the sign-in of this browser whose password was right.

    Raises:
        AttemptOver: There is none, or not any more.
    """
    premises = porter.premises
    async with premises.database.reading() as session:
        return await attempts.look_at(
            session, premises.house, token_of(request, premises, ATTEMPT),
            AttemptPurpose.SECOND_STEP, now=porter.now,
        )  # fmt: skip


async def count_failure(porter: Porter, staff_id: int | None) -> None:
    """Put down that a second step failed."""
    async with porter.premises.database.writing() as session:
        audit.record(session, Action.SIGN_IN_FAILED, at=porter.now, staff_id=staff_id)


def proof_of(attempt: Attempt) -> Proof:
    """Return how the session is opened that follows both steps."""
    first = Proof(attempt.asked["proof"])
    return Proof.PASSWORD_AND_CODE if first is Proof.PASSWORD else first


async def to_start(request: Request, error: Exception) -> Response:
    """Lead whoever took too long back to where signing in begins."""
    if not isinstance(error, AttemptOver):
        raise error
    return see(request, "/desk/sign-in", over="true")


async def _form(
    request: Request, porter: Porter, attempt: Attempt, *, error: AppError | None = None
) -> Response:
    premises = porter.premises
    async with premises.database.reading() as session:
        known = await factors.of(session, attempt.staff_id or 0)
    has_codes = known.codes_since is not None
    pause = error.pause if isinstance(error, TooManyTries) else None
    response = page(
        request, "desk/account/second_step.html",
        status=HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        problem=error
        and explained(request, _word(error, has_codes=has_codes), str(error)),
        wait=math.ceil(pause / timedelta(minutes=1)) if pause else None,
        has_codes=has_codes,
        passkeys=bool(known.passkeys) and passkeys.offered(premises.settings),
        days=factors.KNOWN_FOR.days,
    )  # fmt: skip
    if pause is not None:
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response.headers.update(retry_after(pause))
    return response


def _word(error: AppError, *, has_codes: bool) -> str:
    """Return the code of what is said: codes on paper have no next one to wait for."""
    paper = isinstance(error, codes.WrongCode) and not has_codes
    return "wrong_paper_code" if paper else error.code
