"""The desk (工作台): everything the staff does, behind one door."""

from typing import Final

from fastapi import Depends, FastAPI

from app.services.accounts.attempts import AttemptOver
from app.services.accounts.sessions import ConfirmationDue
from app.services.staff import NotSignedIn
from app.web import (
    desk_campaign,
    desk_campaigns,
    desk_case,
    desk_case_letter,
    desk_clock_steps,
    desk_clocks,
    desk_entry,
    desk_held,
    desk_held_many,
    desk_hot_topics,
    desk_letter,
    desk_mailboxes,
    desk_model,
    desk_policies,
    desk_queue,
    desk_records,
    desk_routing,
    desk_routing_names,
    desk_routing_steps,
    desk_sifting,
    desk_steps,
    desk_strands,
    desk_supervision,
    desk_topic,
    desk_topics,
    desk_wordings,
    sign_in,
)
from app.web.accounts import (
    account,
    codes,
    confirm,
    invitations,
    passkeys,
    people,
    provider,
    second_step,
    waiting,
)
from app.web.administration import (
    features,
    mailbox_sheet,
    notice_sheet,
    record,
    start,
)
from app.web.administration import notices as desk_notices
from app.web.administration import offices as desk_offices
from app.web.answering import (
    approvals,
    drafts,
    files,
    filling,
    notes,
    presence,
    templates,
)
from app.web.desk_person import FactorDue, PasswordDue, from_own_pages, with_shelf
from app.web.figures import board, docket, numbers
from app.web.importing import sending, working
from app.web.limits import MOST_FIELD
from app.web.offices import disputes, disputing, joint, liaisons, reply_files
from app.web.outcome import desk_progress, desk_publishing
from app.web.porter import Doors, TooManyTries
from app.web.queue import many, many_done, steps, views
from app.web.queue.counters import Counters

ROOMS: Final = tuple(
    room.router
    for room in (
        sign_in, desk_queue, desk_held, desk_held_many, desk_letter, desk_sifting,
        desk_entry, desk_records, desk_mailboxes, desk_model, desk_wordings,
        desk_case, desk_case_letter, desk_steps, desk_campaign, desk_campaigns,
        desk_strands, desk_routing, desk_routing_names, desk_routing_steps,
        desk_hot_topics, desk_topics, desk_topic, numbers, board, docket,
        approvals, drafts, files, filling, notes, presence, templates,
        desk_supervision, desk_clock_steps, desk_clocks, desk_policies,
        second_step, confirm, account, codes, passkeys, provider, invitations, people,
        desk_publishing, desk_progress, views, many, many_done, steps,
        start, notice_sheet, desk_notices, desk_offices, mailbox_sheet, record,
        disputes, disputing, joint, liaisons, reply_files, sending, working, features,
    )
)  # fmt: skip
"""The routes of the desk."""


def install(app: FastAPI) -> None:
    """Open the desk in ``app``, for those who sign in."""
    for room in ROOMS:
        app.include_router(
            room,
            prefix="/desk",
            dependencies=[Depends(from_own_pages), Depends(with_shelf)],
            include_in_schema=False,
            form_limits={"max_part_size": MOST_FIELD},
        )
    app.state.doors = Doors()
    app.state.view_counters = Counters()
    app.add_exception_handler(NotSignedIn, sign_in.to_sign_in)
    app.add_exception_handler(PasswordDue, sign_in.to_password)
    app.add_exception_handler(FactorDue, sign_in.to_factors)
    app.add_exception_handler(ConfirmationDue, sign_in.to_confirm)
    app.add_exception_handler(AttemptOver, second_step.to_start)
    app.add_exception_handler(TooManyTries, waiting.to_wait)
