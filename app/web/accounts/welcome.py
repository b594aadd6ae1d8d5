"""The welcome: what follows once somebody has shown who they are."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from fastapi import Request, Response

from app.domain.accounts import AttemptPurpose, Proof
from app.models import Staff
from app.premises import Premises
from app.services import staff
from app.services.accounts import attempts, factors
from app.services.staff import WrongPassword
from app.web.accounts import browsers
from app.web.desk_pages import see
from app.web.desk_person import hand_out, take_back, token_of

ATTEMPT: Final = "huiyin-attempt"
"""The cookie of a sign-in that is half done."""

KNOWN: Final = "huiyin-browser"
"""The cookie of a browser that is not asked for the second factor for a while."""

WITHIN_DESK: Final = re.compile(r"/desk(?:/[\w-]+)*(?:\?[\w=&%.+-]*)?", re.ASCII)


def inside(path: str) -> str:
    """Return ``path`` if it is a page of the desk, else where the desk begins."""
    return path if WITHIN_DESK.fullmatch(path) else "/desk"


async def open_session(
    request: Request,
    premises: Premises,
    staff_id: int,
    *,
    proof: Proof,
    remembered: bool = False,
    now: datetime,
) -> tuple[str, str | None, bool]:
    """Open a session; return its token, that of a remembered browser, and if told.

    Raises:
        WrongPassword: The account was closed meanwhile.
    """
    house = premises.house
    async with premises.database.writing() as session:
        member = await session.get(Staff, staff_id)
        if member is None or not member.active:
            raise WrongPassword("there is no such account")
        token = await staff.sign_in(
            session, house, member, proof=proof, browser=browser_of(request), now=now
        )
        known = (
            await factors.remember(session, house, staff_id, now=now)
            if remembered
            else None
        )
        return token, known, member.note is not None


async def welcome(
    request: Request,
    premises: Premises,
    staff_id: int,
    *,
    proof: Proof,
    onward: str,
    remembered: bool = False,
    now: datetime,
) -> Response:
    """Open a session and lead on; first to the account, if there is something to tell.

    Raises:
        WrongPassword: The account was closed meanwhile.
    """
    token, known, told = await open_session(
        request, premises, staff_id, proof=proof, remembered=remembered, now=now
    )
    response = see(request, "/desk/account" if told else inside(onward))
    hand_out(response, premises, token)
    if known is not None:
        hand_out(response, premises, known, cookie=KNOWN, life=factors.KNOWN_FOR)
    if token_of(request, premises, ATTEMPT) is not None:
        take_back(response, premises, cookie=ATTEMPT)
    return response


async def after_first_step(
    request: Request,
    premises: Premises,
    staff_id: int,
    *,
    proof: Proof,
    onward: str,
    now: datetime,
) -> Response | None:
    """Ask for the second factor, if one is awaited in this browser; None: it is not."""
    browser_token = token_of(request, premises, KNOWN)
    async with premises.database.reading() as session:
        awaited = await factors.awaited(
            session, premises.house, staff_id, browser_token=browser_token, now=now
        )
    if not awaited:
        return None
    asked = {"next": inside(onward), "proof": proof}
    response = see(request, "/desk/sign-in/second")
    await begin_attempt(
        response, premises, AttemptPurpose.SECOND_STEP,
        staff_id=staff_id, asked=asked, now=now,
    )  # fmt: skip
    return response


async def begin_attempt(
    response: Response,
    premises: Premises,
    purpose: AttemptPurpose,
    *,
    staff_id: int | None = None,
    asked: Mapping[str, str],
    now: datetime,
) -> None:
    """Begin something that this browser alone can finish."""
    async with premises.database.writing() as session:
        token = await attempts.begin(
            session, premises.house, purpose, staff_id=staff_id, asked=asked, now=now
        )
    hand_out(
        response, premises, token,
        cookie=ATTEMPT, life=attempts.LIFETIME, from_elsewhere=True,
    )  # fmt: skip


def browser_of(request: Request) -> str | None:
    """Return what the browser of a request is called."""
    return browsers.named(request.headers.get("user-agent", ""))
