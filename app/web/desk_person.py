"""Who is at the desk: the cookie that a browser shows, and the person behind it."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from app.domain import permission
from app.domain.permission import Duty
from app.errors import AppError
from app.premises import Premises
from app.services import staff
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


def cookie_name(premises: Premises) -> str:
    """Return the cookie's name; over TLS one that no other host can set."""
    return f"__Host-{_COOKIE}" if premises.settings.secure else _COOKIE


def hand_out(response: Response, premises: Premises, token: str) -> None:
    """Give the browser the cookie of a session; it lives as long as the browser."""
    response.set_cookie(
        cookie_name(premises),
        token,
        path="/",
        secure=premises.settings.secure,
        httponly=True,
        samesite="strict",
    )


def take_back(response: Response, premises: Premises) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(
        cookie_name(premises),
        path="/",
        secure=premises.settings.secure,
        httponly=True,
        samesite="strict",
    )


def token_of(request: Request, premises: Premises) -> str | None:
    """Return the token that the browser shows; None: it shows none."""
    return request.cookies.get(cookie_name(premises))


async def signed_in(request: Request, premises: PremisesDep, now: NowDep) -> Person:
    """Return who is signed in, and note that the session was used.

    Raises:
        NotSignedIn: Nobody, or not any more.
    """
    token = token_of(request, premises)
    if token is None:
        raise NotSignedIn("nobody is signed in")
    async with premises.database.reading() as session:
        person, touch = await staff.person_of(session, premises.house, token, now=now)
    if touch:
        async with premises.database.writing() as session:
            await staff.touch(session, premises.house, token, now=now)
    request.state.person = person
    return person


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


def at_work(person: SignedInDep) -> Person:
    """Return who is signed in, with a password of their own.

    Raises:
        PasswordDue: It is the one that was given out.
    """
    if person.must_change_password:
        raise PasswordDue("the password has to be changed first")
    return person


PersonDep = Annotated[Person, Depends(at_work)]


def on_duty(duty: Duty) -> Callable[[Person], Person]:
    """Return the dependency that lets only those through who have ``duty``."""

    def hold(person: PersonDep) -> Person:
        permission.check(person.role, duty)
        return person

    return hold


def from_own_pages(request: Request) -> None:
    """Hold that a request which changes something was sent by a page of ours.

    Raises:
        CrossSite: It was not.
    """
    if request.method not in _READING:
        check_same_site(request)


async def with_shelf(premises: PremisesDep) -> None:
    """See that the notices at hand are those now published."""
    await premises.shelf()
