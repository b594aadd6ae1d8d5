"""Entering a call or a letter on paper."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response

from app.domain import permission
from app.domain.permission import Duty
from app.domain.submission import ContactDetails, Submission, clean, problems
from app.domain.vocabulary import Channel, Kind
from app.errors import AppError, InvalidInput
from app.services import entry
from app.services.intake import NoticeNotOpen
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_forms import EntryForm, whither
from app.web.desk_pages import desk_page
from app.web.desk_person import on_duty
from app.web.desk_words import section_options
from app.web.errors import status_of
from app.web.forms import check_token, in_words, new_token
from app.web.pages import language_of, link, premises_of
from app.web.writing.consent import version_now

router = APIRouter(prefix="/enter")

ClerkDep = Annotated[Person, Depends(on_duty(Duty.ENTER))]


@router.get("")
async def show_form(request: Request, person: ClerkDep, now: NowDep) -> Response:
    """Show the form."""
    token = new_token(premises_of(request).house.seal, now=now)
    return _form(request, person, EntryForm(token=token), faults={}, now=now)


@router.post("")
async def enter(
    request: Request,
    form: Annotated[EntryForm, Form()],
    person: ClerkDep,
    now: NowDep,
) -> Response:
    """Register what somebody said or wrote, and show its receipt once."""
    premises = premises_of(request)
    house = premises.house
    submission = _submission(request, form, now=now)
    faults = _faults(submission)
    if faults:
        return _form(request, person, form, faults=faults, now=now)
    try:
        check_token(house.seal, form.token, now=now)
        draft = await asyncio.to_thread(
            entry.draw_up_entry, house, person, submission, dated=_dated(form)
        )
    except (InvalidInput, NoticeNotOpen) as error:
        faults = {getattr(error, "field", None) or "about": error}
        return _form(request, person, form, faults=faults, now=now)
    async with premises.database.writing() as session:
        registered = await entry.enter(session, person, draft)
    premises.outbox_waiting.set()
    return desk_page(
        request, person, "desk/entered.html",
        status=201,
        number=registered.receipt_number,
        restricted=registered.restricted,
        visible=not registered.restricted
        or permission.may(person.role, Duty.READ_RESTRICTED),
        code=registered.query_code,
        registered_at=registered.registered_at,
        notice=house.shelf.notice(submission.notice),
        track=premises.settings.base_url + link(request, "/track"),
    )  # fmt: skip


def _form(
    request: Request,
    person: Person,
    form: EntryForm,
    *,
    faults: Mapping[str, AppError],
    now: datetime,
) -> Response:
    house = premises_of(request).house
    today = now.astimezone(house.settings.zone).date()
    # Who says nothing else means the first: one that takes opinions today.
    notices = sorted(house.shelf.notices, key=lambda each: not each.open_on(today))
    said = in_words(
        tuple(faults.values()), language=language_of(request), settings=house.settings
    )
    status = max((status_of(error) for error in faults.values()), default=200)
    facts: dict[str, Any] = {
        "form": form,
        "faults": {
            field: wrong.words for field, wrong in zip(faults, said, strict=True)
        },
        "notices": notices,
        "sections": {each.slug: section_options(each) for each in notices},
        "kinds": Kind,
        "consent": version_now(),
        "channels": (Channel.PHONE, Channel.LETTER),
    }
    return desk_page(request, person, "desk/enter.html", status=status, **facts)


def _submission(request: Request, form: EntryForm, *, now: datetime) -> Submission:
    slug, section = whither(form.about)
    contact = ContactDetails(
        name=clean(form.name, lines=False) or None,
        email=clean(form.email, lines=False) or None,
        phone=clean(form.phone, lines=False) or None,
    )
    return Submission(
        channel=form.channel,
        notice=slug,
        section=section,
        kind=form.kind,
        subject=clean(form.subject, lines=False),
        text=clean(form.text),
        contact=ContactDetails() if form.anonymous else contact,
        anonymous=form.anonymous,
        language=language_of(request),
        # Of its own accord nobody on the telephone agrees to anything.
        consent_version=form.consent_version if form.may_publish else None,
        may_publish=form.may_publish,
        retry_token=form.token,
        received_at=now,
    )


def _faults(submission: Submission) -> dict[str, AppError]:
    """Return what is wrong, by the field it stands in."""
    found = problems(
        subject=submission.subject, text=submission.text, contact=submission.contact
    )
    faults: dict[str, AppError] = {error.field or "text": error for error in found}
    if not submission.notice:
        faults["about"] = InvalidInput(
            "choose a notice", field="about", code="notice_missing"
        )
    if submission.may_publish and submission.consent_version != version_now():
        faults["may_publish"] = InvalidInput(
            "the consent text has changed", field="may_publish", code="consent_changed"
        )
    return faults


def _dated(form: EntryForm) -> date | None:
    """Return the day of the call or on the postmark; None: it is today.

    Raises:
        InvalidInput: This is no day.
    """
    if not form.dated:
        return None
    try:
        return date.fromisoformat(form.dated)
    except ValueError:
        raise InvalidInput("this is no day", field="dated", code="bad_date") from None
