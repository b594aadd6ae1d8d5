"""Errors at the web's edge: a page in words for people, problem+json for programs."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from app.errors import AppError, Conflict, InvalidInput, NotAllowed, NotFound
from app.gathering import ShuttingDown
from app.reading_room.room import ReaderUnavailable
from app.services.staff import NotSignedIn, Person
from app.web.addresses import is_page, methods_of, path_of, readable_path
from app.web.again import given_back
from app.web.desk_pages import desk_page, see
from app.web.desk_person import person_at_desk, person_known
from app.web.pages import is_api, language_of, page
from app.web.wording import catalogue

_log = logging.getLogger(__name__)

RETRY_AFTER: Final = "30"

NOT_STORED: Final = (SQLAlchemyError, ShuttingDown)
"""What says that nothing was stored, and that a second try may be luckier."""

_AWAY: Final = (OperationalError, PoolTimeoutError, ShuttingDown)
_LUCK: Final = frozenset({429, 500, 503})
"""Statuses after which the very same form may be taken the next time."""

_ADRIFT: Final = frozenset({403, 404, 409})
"""Statuses after which it is not, but what was written belongs to whoever wrote it."""

_GONE: Final = {"no_such_case": "case_gone"}
"""What is said instead to whoever sent a form of theirs, and so had the page before."""

_NAMES: Final = {413: "content_too_large"}
"""Codes where Python's name for a status is not the same in each of its versions."""

_STATUS: Final[tuple[tuple[type[AppError], HTTPStatus], ...]] = (
    (InvalidInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotFound, HTTPStatus.NOT_FOUND),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (NotSignedIn, HTTPStatus.UNAUTHORIZED),
    (ShuttingDown, HTTPStatus.SERVICE_UNAVAILABLE),
    (ReaderUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)


def install(app: FastAPI) -> None:
    """Let ``app`` answer every error in its reader's terms."""
    app.add_exception_handler(AppError, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(SQLAlchemyError, _not_stored)
    app.add_exception_handler(Exception, _bug)


def status_of(error: AppError) -> HTTPStatus:
    """Return the HTTP status that says what kind of error this is."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.BAD_REQUEST


def not_stored(error: Exception) -> tuple[HTTPStatus, dict[str, str]]:
    """Note what kept something from being stored; return status and headers for it."""
    _log.error("the database did not do as asked", exc_info=error)
    if isinstance(error, _AWAY):
        return HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": RETRY_AFTER}
    return HTTPStatus.INTERNAL_SERVER_ERROR, {}


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
    away = status is HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": RETRY_AFTER} if away else None
    if _is_api(request):
        field = getattr(error, "field", None)
        errors = [{"field": field, "code": error.code}] if field else None
        return problem(status, error.code, str(error), errors=errors, headers=headers)
    return await _page(request, status, error.code, headers=headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """Say which fields are wrong, never what was in them."""
    if not isinstance(error, RequestValidationError):
        raise error
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not _is_api(request):
        return await _page(request, status, "invalid_input")
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
    if "Allow" in headers:
        headers["Allow"] = methods_of(request)
    if _is_api(request):
        return problem(status, code, str(error.detail), headers=headers)
    meant = _meant(request, status)
    if meant is not None:
        return see(request, meant)
    return await _page(request, status, code, headers=headers)


def _meant(request: Request, status: HTTPStatus) -> str | None:
    """Return the page that was probably meant; None: this is none of ours."""
    path = path_of(request)
    if request.method != "GET":
        return None
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        return readable_path(request)
    bare = path.rstrip("/")
    if status is HTTPStatus.NOT_FOUND and bare != path and is_page(request, bare):
        return f"{bare}?{request.url.query}" if request.url.query else bare
    return None


async def _not_stored(request: Request, error: Exception) -> Response:
    """Say that nothing was stored, and give back what was typed."""
    if isinstance(error, DataError):
        return await _not_held(request, error)
    status, headers = not_stored(error)
    code = "unavailable" if headers else "not_stored"
    if _is_api(request):
        return problem(status, code, "nothing was stored; try again", headers=headers)
    return await _page(request, status, code, headers=headers)


async def _not_held(request: Request, error: DataError) -> Response:
    """Say that what was sent is nothing that a database holds, such as a NUL."""
    _log.warning("the database could not hold what was sent", exc_info=error.orig)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if _is_api(request):
        return problem(status, "invalid_input", "the request is not valid")
    return await _page(request, status, "invalid_input")


async def _bug(request: Request, error: Exception) -> Response:
    _log.error("a request failed", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if _is_api(request):
        return problem(status, "internal_error", "this is our fault; it was noted")
    # Here the body of the request is out of reach.
    return _shown(request, status, "internal_error", person=person_known(request))


async def _page(
    request: Request,
    status: HTTPStatus,
    code: str,
    *,
    headers: dict[str, str] | None = None,
) -> Response:
    trouble = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    person = person_known(request) if trouble else await person_at_desk(request)
    # Beyond the desk nobody knows whose page a form stood on.
    owed = status in _LUCK or (person is not None and status in _ADRIFT)
    typed = await given_back(request) if owed else None
    if person is not None and request.method == "POST":
        code = _GONE.get(code, code)
    response = _shown(request, status, code, person=person, typed=typed)
    response.headers.update(headers or {})
    return response


def _shown(
    request: Request,
    status: HTTPStatus,
    code: str,
    *,
    person: Person | None,
    typed: Mapping[str, Any] | None = None,
) -> Response:
    """Return the page, in the frame that its reader came from."""
    words = explained(request, code, "") or explained(request, "error", code)
    again = status in _LUCK
    if typed is not None and again:
        words = f"{words} {explained(request, 'typed', '')}"
    facts: dict[str, Any] = {
        "status": status, "code": code, "words": words, "typed": typed, "again": again,
    }  # fmt: skip
    if person is not None:
        return desk_page(request, person, "desk/error.html", **facts)
    return page(request, "error.html", **facts)


def _is_api(request: Request) -> bool:
    return is_api(request.scope)
