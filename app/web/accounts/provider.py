"""The office's own sign-in service (OpenID Connect): there and back."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from app.domain.accounts import AttemptPurpose, Proof
from app.errors import AppError, NotFound
from app.premises import Premises
from app.services.accounts import attempts, identities
from app.services.accounts.attempts import Attempt
from app.services.accounts.identities import Identity, Provider, ProviderFault
from app.web.accounts.second_step import count_failure
from app.web.accounts.welcome import (
    ATTEMPT,
    after_first_step,
    begin_attempt,
    welcome,
)
from app.web.dependencies import NowDep, WritingDep
from app.web.desk_pages import see
from app.web.desk_person import ConfirmedDep, token_of
from app.web.errors import explained
from app.web.pages import link, page, premises_of
from app.web.porter import Porter, PorterDep

router = APIRouter()

_BACK = "/desk/sign-in/provider/back"
_DENIED = "access_denied"
"""What a sign-in service says when somebody cancels there (RFC 6749, 4.1.2.1)."""


_CANCELLED = "provider_cancelled"


class OnwardForm(BaseModel):
    """The page to go on to."""

    next: str = ""


@router.post("/sign-in/provider")
async def ask(
    request: Request, form: Annotated[OnwardForm, Form()], porter: PorterDep
) -> Response:
    """Send the browser to the sign-in service."""
    porter.count_question()
    try:
        return await _sent(request, porter.premises, porter, {"next": form.next})
    except ProviderFault as error:
        return _refused(request, error)


@router.post("/account/provider")
async def ask_to_link(
    request: Request, person: ConfirmedDep, porter: PorterDep
) -> Response:
    """Send the browser there, to link whom it names to the account at hand."""
    try:
        return await _sent(
            request, porter.premises, porter, {"next": "/desk/account"},
            staff_id=person.staff_id,
        )  # fmt: skip
    except ProviderFault as error:
        return see(request, "/desk/account", refused=error.code)


@router.post("/account/provider/remove")
async def unlink(
    request: Request, person: ConfirmedDep, session: WritingDep, now: NowDep
) -> Response:
    """Let the sign-in service open the account no more."""
    await identities.unlink(session, person, now=now)
    return see(request, "/desk/account", done="provider_unlinked")


@router.get("/sign-in/provider/back")
async def take(
    request: Request,
    porter: PorterDep,
    code: str = "",
    state: str = "",
    error: str = "",
) -> Response:
    """Take what the sign-in service says, and let in whom it means."""
    premises, attempt = porter.premises, None
    try:
        with porter.stranger_try():
            attempt = await _taken(request, porter, state)
            if error == _DENIED:
                return _cancelled(request, attempt)
            identity = await _provider(premises).answer(
                code=code, back=_back(premises, attempt.asked["path"]),
                asked=dict(attempt.asked), now=porter.now,
            )  # fmt: skip
        if attempt.staff_id is not None:
            return await _linked(request, porter, attempt.staff_id, identity)
        async with premises.database.writing() as session:
            staff_id = await identities.owner(
                session, identity,
                by_name=premises.settings.oidc_user_name_claim is not None,
                now=porter.now,
            )  # fmt: skip
        return await _let_in(request, porter, staff_id, identity, attempt)
    except AppError as problem:
        await count_failure(porter, None)
        if attempt is not None and attempt.staff_id is not None:
            own = see(request, "/desk/account", refused=problem.code)
            return _onward(request, own)
        return _refused(request, problem)


async def _sent(
    request: Request,
    premises: Premises,
    porter: Porter,
    asked: dict[str, str],
    *,
    staff_id: int | None = None,
) -> Response:
    """Lead to the sign-in service, by way of a page of ours.

    Browsers follow no form to another site, not even by a redirection: our policy
    lets forms go to us alone (``form-action``), and so it may stay.
    """
    path = link(request, _BACK)
    question = await _provider(premises).question(
        back=_back(premises, path), now=porter.now
    )
    response = page(
        request, "desk/account/onward.html",
        onward=question.address, provider=premises.settings.oidc_name,
    )  # fmt: skip
    await begin_attempt(
        response, premises, AttemptPurpose.PROVIDER,
        staff_id=staff_id, asked={**asked, **question.asked, "path": path},
        now=porter.now,
    )  # fmt: skip
    return response


async def _taken(request: Request, porter: Porter, state: str) -> Attempt:
    """Return what was asked in this browser, and end it.

    Raises:
        AttemptOver: Nothing was, or it is too long ago.
        ProviderFault: Something else was.
    """
    premises = porter.premises
    async with premises.database.writing() as session:
        attempt = await attempts.take(
            session, premises.house, token_of(request, premises, ATTEMPT),
            AttemptPurpose.PROVIDER, now=porter.now,
        )  # fmt: skip
    if state != attempt.asked["state"]:
        raise ProviderFault("this is the answer to another question")
    return attempt


async def _let_in(
    request: Request,
    porter: Porter,
    staff_id: int,
    identity: Identity,
    attempt: Attempt,
) -> Response:
    """Open a session, by way of the second step where none was shown there.

    The browser goes on from a page of ours: one that comes from another site is not
    shown the session's cookie, however it is led.
    """
    onward = attempt.asked["next"]
    second = None
    if not identity.second_factor:
        second = await after_first_step(
            request, porter.premises, staff_id,
            proof=Proof.PROVIDER, onward=onward, now=porter.now,
        )  # fmt: skip
    answer = second or await welcome(
        request, porter.premises, staff_id,
        proof=Proof.PROVIDER, onward=onward, now=porter.now,
    )  # fmt: skip
    return _onward(request, answer)


async def _linked(
    request: Request, porter: Porter, staff_id: int, identity: Identity
) -> Response:
    """Link an identity to the account that asked for it in this browser.

    The session's cookie is not shown on the way back from another site; what binds the
    answer to the account is the attempt, begun by whoever was signed in.
    """
    async with porter.premises.database.writing() as session:
        await identities.link(session, staff_id, identity, now=porter.now)
    answer = see(request, "/desk/account", done="provider_linked")
    return _onward(request, answer)


def _onward(request: Request, answer: Response) -> Response:
    """Return a page that leads to where ``answer`` does, with its cookies."""
    shown = page(
        request, "desk/account/onward.html",
        onward=answer.headers["location"], provider=None,
    )  # fmt: skip
    for name, value in answer.raw_headers:
        if name == b"set-cookie":
            shown.raw_headers.append((name, value))
    return shown


def _cancelled(request: Request, attempt: Attempt) -> Response:
    """Say that nobody was signed in because they did not want to be."""
    if attempt.staff_id is not None:
        own = see(request, "/desk/account", refused=_CANCELLED)
        return _onward(request, own)
    return page(
        request, "desk/account/provider_cancelled.html",
        next=attempt.asked["next"], provider=premises_of(request).settings.oidc_name,
    )  # fmt: skip


def _refused(request: Request, error: AppError) -> Response:
    return page(
        request, "desk/account/provider_refused.html",
        status=403, problem=explained(request, error.code, str(error)),
    )  # fmt: skip


def _back(premises: Premises, path: str) -> str:
    return f"{premises.settings.base_url}{path}"


def _provider(premises: Premises) -> Provider:
    """Return the sign-in service.

    Raises:
        NotFound: There is none.
    """
    if premises.provider is None:
        raise NotFound("there is no sign-in service")
    return premises.provider
