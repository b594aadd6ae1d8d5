"""The letter door: mail systems post letters as they came, signed with a shared secret.

What is signed are the time, the envelope and the digest of the letter, so a signature
is checked before anything of the letter is read: who does not know the secret cannot
make this side keep a single byte. Whoever hears nothing posts again: the same letter
counts once.
"""

import hmac
import json
import re
from datetime import datetime
from http import HTTPStatus
from typing import Final, NoReturn

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from app.domain.intake_address import IntakeAddress
from app.domain.signature import content_digest, signature
from app.errors import InvalidInput
from app.premises import Premises
from app.services.arrivals import Envelope, RawLetter
from app.web.errors import RETRY_AFTER
from app.web.letter_door_docs import DESCRIBED, RESPONSES
from app.web.openapi import named
from app.web.pages import premises_of

router = APIRouter(prefix="/api/v1", generate_unique_id_function=named, tags=["mail"])

MEDIA_TYPE: Final = "message/rfc822"
MOST_RECIPIENTS: Final = 100
MOST_ADDRESS: Final = 512

VALID_FOR: Final = 300.0
"""Seconds by which a signature's time may differ from ours."""

_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_DIGEST: Final = re.compile(r"sha-256=:[A-Za-z0-9+/]{43}=:")
"""The field of RFC 9530, section 2, with the one algorithm that counts here."""


@router.post("/letters", status_code=201, responses=RESPONSES, openapi_extra=DESCRIBED)
async def post_letter(request: Request) -> Response:
    """Post a letter as it came; it is kept when the answer is 201."""
    premises = premises_of(request)
    now = premises.clock()
    if _media_type(request) != MEDIA_TYPE:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    digest = _signed_digest(request, premises.settings.letter_door_secret, now=now)
    envelope = _envelope(request, IntakeAddress.of(premises.settings.intake_address))
    content = await request.body()
    if not hmac.compare_digest(content_digest(content), digest):
        _refuse("the letter has another digest than the signed one")
    letter = RawLetter(content=content, envelope=envelope, received_at=now)
    arrival_id = await _keep(premises, letter)
    return Response(
        json.dumps({"arrival": str(arrival_id)}),
        status_code=HTTPStatus.CREATED,
        media_type="application/json",
    )


async def _keep(premises: Premises, letter: RawLetter) -> int:
    try:
        return await premises.keep(letter)
    except (SQLAlchemyError, OSError) as error:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "nothing was stored; try again",
            headers={"Retry-After": RETRY_AFTER},
        ) from error


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _signed_digest(request: Request, secret: SecretStr | None, *, now: datetime) -> str:
    """Return the digest that the letter has to have, signed not long ago."""
    time = request.headers.get("huiyin-timestamp", "")
    digest = request.headers.get("content-digest", "")
    if secret is None or not _DIGEST.fullmatch(digest) or not _SECONDS.fullmatch(time):
        _refuse("the signature is incomplete")
    if abs(now.timestamp() - int(time)) > VALID_FOR:
        _refuse("the signature is not of this moment; are both clocks right?")
    query = request.scope["query_string"].decode("latin-1")
    right = signature(secret.get_secret_value(), time=time, query=query, digest=digest)
    given = request.headers.get("huiyin-signature", "")
    if not hmac.compare_digest(right.encode(), given.strip().lower().encode()):
        _refuse("the signature is wrong")
    return digest


def _envelope(request: Request, intake: IntakeAddress) -> Envelope:
    """Return the envelope, with those recipients who are here.

    Raises:
        InvalidInput: It is incomplete, or none of its recipients is here.
    """
    senders = request.query_params.getlist("sender")
    recipients = request.query_params.getlist("recipient")
    if len(senders) != 1 or len(senders[0]) > MOST_ADDRESS:
        raise InvalidInput("one sender is needed, empty for none", field="sender")
    if not 0 < len(recipients) <= MOST_RECIPIENTS:
        raise InvalidInput(f"1 to {MOST_RECIPIENTS} are needed", field="recipient")
    ours = tuple(
        address
        for address in recipients
        if len(address) <= MOST_ADDRESS
        and (intake.takes(address) or intake.is_postmaster(address))
    )
    if not ours:
        raise InvalidInput(
            "nobody of that name is here", field="recipient", code="unknown_recipient"
        )
    sender = "" if senders[0] == "<>" else senders[0]
    return Envelope(sender=sender, recipients=ours)


def _refuse(detail: str) -> NoReturn:
    raise HTTPException(
        HTTPStatus.UNAUTHORIZED,
        detail,
        headers={"WWW-Authenticate": "Huiyin-Signature", "Connection": "close"},
    )
