"""Following an item by mail: asked for, confirmed, ended.

Mail systems follow the links in letters to look for harm, so that a link shows what it
is for and the form on its page does it. The one-click end comes from a mail program
(RFC 8058): it bears no sign of a page of ours, and needs none.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.domain.features import Feature
from app.domain.following import MailWish
from app.errors import AppError, InvalidInput
from app.services.citizen import subscriptions, wishes
from app.services.citizen.subscriptions import NoSuchSubscription
from app.services.citizen.wishes import Wish
from app.services.shelf import NoSuchSection, ShelvedNotice
from app.web.dependencies import NowDep, PremisesDep, ReadingDep, WritingDep
from app.web.errors import status_of
from app.web.following.lost import EmailDep
from app.web.forms import in_words
from app.web.gate import gate_of, retry_after
from app.web.notices.item import SectionPath
from app.web.offered import offered
from app.web.pages import language_of, page, premises_of
from app.web.public import Slug
from app.web.security import from_same_site
from app.web.tracking import TooMany

router = APIRouter(include_in_schema=False)

OFFERED = offered(Feature.FOLLOWING)
FOLLOW = "/notices/{slug}/sections/{path}/follow"


async def _notice(
    slug: Slug, path: SectionPath, premises: PremisesDep
) -> ShelvedNotice:
    notice = (await premises.shelf()).notice(slug)
    if path not in notice.nodes:
        raise NoSuchSection("the notice has no such item")
    return notice


NoticeDep = Annotated[ShelvedNotice, Depends(_notice)]


@router.get(FOLLOW, dependencies=[OFFERED])
async def ask(request: Request, path: SectionPath, notice: NoticeDep) -> Response:
    """Ask for the address at which somebody wants to hear of an item."""
    return _form(request, notice, path)


@router.post(FOLLOW, dependencies=[OFFERED, Depends(from_same_site)])
async def follow(
    request: Request, path: SectionPath, notice: NoticeDep, email: EmailDep, *,
    premises: PremisesDep, session: WritingDep, now: NowDep,
) -> Response:  # fmt: skip
    """Note that somebody wants to hear of the item; say nothing of the address."""
    wait = gate_of(request).wait_to_submit(request, now)
    if wait is not None:
        problem = TooMany("this source asks too often")
        response = _form(request, notice, path, email, [problem])
        response.headers.update(retry_after(wait))
        return response
    try:
        address = wishes.checked(email)
    except InvalidInput as problem:
        return _form(request, notice, path, email, [problem])
    wish = Wish(
        wish=MailWish.SUBSCRIPTION, email=address, language=language_of(request),
        section_id=notice.section_ids[path],
    )  # fmt: skip
    await wishes.ask(session, premises.house, wish, now=now)
    premises.wishes_waiting.set()
    return _form(request, notice, path, address, sent=True)


@router.get("/following/confirm/{token}", dependencies=[OFFERED])
async def ask_confirmation(
    request: Request, token: str, premises: PremisesDep, session: ReadingDep
) -> Response:
    """Say what the link is for; nothing is done."""
    await premises.shelf()
    seal = premises.house.seal
    found = await subscriptions.find(session, seal, token, end=False)
    state = "ask" if found.confirmed_at is None else "confirmed"
    return _answer(request, state, token, section_id=found.section_id)


@router.post(
    "/following/confirm/{token}", dependencies=[OFFERED, Depends(from_same_site)]
)
async def confirm(
    request: Request, token: str, premises: PremisesDep, session: WritingDep,
    now: NowDep,
) -> Response:  # fmt: skip
    """Let letters about the item begin, once or as often as it is sent."""
    await premises.shelf()
    seal = premises.house.seal
    found = await subscriptions.confirm(session, seal, token, now=now)
    return _answer(request, "confirmed", token, section_id=found.section_id)


@router.get("/following/end/{token}")
async def ask_end(
    request: Request, token: str, premises: PremisesDep, session: ReadingDep
) -> Response:
    """Say what the link is for; nothing is done."""
    await premises.shelf()
    try:
        found = await subscriptions.find(session, premises.house.seal, token, end=True)
    except NoSuchSubscription:
        return _answer(request, "ended", token)
    return _answer(request, "ask_end", token, section_id=found.section_id)


@router.post("/following/end/{token}")
async def end(
    request: Request, token: str, premises: PremisesDep, session: WritingDep
) -> Response:
    """Forget the address; the page is the same however often it is sent."""
    await subscriptions.end(session, premises.house.seal, token)
    return _answer(request, "ended", token)


def _answer(
    request: Request, state: str, token: str, *, section_id: int | None = None
) -> Response:
    house = premises_of(request).house
    about = subscriptions.item(house, section_id) if section_id else None
    return page(
        request, "public/following/confirm.html",
        state=state, token=token, item=about,
    )  # fmt: skip


def _form(
    request: Request,
    notice: ShelvedNotice,
    path: str,
    email: str = "",
    found: Sequence[AppError] = (),
    *,
    sent: bool = False,
) -> Response:
    settings, language = premises_of(request).settings, language_of(request)
    status: int = max((status_of(problem) for problem in found), default=HTTPStatus.OK)
    if any(isinstance(problem, TooMany) for problem in found):
        status = HTTPStatus.TOO_MANY_REQUESTS
    wrong = in_words(found, language=language, settings=settings)
    return page(
        request,
        "public/following/follow.html",
        status=status,
        notice=notice,
        section=notice.nodes[path],
        email=email,
        sent=sent,
        wrong=wrong,
        wrong_by_field={item.field: item.words for item in wrong},
    )
