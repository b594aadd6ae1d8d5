"""What a client of the JSON API sends: its body, its key, and what is wrong with both.

A body is read and validated in one go, straight from its bytes: the way through
FastAPI's own parameters costs five times as much for each opinion.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, TypeVar

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from app.errors import InvalidInput
from app.web.errors import problem

Model = TypeVar("Model", bound=BaseModel)

_KEY: Final = re.compile(r"[\x21-\x7e]{16,128}")
_MOST_ERRORS: Final = 50
_CONTACT: Final = frozenset({"name", "email", "phone"})


def idempotency_key(request: Request) -> str:
    """Return what makes a second request the same as the first.

    Raises:
        InvalidInput: It is missing, or no 16 to 128 visible ASCII signs.
    """
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise InvalidInput(
            "Idempotency-Key must be 16 to 128 visible ASCII signs",
            field="Idempotency-Key",
            code="bad_idempotency_key",
        )
    return key


async def sent(request: Request, model: type[Model]) -> Model:
    """Return the body as ``model``, read in one go.

    Raises:
        HTTPException: It does not say that it is JSON.
        RequestValidationError: It is not JSON, or not of that form.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if media_type.lower() != "application/json":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        found = error.errors(
            include_url=False, include_context=False, include_input=False
        )
        raise RequestValidationError(
            [{**item, "loc": ("body", *item["loc"])} for item in found[:_MOST_ERRORS]]
        ) from None


def problems(wrong: Sequence[InvalidInput]) -> Response:
    """Return the problem that lists what is ``wrong``."""
    errors: list[dict[str, Any]] = []
    for item in wrong:
        field = f"contact.{item.field}" if item.field in _CONTACT else item.field
        errors.append({"field": field, "code": item.code, "message": str(item)})
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid_input",
        "the request is not valid",
        errors=errors,
    )
