"""The JSON API: what a program may do for a citizen.

Errors are problems (RFC 9457). Sending something in takes an ``Idempotency-Key``, so
that a client that got no answer may simply send it again.
"""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.submission import ContactDetails, Submission, clean, problems
from app.domain.suspicion import suspect
from app.domain.vocabulary import Channel, HoldReason
from app.errors import InvalidInput
from app.services import additions, tracking
from app.services.additions import Addendum
from app.services.held_opinions import keeping, looking
from app.services.held_opinions.looking import OpinionHeld
from app.services.tracking import NoSuchOpinion
from app.web import api_input
from app.web.api_input import idempotency_key, sent
from app.web.api_models import (
    AdditionReceipt,
    HeldReceipt,
    NewAddition,
    NewOpinion,
    Receipt,
    moment,
)
from app.web.api_status import OpinionStatus
from app.web.dependencies import PremisesDep, ReadingDep, WritingDep
from app.web.gate import gate_of
from app.web.openapi import idempotent, named, sending, with_problems
from app.web.pages import premises_of
from app.web.writing import held

router = APIRouter(prefix="/api/v1", generate_unique_id_function=named)

Number = Annotated[str, Path(max_length=40)]
QueryCode = Annotated[str, Header(max_length=80)]


@router.post(
    "/opinions",
    status_code=201,
    response_model=Receipt,
    responses=idempotent(Receipt)
    | {202: {"description": "A person looks at it first.", "model": HeldReceipt}}
    | with_problems(404, 408, 409, 413, 415, 422, 429),
    openapi_extra=sending(NewOpinion),
)
async def send_opinion(request: Request) -> Response:
    """Send in an opinion.

    The same key with the same content gets the same receipt again, with 200. What would
    be held if it came by form is held here, too (202), with a receipt all the same.
    """
    premises = premises_of(request)
    now = premises.clock()
    gate_of(request).check_submission(request, now)
    key = idempotency_key(request)
    opinion = await sent(request, NewOpinion)
    submission = opinion.submission(key=key, now=now)
    wrong = _wrong(submission)
    if wrong:
        return api_input.problems(wrong)
    reason = _reason_to_hold(submission)
    kept = await held.hold(request, submission, reason) if reason else None
    if kept is not None:
        return _held(kept)
    registered = await premises.register(submission)
    receipt = {
        "receipt_number": registered.receipt_number,
        "query_code": registered.query_code,
        "registered_at": moment(registered.registered_at),
        "due_at": moment(registered.due_at),
        "repeated": registered.repeated,
    }
    return _json(receipt, status=_status(repeated=registered.repeated))


@router.get("/opinions/{receipt_number}", responses=with_problems(404, 409, 422, 429))
async def read_opinion(
    request: Request,
    receipt_number: Number,
    query_code: QueryCode,
    premises: PremisesDep,
    session: ReadingDep,
) -> OpinionStatus:
    """Read where an opinion stands, and the answers."""
    await premises.shelf()
    try:
        opinion_id = await _identified(request, session, receipt_number, query_code)
    except NoSuchOpinion:
        await looking.look(session, premises.house, receipt_number, query_code)
        raise OpinionHeld("the opinion was received and is no case yet") from None
    tracked = await tracking.follow(session, premises.house, opinion_id)
    opinion = tracked.opinion
    return OpinionStatus.model_validate(
        {
            "receipt_number": opinion.receipt_number,
            "notice": tracked.notice_slug,
            "section": tracked.matters[0].section,
            "kind": opinion.kind,
            "subject": opinion.subject,
            "text": opinion.text,
            "files": tracked.files,
            "registered_at": opinion.registered_at,
            "status": tracked.foremost.status,
            "disposition": tracked.foremost.disposition,
            "office": tracked.foremost.office,
            "due_at": tracked.foremost.due_at,
            "history": tracked.history,
            "answers": tracked.answers,
            "additions": tracked.additions,
            "strands": tracked.matters,
            "restricted": tracked.restricted,
        }
    )


async def _addition(request: Request) -> NewAddition:
    """Read the body before a transaction is open: it may come slowly."""
    gate_of(request).check_submission(request, premises_of(request).clock())
    idempotency_key(request)
    return await sent(request, NewAddition)


@router.post(
    "/opinions/{receipt_number}/additions",
    status_code=201,
    response_model=AdditionReceipt,
    responses=idempotent(AdditionReceipt)
    | with_problems(404, 408, 409, 413, 415, 422, 429),
    openapi_extra=sending(NewAddition),
)
async def add_to_opinion(
    request: Request,
    receipt_number: Number,
    query_code: QueryCode,
    addition: Annotated[NewAddition, Depends(_addition)],
    session: WritingDep,
) -> Response:
    """Add something to an opinion, also after its case was closed."""
    premises = premises_of(request)
    text = clean(addition.text)
    wrong = problems(subject="", text=text, contact=ContactDetails())
    if wrong:
        return api_input.problems(wrong)
    opinion_id = await _identified(request, session, receipt_number, query_code)
    addendum = Addendum(
        opinion_id=opinion_id, channel=Channel.API, text=text, seal=premises.house.seal
    )
    added = await additions.add(
        session, addendum,
        retry_token=idempotency_key(request), now=premises.clock(),
    )  # fmt: skip
    return _json({"receipt_number": receipt_number, "repeated": not added},
                 status=_status(repeated=not added))  # fmt: skip


async def _identified(
    request: Request, session: AsyncSession, number: str, code: str
) -> int:
    """Return the opinion that number and code open; a wrong pair is counted."""
    premises, gate = premises_of(request), gate_of(request)
    now = premises.clock()
    gate.check_guess(request, now)
    try:
        return await tracking.identify(session, premises.house.seal, number, code)
    except NoSuchOpinion:
        gate.count_wrong_guess(request, now)
        raise


def _reason_to_hold(submission: Submission) -> HoldReason | None:
    """Return why a person should look at it first, by the form's rule (`suspicion`).

    A program fills in no field by mistake and has its text ready: neither traps nor how
    fast it was say anything of it, and a flood meets its limits.
    """
    return suspect(
        subject=submission.subject, text=submission.text,
        trapped=False, unproven=False, took=timedelta.max,
    )  # fmt: skip


def _held(kept: keeping.HeldReceipt) -> Response:
    """Answer what a person looks at first: received, and no case yet."""
    receipt = {
        "receipt_number": kept.receipt_number,
        "query_code": kept.query_code,
        "received_at": moment(kept.received_at),
        "held": True,
        "repeated": kept.repeated,
    }
    return _json(receipt, status=HTTPStatus.ACCEPTED)


def _wrong(submission: Submission) -> list[InvalidInput]:
    found = list(
        problems(
            subject=submission.subject,
            text=submission.text,
            contact=submission.contact,
        )
    )
    if submission.anonymous and submission.contact:
        found.append(
            InvalidInput("an anonymous opinion has no contact details",
                         field="contact", code="anonymous_contact")
        )  # fmt: skip
    if submission.desk_only and not submission.contact:
        found.append(
            InvalidInput("there are no contact details to keep for one desk",
                         field="contact", code="desk_only_nobody")
        )  # fmt: skip
    return found


def _status(*, repeated: bool) -> HTTPStatus:
    return HTTPStatus.OK if repeated else HTTPStatus.CREATED


def _json(body: dict[str, Any], *, status: HTTPStatus) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=status,
        media_type="application/json",
    )
