"""Proof of work: what a browser does before it sends, only while the site is flooded.

A quote says how many zero bits are asked for, and when; it bears a digest that only we
can make, so nothing is stored for it. The proof is a number with which token and quote
have such a digest. It is good for one opinion: its token makes an arrival that the
database keeps, and a second with other words is refused there (`uq_arrival_kept`).
"""

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException

from app.sealing import Seal
from app.web.pages import premises_of
from app.web.security import check_same_site
from app.web.writing.watch import Watch

router = APIRouter(include_in_schema=False)

LIFETIME: Final = timedelta(minutes=10)
_CLOCKS_DIFFER: Final = timedelta(minutes=1)
_MOMENT: Final = 5
_MAC: Final = 16
_MOST_SIGNS: Final = 80
_MOST_BODY: Final = 2**10


class Asked(BaseModel):
    """For which form a quote is asked."""

    token: Annotated[str, Field(max_length=_MOST_SIGNS)]


def watch_of(request: Request) -> Watch:
    """Return the watch of the application."""
    watch: Watch = request.app.state.watch
    return watch


@router.post("/write/proof")
async def ask(request: Request) -> Response:
    """Say what a browser has to do before it sends the form; mostly nothing."""
    check_same_site(request)
    premises = premises_of(request)
    now = premises.clock()
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        token = Asked.model_validate_json(bytes(body)).token
    except ValidationError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    bits = watch_of(request).bits(now)
    said: dict[str, object] = {"bits": bits}
    if bits:
        said["quote"] = quote(premises.house.seal, token, bits=bits, now=now)
    return _json(said)


def quote(seal: Seal, token: str, *, bits: int, now: datetime) -> str:
    """Return what has to be worked out for the form of ``token``."""
    body = bytes([bits]) + int(now.timestamp()).to_bytes(_MOMENT)
    return _written(body + _mac(seal, token, body))


def is_proven(seal: Seal, token: str, proof: str, *, now: datetime) -> bool:
    """Return whether ``proof`` is the work that a fresh quote asked of this form."""
    quoted, _, counter = proof.partition(":")
    if len(proof) > _MOST_SIGNS or not counter.isascii() or not counter.isdigit():
        return False
    plain = _read(quoted)
    body, mac = plain[:-_MAC], plain[-_MAC:]
    if len(body) != 1 + _MOMENT or not hmac.compare_digest(
        mac, _mac(seal, token, body)
    ):
        return False
    age = now - datetime.fromtimestamp(int.from_bytes(body[1:]), tz=now.tzinfo)
    fresh = -_CLOCKS_DIFFER <= age <= LIFETIME
    digest = hashlib.sha256(f"{token}.{quoted}:{counter}".encode()).digest()
    return fresh and zero_bits(digest) >= body[0]


def zero_bits(digest: bytes) -> int:
    """Return how many bits at the beginning of ``digest`` are zero."""
    return 8 * len(digest) - int.from_bytes(digest).bit_length()


def _written(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _read(quoted: str) -> bytes:
    try:
        plain = base64.urlsafe_b64decode(quoted + "=" * (-len(quoted) % 4))
    except (binascii.Error, ValueError):
        return b""
    # The same bytes can be written in several ways; only ours is the same quote.
    return plain if _written(plain) == quoted else b""


def _mac(seal: Seal, token: str, body: bytes) -> bytes:
    return seal.digest(token, body.hex(), purpose="proof of work")[:_MAC]


def _json(body: dict[str, object]) -> Response:
    return Response(json.dumps(body), media_type="application/json")
