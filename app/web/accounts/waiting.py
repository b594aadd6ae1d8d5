"""Waiting: what whoever tried too often is told, where no form of their own says it."""

from http import HTTPStatus

from fastapi import Request, Response

from app.web.errors import explained
from app.web.gate import retry_after
from app.web.pages import page
from app.web.porter import TooManyTries


async def to_wait(request: Request, error: Exception) -> Response:
    """Say that it was too often, and when to come again."""
    if not isinstance(error, TooManyTries):
        raise error
    status = HTTPStatus.TOO_MANY_REQUESTS
    response = page(
        request, "error.html",
        status=status, code=error.code, typed=None,
        words=explained(request, "too_many_requests", str(error)),
    )  # fmt: skip
    response.headers.update(retry_after(error.pause))
    return response
