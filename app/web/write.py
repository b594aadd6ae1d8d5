"""Writing: the opinion form, and the receipt that answers it.

The receipt is the answer to the form itself: number and code are in no address, and a
reload sends the same form again, whose token gets the same receipt.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from app.domain.submission import Submission
from app.domain.vocabulary import Kind
from app.errors import AppError, InvalidInput
from app.premises import Premises
from app.services.intake import (
    KeyReused,
    NoticeClosed,
    NoticeNotOpen,
    Registration,
)
from app.services.shelf import ShelvedNotice
from app.web.dependencies import NowDep, PremisesDep
from app.web.errors import NOT_STORED, not_stored
from app.web.files import TYPES
from app.web.following.keeping import kept
from app.web.forms import StaleForm, Wrong, in_words
from app.web.gate import gate_of, retry_after
from app.web.opinion_form import OpinionForm, read_opinion
from app.web.pages import language_of, link, page, premises_of
from app.web.public import Slug, mail_address, window
from app.web.reading import short_name
from app.web.security import check_same_site
from app.web.writing import held
from app.web.writing.consent import version_now
from app.web.writing.followed import followed
from app.web.writing.likely import LikeAnswer, LikelyItem, like_answers, likely_items

router = APIRouter(include_in_schema=False)

_OPTION: Final = 40
_CHOSEN: Final = 200
"""The most signs of an item's name, in the list and standing alone."""

_GROUPED_BY: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A heading in the list of items, and the items below it."""

    name: str | None
    """None: chapters that have no items."""

    options: tuple[tuple[str, str], ...]
    """Path and short name."""


@router.get("/notices/{slug}/write")
async def write(
    request: Request,
    slug: Slug,
    premises: PremisesDep,
    now: NowDep,
    section: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """Show the form, with the item chosen that the reader came from."""
    notice = (await premises.shelf()).notice(slug)
    if window(premises, notice, now) != "open":
        return _closed(request, notice, text="", status=HTTPStatus.OK)
    chosen = section if section in notice.section_ids else ""
    form = OpinionForm.empty(premises.house.seal, section=chosen, now=now)
    return await _form(request, notice, form)


@router.post("/notices/{slug}/write")
async def send(request: Request, slug: Slug) -> Response:
    """Register what was written and show the receipt, once or as often as it is sent.

    Whatever keeps it from being registered, what was typed is shown again. Little is
    injected here: it would cost a tenth of the whole.
    """
    check_same_site(request)
    premises = premises_of(request)
    now = premises.clock()
    with suppress(*NOT_STORED):
        await premises.shelf()
    notice = premises.house.shelf.notice(slug)
    form = await read_opinion(request, premises.settings)
    wait = gate_of(request).wait_to_submit(request, now)
    if wait is not None:
        headers = retry_after(wait)
        return await _form(
            request, notice, form, "too_many", status=429, headers=headers
        )
    problems = _problems(request, notice, form, now)
    if problems:
        return await _again(request, notice, form, problems, status=422)
    if form.checking:
        return await _form(request, notice, form, "checked")
    return await _kept(request, notice, form, now)


async def _kept(
    request: Request, notice: ShelvedNotice, form: OpinionForm, now: datetime
) -> Response:
    """Register what is whole, or hold it for somebody to look at; show its receipt."""
    submission = form.submission(notice, language=language_of(request), now=now)
    reason = held.reason_to_hold(request, form, now=now)
    try:
        kept = await held.hold(request, submission, reason) if reason else None
        if kept is not None:
            return held.receipt(request, notice, kept)
        registration = await premises_of(request).register(submission)
    except (NoticeClosed, NoticeNotOpen):
        return _closed(request, notice, text=form.text, status=HTTPStatus.CONFLICT)
    except KeyReused as reused:
        return await _reused(request, notice, form, submission, reused)
    except NOT_STORED as error:
        status, headers = not_stored(error)
        return await _form(
            request, notice, form, "away", status=status, headers=headers
        )
    return _receipt(request, notice, registration)


async def _reused(
    request: Request,
    notice: ShelvedNotice,
    form: OpinionForm,
    submission: Submission,
    reused: KeyReused,
) -> Response:
    """Answer a form whose token came before: with the receipt, if it was held."""
    try:
        if reused.receipt_number is None:
            kept = await held.held_before(request, submission)
            if kept is not None:
                return held.receipt(request, notice, kept)
    except KeyReused as other:
        reused = other
    return await _again(request, notice, form, [reused], status=409)


def _problems(
    request: Request, notice: ShelvedNotice, form: OpinionForm, now: datetime
) -> list[InvalidInput]:
    """Return all that is wrong, the token first."""
    found = form.problems(notice)
    try:
        form.check_token(premises_of(request).house.seal, now=now)
    except StaleForm as stale:
        return [stale, *found]
    return found


async def _again(
    request: Request,
    notice: ShelvedNotice,
    form: OpinionForm,
    problems: Sequence[AppError],
    *,
    status: int,
) -> Response:
    """Show the form with what is wrong, and a token for the next try."""
    premises, language = premises_of(request), language_of(request)
    wrong = in_words(problems, language=language, settings=premises.settings)
    fresh = form.afresh(premises.house.seal, now=premises.clock())
    return await _form(request, notice, fresh, wrong=wrong, status=status)


async def _form(
    request: Request,
    notice: ShelvedNotice,
    form: OpinionForm,
    message: str | None = None,
    *,
    wrong: Sequence[Wrong] = (),
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    premises = premises_of(request)
    settings = premises.settings
    form = await followed(premises, notice, form)
    offers = premises.house.features.offers("suggestions")
    looked = offers and (bool(wrong) or form.checking)
    likely = [] if form.section or not looked else _likely(notice, form)
    answers = await _answers(premises, notice, form) if looked else ()
    response = page(
        request,
        "public/write.html",
        status=status,
        notice=notice,
        form=form,
        message=message,
        wrong=wrong,
        wrong_by_field={item.field: item.words for item in reversed(wrong)},
        wrong_files=[item.words for item in wrong if item.field == "files"],
        groups=groups(notice, form.section),
        chosen=_chosen(notice, form, wrong),
        kinds=list(Kind),
        consent_version=version_now(),
        endings=sorted(TYPES),
        most_files=settings.max_files,
        most_bytes=settings.max_file_bytes,
        files_lost=bool(form.files or form.refused),
        likely=likely,
        answers=answers,
    )
    response.headers.update(headers or {})
    return response


def _chosen(
    notice: ShelvedNotice, form: OpinionForm, wrong: Sequence[Wrong]
) -> str | None:
    """Return what the item is called that is not asked for any more; None: it is."""
    node = notice.nodes.get(form.section)
    if node is None or any(each.field == "section" for each in wrong):
        return None
    return short_name(node, _CHOSEN)


def _likely(notice: ShelvedNotice, form: OpinionForm) -> Sequence[LikelyItem]:
    return likely_items(notice, subject=form.subject, text=form.text)


async def _answers(
    premises: Premises, notice: ShelvedNotice, form: OpinionForm
) -> Sequence[LikeAnswer]:
    return await like_answers(premises, notice, subject=form.subject, text=form.text)


def _receipt(
    request: Request, notice: ShelvedNotice, registration: Registration
) -> Response:
    return page(
        request,
        "public/receipt.html",
        status=HTTPStatus.OK if registration.repeated else HTTPStatus.CREATED,
        notice=notice,
        registration=registration,
        track=premises_of(request).settings.base_url + link(request, "/track"),
        keep=kept(request, registration.receipt_number, registration.query_code or ""),
    )


def _closed(
    request: Request, notice: ShelvedNotice, *, text: str, status: int
) -> Response:
    premises = premises_of(request)
    return page(
        request,
        "public/closed.html",
        status=status,
        notice=notice,
        state=window(premises, notice, premises.clock()),
        text=text,
        mail_address=mail_address(premises.settings, notice),
    )


def groups(notice: ShelvedNotice, chosen: str) -> list[Group]:
    """Return the items to choose from, under the heading one or two levels above.

    These are the items that have none below them, and the one that is chosen already.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for node in notice.outline.nodes():
        if not node.children or node.path == chosen:
            above = ".".join(node.path.split(".")[:-1][:_GROUPED_BY])
            found.setdefault(above, []).append((node.path, short_name(node, _OPTION)))
    return [
        Group(
            name=short_name(notice.nodes[above], _OPTION) if above else None,
            options=tuple(options),
        )
        for above, options in found.items()
    ]
