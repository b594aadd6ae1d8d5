"""An opinion that is held: why, its receipt, and what its writer sees of it."""

import asyncio
from datetime import datetime
from http import HTTPStatus

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.submission import Submission
from app.domain.suspicion import suspect
from app.domain.vocabulary import HoldReason
from app.services import intake
from app.services.drafting import draw_up
from app.services.held_opinions import keeping, looking
from app.services.held_opinions.keeping import HeldReceipt
from app.services.shelf import ShelvedNotice
from app.services.tracking import NoSuchOpinion
from app.web.forms import open_for
from app.web.opinion_form import OpinionForm
from app.web.pages import link, page, premises_of
from app.web.writing.proof import is_proven, watch_of


def reason_to_hold(
    request: Request, form: OpinionForm, *, now: datetime
) -> HoldReason | None:
    """Count a form that is about to be registered; return why it is held instead."""
    watch, seal = watch_of(request), premises_of(request).house.seal
    watch.note(now)
    unproven = watch.bits(now) > 0 and not is_proven(
        seal, form.token, form.proof, now=now
    )
    return suspect(
        subject=form.subject,
        text=form.text,
        trapped=form.trapped,
        unproven=unproven,
        took=open_for(form.token, now=now),
    )


async def hold(
    request: Request, submission: Submission, reason: HoldReason
) -> HeldReceipt | None:
    """Keep ``submission`` for somebody to look at; None: it is registered already.

    Raises:
        AppError: It could not be registered either (`intake.check_window`,
            `drafting.draw_up`), or its key came before with other content.
    """
    premises = premises_of(request)
    await premises.shelf()
    intake.check_window(premises.house, submission)
    # Files make a large letter, which nobody else should wait for.
    holding = await asyncio.to_thread(
        keeping.hold_up, premises.house, submission, reason
    )
    async with premises.database.writing() as session:
        return await keeping.hold(session, holding)


async def held_before(request: Request, submission: Submission) -> HeldReceipt | None:
    """Return the receipt that the same got when it was held; None: it was not.

    Raises:
        KeyReused: Its key came before, with other content.
    """
    premises = premises_of(request)
    draft = draw_up(premises.house, submission)
    async with premises.database.reading() as session:
        return await keeping.came_before(session, draft)


def receipt(request: Request, notice: ShelvedNotice, held: HeldReceipt) -> Response:
    """Answer the form of an opinion that somebody looks at first."""
    return page(
        request, "public/writing/receipt.html",
        status=HTTPStatus.OK if held.repeated else HTTPStatus.ACCEPTED,
        notice=notice,
        held=held,
        track=premises_of(request).settings.base_url + link(request, "/track"),
    )  # fmt: skip


async def shown(
    request: Request, session: AsyncSession, number: str, code: str
) -> Response | None:
    """Return the page of a held opinion; None: number and code open none."""
    try:
        found = await looking.look(session, premises_of(request).house, number, code)
    except NoSuchOpinion:
        return None
    return page(request, "public/writing/held.html", held=found)
