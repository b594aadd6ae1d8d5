"""Errors at the web's edge: a page in words for people, problem+json for programs."""

import json
import logging
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from app.errors import AppError, Conflict, InvalidInput, NotAllowed, NotFound
from app.gathering import ShuttingDown
from app.services.staff import NotSignedIn
from app.web.pages import is_api, language_of, page
from app.web.wording import catalogue

_log = logging.getLogger(__name__)

RETRY_AFTER: Final = "30"

_NAMES: Final = {413: "content_too_large"}
"""Codes where Python's name for a status is not the same in each of its versions."""

_STATUS: Final[tuple[tuple[type[AppError], HTTPStatus], ...]] = (
    (InvalidInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotFound, HTTPStatus.NOT_FOUND),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (NotSignedIn, HTTPStatus.UNAUTHORIZED),
    (ShuttingDown, HTTPStatus.SERVICE_UNAVAILABLE),
)


def install(app: FastAPI) -> None:
    """Let ``app`` answer every error in its reader's terms."""
    app.add_exception_handler(AppError, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OperationalError, _unavailable)
    app.add_exception_handler(PoolTimeoutError, _unavailable)
    app.add_exception_handler(Exception, _bug)


def status_of(error: AppError) -> HTTPStatus:
    """Return the HTTP status that says what kind of error this is."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.BAD_REQUEST


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a problem (RFC 9457) of type ``code``."""
    body: dict[str, Any] = {
        "type": f"urn:huiyin:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def explained(request: Request, code: str, fallback: str) -> str:
    """Return what the catalogue says about ``code``, or ``fallback``."""
    words = catalogue(language_of(request))
    key = f"error.{code}"
    return words.text(key) if key in words else fallback


async def _expected(request: Request, error: Exception) -> Response:
    if not isinstance(error, AppError):
        raise error
    status = status_of(error)
    headers = {"Retry-After": RETRY_AFTER} if status.value == 503 else None  # noqa: PLR2004
    if _is_api(request):
        field = getattr(error, "field", None)
        errors = [{"field": field, "code": error.code}] if field else None
        return problem(status, error.code, str(error), errors=errors, headers=headers)
    return _page(request, status, error.code, headers=headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """Say which fields are wrong, never what was in them."""
    if not isinstance(error, RequestValidationError):
        raise error
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not _is_api(request):
        return _page(request, status, "invalid_input")
    errors = [
        {
            "field": ".".join(str(part) for part in item["loc"][1:]) or item["loc"][0],
            "code": item["type"],
            "message": item["msg"],
        }
        for item in error.errors()
    ]
    return problem(status, "invalid_input", "the request is not valid", errors=errors)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    code = _NAMES.get(status.value, status.name.lower())
    headers = dict(error.headers or {})
    if _is_api(request):
        return problem(status, code, str(error.detail), headers=headers)
    return _page(request, status, code, headers=headers)


async def _unavailable(request: Request, error: Exception) -> Response:
    """Say that nothing was received: the database is away, and may come back."""
    _log.error("the database is not available", exc_info=error)
    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": RETRY_AFTER}
    if _is_api(request):
        return problem(status, "unavailable", "nothing was stored; try again",
                       headers=headers)  # fmt: skip
    return _page(request, status, "unavailable", headers=headers)


async def _bug(request: Request, error: Exception) -> Response:
    _log.error("a request failed", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if _is_api(request):
        return problem(status, "internal_error", "this is our fault; it was noted")
    return _page(request, status, "internal_error")


def _page(
    request: Request,
    status: HTTPStatus,
    code: str,
    *,
    headers: dict[str, str] | None = None,
) -> Response:
    words = explained(request, code, explained(request, f"http_{status.value}", ""))
    words = words or explained(request, "error", code)
    response = page(request, "error.html", status=status, code=code, words=words)
    response.headers.update(headers or {})
    return response


def _is_api(request: Request) -> bool:
    return is_api(request.scope)
