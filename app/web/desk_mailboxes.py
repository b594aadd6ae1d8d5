"""Mailboxes at the desk: whether letters come in from each, and the way to find out."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.premises import Premises
from app.services import mailboxes
from app.services.mailboxes import MailboxEntry
from app.services.staff import Person
from app.web.dependencies import NowDep, PremisesDep, ReadingDep, WritingDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty

router = APIRouter()

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_MAILBOXES))]
AdministratorDep = Annotated[Person, Depends(on_duty(Duty.MAILBOXES))]

LOOKED_WITHIN: Final = 10.0
"""Seconds that somebody waits at most to hear how a mailbox fares."""

_EVERY: Final = 0.25


class MailboxForm(BaseModel):
    """A mailbox."""

    mailbox: Key


class UseForm(MailboxForm):
    """Whether a mailbox is to be read."""

    enabled: bool


@router.get("/mailboxes")
async def show_mailboxes(
    request: Request, person: ReaderDep, session: ReadingDep
) -> Response:
    """Show the mailboxes with their state."""
    return desk_page(
        request, person, "desk/mailboxes.html",
        mailboxes=await mailboxes.entries(session),
    )  # fmt: skip


@router.post("/mailboxes/use")
async def use(
    request: Request,
    form: Annotated[UseForm, Form()],
    person: AdministratorDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Have a mailbox read, or not any more."""
    await mailboxes.enable(
        session, form.mailbox, enabled=form.enabled, now=now, staff_id=person.staff_id
    )
    done = "mailbox_enabled" if form.enabled else "mailbox_disabled"
    return see(request, "/desk/mailboxes", done=done)


@router.post("/mailboxes/check")
async def check(
    request: Request,
    form: Annotated[MailboxForm, Form()],
    _person: AdministratorDep,
    premises: PremisesDep,
) -> Response:
    """Have a mailbox looked through by the worker itself, and wait for what it says."""
    async with premises.database.writing() as session:
        await mailboxes.ask_for(session, form.mailbox)
    entry = await _looked_through(premises, form.mailbox)
    if entry.trouble is not None:
        done = "mailbox_failed"
    elif entry.checked_at is not None:
        done = "mailbox_checked"
    else:
        done = "mailbox_asked"
    return see(request, "/desk/mailboxes", done=done)


async def _looked_through(premises: Premises, key: int) -> MailboxEntry:
    """Return a mailbox once it was looked through, or as it is when time is up."""
    clock = asyncio.get_running_loop().time
    until = clock() + LOOKED_WITHIN
    while True:
        async with premises.database.reading() as session:
            entry = await mailboxes.entry(session, key)
        if not entry.awaited or clock() > until:
            return entry
        await asyncio.sleep(_EVERY)
