"""Forms as browsers send them: the token that makes one exactly once, and its fields.

A form bears a token that we made: 128 random bits, the moment it was made, and a
digest that only we can make of both. Sent twice, the token says that it is the same
form. Nothing is stored for it, so any process may check it.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from app.domain.submission import MOST_NAME, MOST_PHONE, MOST_SUBJECT, MOST_TEXT
from app.domain.vocabulary import Language
from app.errors import AppError, InvalidInput
from app.keys import key_drawn
from app.sealing import Seal
from app.services.intake import KeyReused
from app.settings import Settings
from app.web.files import FileRefused
from app.web.limits import MOST_FIELD
from app.web.wording import catalogue

TOKEN_LIFETIME: Final = timedelta(hours=24)
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_NONCE: Final = 16
_MOMENT: Final = 5
_MAC: Final = 16
_TOKEN_BYTES: Final = _NONCE + _MOMENT + _MAC

_MOST_FIELDS: Final = 40
_FILES_TO_COUNT: Final = 20
"""So many files too many are read, so that the answer can name the limit."""

_MOST: Final = {
    "subject": MOST_SUBJECT,
    "text": MOST_TEXT,
    "name": MOST_NAME,
    "phone": MOST_PHONE,
}


class StaleForm(InvalidInput):
    """The form's token is too old, or none of ours."""

    code = "stale_form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is wrong, in the reader's words, and beside which field."""

    field: str | None
    words: str


def new_token(seal: Seal, *, now: datetime) -> str:
    """Return a token for one form, good for `TOKEN_LIFETIME`."""
    moment = int(now.timestamp()).to_bytes(_MOMENT)
    body = secrets.token_bytes(_NONCE) + moment
    return base64.urlsafe_b64encode(body + _mac(seal, body)).decode().rstrip("=")


def check_token(seal: Seal, token: str, *, now: datetime) -> None:
    """Hold that ``token`` is one of ours and not too old.

    Raises:
        StaleForm: It is not.
    """
    try:
        plain = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        plain = b""
    body, mac = plain[:-_MAC], plain[-_MAC:]
    # The same bytes can be written in several ways; only ours is the same arrival.
    ours = base64.urlsafe_b64encode(plain).decode().rstrip("=") == token
    if not ours or len(plain) != _TOKEN_BYTES:
        raise StaleForm("this form has no token of ours")
    if not hmac.compare_digest(mac, _mac(seal, body)):
        raise StaleForm("this form has no token of ours")
    age = now - datetime.fromtimestamp(int.from_bytes(body[_NONCE:]), tz=now.tzinfo)
    if not -_CLOCKS_DIFFER <= age <= TOKEN_LIFETIME:
        raise StaleForm("this form was open for too long")


def key_of(seal: Seal, token: str, *said: str) -> int | None:
    """Return the key of what a form makes, by its token and by what it says.

    Sent twice it makes the same, and what its database has by that key is no second
    one. ``token`` is one that `check_token` has let pass; empty: it has none, and None.
    """
    if not token:
        return None
    plain = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    moment = int.from_bytes(plain[_NONCE : _NONCE + _MOMENT])
    lot = seal.digest(token, *said, purpose="key of a form")
    return key_drawn(datetime.fromtimestamp(moment, tz=UTC), lot)


def open_for(token: str, *, now: datetime) -> timedelta:
    """Return how long ago a form was made whose token `check_token` has let pass."""
    plain = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    moment = int.from_bytes(plain[_NONCE : _NONCE + _MOMENT])
    return now - datetime.fromtimestamp(moment, tz=now.tzinfo)


@asynccontextmanager
async def received(request: Request, settings: Settings) -> AsyncIterator[FormData]:
    """Read the form of ``request``; its files are closed at the end.

    Raises:
        HTTPException: A field is larger than `MOST_FIELD` (413); or this is no form.
    """
    form = await _read(request, settings)
    try:
        yield form
    finally:
        await form.close()


def text_of(form: FormData, name: str) -> str:
    """Return what stands in the field ``name``; empty: nothing, or a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def files_of(form: FormData, name: str) -> list[UploadFile]:
    """Return the files chosen in the field ``name``."""
    chosen = [file for file in form.getlist(name) if isinstance(file, UploadFile)]
    return [file for file in chosen if file.filename or file.size]


def in_words(
    problems: Sequence[AppError], *, language: Language, settings: Settings
) -> list[Wrong]:
    """Return ``problems`` as the page says them, in the same order."""
    return [_wrong(problem, language, settings) for problem in problems]


async def _read(request: Request, settings: Settings) -> FormData:
    try:
        return await request.form(
            max_files=settings.max_files + _FILES_TO_COUNT,
            max_fields=_MOST_FIELDS,
            max_part_size=MOST_FIELD,
        )
    except HTTPException as error:
        # Starlette says in words alone which of its limits was passed.
        if "maximum size" in error.detail:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from None
        raise


def _wrong(problem: AppError, language: Language, settings: Settings) -> Wrong:
    words = catalogue(language)
    field = problem.field if isinstance(problem, InvalidInput) else None
    facts: dict[str, object] = {}
    if problem.code == "too_long":
        facts = {"most": f"{_MOST.get(field or '', MOST_TEXT):,}"}
    if problem.code == "anonymous_contact":
        # The list at the top says the same of several fields.
        facts = {"name": words.text(f"write.{field}")}
    if isinstance(problem, KeyReused):
        facts = {"number": problem.receipt_number or ""}
    if isinstance(problem, FileRefused):
        facts = {"file": problem.file_name, "files": settings.max_files,
                 "size": settings.max_file_bytes // 2**20}  # fmt: skip
    return Wrong(field=field, words=words.text(f"wrong.{problem.code}", **facts))


def _mac(seal: Seal, body: bytes) -> bytes:
    return seal.digest(body.hex(), purpose="form token")[:_MAC]
