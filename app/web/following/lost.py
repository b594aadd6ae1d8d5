"""Lost receipts: a letter to the address brings them back, and a new code is set.

Whoever asks reads the same page after the same work, whatever we know of the address.
"""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from app.domain.following import MailWish
from app.errors import AppError, InvalidInput
from app.services.citizen import renewing, wishes
from app.services.citizen.wishes import Wish
from app.services.tracking import NoSuchOpinion
from app.web.dependencies import NowDep, PremisesDep, WritingDep
from app.web.errors import status_of
from app.web.following.keeping import kept
from app.web.forms import in_words, received, text_of
from app.web.gate import gate_of, retry_after
from app.web.pages import language_of, page, premises_of
from app.web.security import from_same_site
from app.web.tracking import Key, KeyDep, TooMany

router = APIRouter(prefix="/track", include_in_schema=False)

_EMPTY = Key(number="", code="")

_OF_THE_LETTER: Final = {
    "code_missing": "one_time_code_missing",
    "bad_query_code": "bad_one_time_code",
    "no_such_opinion": "no_such_one_time_code",
}
"""What is wrong with a code, said of the one in the letter instead of the receipt."""


async def _email(request: Request, premises: PremisesDep) -> str:
    async with received(request, premises.settings) as form:
        return text_of(form, "email")


EmailDep = Annotated[str, Depends(_email)]


@router.get("/lost")
async def ask(request: Request) -> Response:
    """Ask for the address that the opinion came from."""
    return _lost(request)


@router.post("/lost", dependencies=[Depends(from_same_site)])
async def send(
    request: Request,
    email: EmailDep,
    premises: PremisesDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Note that somebody wants the receipts of an address; say nothing of it."""
    wait = gate_of(request).wait_to_submit(request, now)
    if wait is not None:
        response = _lost(request, email, [TooMany("this source asks too often")])
        response.headers.update(retry_after(wait))
        return response
    try:
        address = wishes.checked(email)
    except InvalidInput as problem:
        return _lost(request, email, [problem])
    wish = Wish(wish=MailWish.RECEIPTS, email=address, language=language_of(request))
    await wishes.ask(session, premises.house, wish, now=now)
    premises.wishes_waiting.set()
    return page(request, "public/following/lost.html", sent=True, email=address)


@router.get("/renew")
async def ask_code(request: Request) -> Response:
    """Ask for the number and the one-time code of the letter."""
    return _renewing(request)


@router.post("/renew", dependencies=[Depends(from_same_site)])
async def renew(
    request: Request, key: KeyDep, session: WritingDep, now: NowDep
) -> Response:
    """Set a new query code and show it, once."""
    missing = key.missing()
    if missing:
        return _renewing(request, key, missing)
    try:
        number, code = await _renewed(request, session, key, now)
    except (InvalidInput, NoSuchOpinion) as problem:
        return _renewing(request, key, [problem])
    return page(
        request,
        "public/following/renewed.html",
        status=HTTPStatus.CREATED,
        keep=kept(request, number, code),
    )


async def _renewed(
    request: Request, session: WritingDep, key: Key, now: datetime
) -> tuple[str, str]:
    """Return number and new code; a wrong one-time code is counted."""
    gate, house = gate_of(request), premises_of(request).house
    gate.check_guess(request, now)
    try:
        return await renewing.renew(session, house, key.number, key.code, now=now)
    except NoSuchOpinion:
        gate.count_wrong_guess(request, now)
        raise


def _lost(
    request: Request, email: str = "", found: Sequence[AppError] = ()
) -> Response:
    return _form(request, "public/following/lost.html", found, sent=False, email=email)


def _renewing(
    request: Request, key: Key = _EMPTY, found: Sequence[AppError] = ()
) -> Response:
    for problem in found:
        problem.code = _OF_THE_LETTER.get(problem.code, problem.code)
    return _form(request, "public/following/renew.html", found, key=key)


def _form(
    request: Request, template: str, found: Sequence[AppError], **facts: object
) -> Response:
    """Return a page with a form, and with what was wrong with it."""
    status: int = max((status_of(problem) for problem in found), default=HTTPStatus.OK)
    if any(isinstance(problem, TooMany) for problem in found):
        status = HTTPStatus.TOO_MANY_REQUESTS
    settings, language = premises_of(request).settings, language_of(request)
    wrong = in_words(found, language=language, settings=settings)
    return page(
        request,
        template,
        status=status,
        wrong=wrong,
        wrong_by_field={item.field: item.words for item in wrong},
        **facts,
    )
