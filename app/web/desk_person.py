"""Who is at the desk: the cookie that a browser shows, and the person behind it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.errors import AppError
from app.premises import Premises
from app.services.accounts import sessions
from app.services.accounts.sessions import ConfirmationDue, Kept
from app.services.staff import NotSignedIn, Person
from app.web.addresses import path_of
from app.web.dependencies import NowDep, PremisesDep
from app.web.pages import premises_of
from app.web.security import check_same_site

_COOKIE: Final = "huiyin-desk"
_READING: Final = frozenset({"GET", "HEAD"})


class PasswordDue(AppError):
    """The person has to choose a password of their own before anything else."""

    code = "password_due"


class FactorDue(AppError):
    """The person's role needs a second factor, to be set up before anything else."""

    code = "factor_due"


def cookie_name(premises: Premises, cookie: str = _COOKIE) -> str:
    """Return a cookie's name; over TLS one that no other host can set."""
    return f"__Host-{cookie}" if premises.settings.secure else cookie


def hand_out(
    response: Response,
    premises: Premises,
    token: str,
    *,
    cookie: str = _COOKIE,
    life: timedelta | None = None,
    from_elsewhere: bool = False,
) -> None:
    """Give the browser a cookie; it lives as long as the browser, or for ``life``.

    ``from_elsewhere``: it is shown, too, by who is led here by a page of another site.
    """
    response.set_cookie(
        cookie_name(premises, cookie),
        token,
        max_age=None if life is None else int(life.total_seconds()),
        path="/",
        secure=premises.settings.secure,
        httponly=True,
        samesite="lax" if from_elsewhere else "strict",
    )


def take_back(response: Response, premises: Premises, *, cookie: str = _COOKIE) -> None:
    """Let the browser forget a cookie, unless told otherwise that of its session."""
    response.delete_cookie(
        cookie_name(premises, cookie),
        path="/",
        secure=premises.settings.secure,
        httponly=True,
        samesite="strict",
    )


def token_of(request: Request, premises: Premises, cookie: str = _COOKIE) -> str | None:
    """Return the token that the browser shows; None: it shows none."""
    return request.cookies.get(cookie_name(premises, cookie))


async def signed_in(request: Request, premises: PremisesDep, now: NowDep) -> Person:
    """Return who is signed in, and note that the session was used.

    Raises:
        NotSignedIn: Nobody, or not any more.
    """
    token = token_of(request, premises)
    if token is None:
        raise NotSignedIn("nobody is signed in")
    async with premises.database.reading() as session:
        kept = await sessions.find(session, premises.house, token, now=now)
    if kept.touch:
        async with premises.database.writing() as session:
            await sessions.touch(session, premises.house, token, now=now)
    request.state.person, request.state.kept = kept.person, kept
    return kept.person


async def still_signed_in(request: Request, session: AsyncSession) -> Person:
    """Return who is signed in, asked anew in the middle of a long answer.

    Raises:
        NotSignedIn: Nobody, or not any more.
    """
    premises = premises_of(request)
    token = token_of(request, premises)
    if token is None:
        raise NotSignedIn("nobody is signed in")
    kept = await sessions.find(session, premises.house, token, now=premises.clock())
    return kept.person


def person_known(request: Request) -> Person | None:
    """Return who was found to be signed in on this request; None: nobody yet."""
    person: Person | None = getattr(request.state, "person", None)
    return person


async def person_at_desk(request: Request) -> Person | None:
    """Return who is signed in, where the address is one of the desk; else None."""
    path, known = path_of(request), person_known(request)
    if known or not f"{path}/".startswith("/desk/"):
        return known
    premises = premises_of(request)
    try:
        return await signed_in(request, premises, premises.clock())
    except (NotSignedIn, SQLAlchemyError):
        return None


SignedInDep = Annotated[Person, Depends(signed_in)]


async def with_own_password(person: SignedInDep) -> Person:
    """Return who is signed in, with a password of their own.

    Raises:
        PasswordDue: It is the one that was given out.
    """
    if person.must_change_password:
        raise PasswordDue("the password has to be changed first")
    return person


HolderDep = Annotated[Person, Depends(with_own_password)]
"""Whoever is signed in, to look after the account itself."""


async def at_work(person: HolderDep) -> Person:
    """Return who is signed in, with all that their role needs.

    Raises:
        FactorDue: There is no second factor yet.
    """
    if person.must_add_factor:
        raise FactorDue("a second factor has to be set up first")
    return person


PersonDep = Annotated[Person, Depends(at_work)]


async def session_at_hand(request: Request, _person: HolderDep) -> Kept:
    """Return the session of this request."""
    kept: Kept = request.state.kept
    return kept


KeptDep = Annotated[Kept, Depends(session_at_hand)]


async def just_confirmed(kept: KeptDep) -> Person:
    """Return who is signed in, and showed a moment ago that it is them.

    Raises:
        ConfirmationDue: It is too long ago.
    """
    if not kept.confirmed:
        raise ConfirmationDue("it has to be shown again who this is")
    return kept.person


ConfirmedDep = Annotated[Person, Depends(just_confirmed)]
"""What is asked before anything by which an account could be taken over."""


def on_duty(duty: Duty) -> Callable[[Person], Awaitable[Person]]:
    """Return the dependency that lets only those through who have ``duty``."""

    async def hold(person: PersonDep) -> Person:
        permission.check(person.role, duty)
        return person

    return hold


async def from_own_pages(request: Request) -> None:
    """Hold that a request which changes something was sent by a page of ours.

    Raises:
        CrossSite: It was not.
    """
    if request.method not in _READING:
        check_same_site(request)


async def with_shelf(premises: PremisesDep) -> None:
    """See that the notices at hand are those now published."""
    await premises.shelf()
