"""Limits on what a client may send: how much, and how slowly.

uvicorn waits for a body as long as it takes and Starlette reads as much as comes. Here
a body has a largest size, counted while it streams in, whatever its announced length
says; and a deadline that grows with every byte, so that a slow connection is served
and one that only wants to hold the line is not.
"""

import asyncio
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.services.importing.files import MOST_BYTES
from app.settings import Settings
from app.web.pages import is_api

MOST_JSON: Final = 2**20
MOST_FIELD: Final = 9 * 2**20
"""The largest field of a form: three megabytes, where each byte is written as "%E8".
That is far more than is taken, so that a text that is too long can be given back."""

LETTERS: Final = "/api/v1/letters"
"""Where mail systems post letters (`letter_door`)."""

IMPORTS: Final = "/desk/imports"
"""Where an administrator sends files of earlier opinions (`importing`)."""

_FIELDS: Final = MOST_FIELD + 2**20
"""Room for the fields of a form, beside its files."""

GRACE: Final = 20.0
"""Seconds that a client has before the slowest rate counts."""

SLOWEST: Final = 1024.0
"""Bytes a second that a client has to reach after that."""

LONGEST: Final = 900.0
"""Seconds after which a body has to be complete, whatever its rate."""

_CLOSE: Final = {"Connection": "close"}


class BodyLimits:
    """Ends requests whose body is too large (413) or comes too slowly (408).

    What it raises is an `HTTPException` out of the application's own ``receive``, so
    the answer is a page or a problem like any other.
    """

    def __init__(
        self, app: ASGIApp, settings: Settings, *, grace: float = GRACE
    ) -> None:
        """Wrap ``app``."""
        self._app = app
        self._most_form = settings.max_files * settings.max_file_bytes + _FIELDS
        self._most_at = {
            LETTERS: settings.max_letter_bytes,
            IMPORTS: MOST_BYTES + _FIELDS,
        }
        self._grace = grace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a ``receive`` that watches the body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MOST_JSON if is_api(scope) else self._most_form
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        most = self._most_at.get(path, most)
        body = _Body(receive, most=most, announced=_announced(scope), grace=self._grace)
        await self._app(scope, body.receive, send)


class _Body:
    """The body of one request, as it comes in."""

    def __init__(
        self, receive: Receive, *, most: int, announced: int, grace: float
    ) -> None:
        self._receive = receive
        self._most = most
        self._announced = announced
        self._grace = grace
        self._taken = 0
        self._complete = False
        self._begun_at: float | None = None

    async def receive(self) -> Message:
        """Return the next part.

        Raises:
            HTTPException: The body is too large, or comes too slowly.
        """
        if self._complete:
            return await self._receive()
        if self._announced > self._most:
            await self._discard()
        message = await self._next()
        if self._taken > self._most:
            await self._discard()
        return message

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout_at(self._deadline()):
                message = await self._receive()
        except TimeoutError:
            self._complete = True
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers=_CLOSE) from None
        self._taken += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        return message

    def _deadline(self) -> float:
        now = asyncio.get_running_loop().time()
        if self._begun_at is None:
            self._begun_at = now
        allowed = self._grace + self._taken / SLOWEST
        return self._begun_at + min(allowed, LONGEST)

    async def _discard(self) -> None:
        """Read on without keeping, so that a browser gets to see the answer.

        One that is still sending when the connection closes shows an error of its own
        instead. But no more than once again the limit is read.
        """
        if self._announced <= 2 * self._most:
            while not self._complete and self._taken <= 2 * self._most:
                await self._next()
        self._complete = True
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers=_CLOSE)


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0
