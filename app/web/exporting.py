"""Exporting: a list that leaves the house as a file, watched until its last line.

A long one takes a while. Whoever asked for it has to be signed in and on duty for each
further part; and however it ends, the record and the log say so.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any, Final, TypeVar

from anyio import CancelScope
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Receive, Scope, Send

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import AppError
from app.services import exports
from app.services.exports import End
from app.services.staff import Person
from app.web.desk_person import still_signed_in
from app.web.pages import premises_of

Rows = TypeVar("Rows", bound=Sequence[Any])

_PATIENCE: Final = 5
"""Seconds that a service which closes waits for that."""

_log: Final = logging.getLogger(__name__)


async def all_ended(app: FastAPI) -> None:
    """Wait until the end of every export is on record: the service is closing."""
    if _under_way(app):
        await asyncio.wait(_under_way(app), timeout=_PATIENCE)


def _under_way(app: FastAPI) -> set[asyncio.Task[Any]]:
    """Return the requests that are sending a file."""
    found: set[asyncio.Task[Any]] | None = getattr(app.state, "exports", None)
    if found is None:
        found = app.state.exports = set()
    return found


class Export:
    """One export: who asked for it, and how far it got."""

    def __init__(
        self,
        request: Request,
        person: Person,
        *,
        noted: int,
        action: Action,
        duty: Duty = Duty.EXPORT,
    ) -> None:
        """Begin one that was ``noted`` in the record as ``action``, under that key.

        ``duty`` is what whoever takes it has to have.
        """
        self._request = request
        self._person = person
        self._duty = duty
        self._noted = noted
        self._action = action
        self._rows = 0

    async def on_duty(self, session: AsyncSession) -> Person:
        """Return who asked, as they are now.

        Raises:
            NotSignedIn: Their session ended meanwhile.
            NotAllowed: Their role takes no such files out of the house any more.
        """
        person = await still_signed_in(self._request, session)
        permission.check(person.role, self._duty)
        return person

    async def counted(self, batches: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
        """Yield ``batches`` as they come, and keep count of their lines."""
        async for some in batches:
            self.count(len(some))
            yield some

    def count(self, rows: int) -> None:
        """Count ``rows`` further lines."""
        self._rows += rows

    def file(
        self, content: AsyncGenerator[bytes], *, kind: str, name: str
    ) -> "ExportedFile":
        """Return ``content`` as a file to be kept under ``name``."""
        return ExportedFile(self, content, kind=kind, name=name)

    async def ended(self, *, whole: bool) -> None:
        """Note how it ended, in the record and in the log."""
        end = End(
            export_id=self._noted, of=self._action, rows=self._rows, whole=whole
        )  # fmt: skip
        facts = {"export": self._noted, "of": self._action, "rows": self._rows}
        if whole:
            _log.info("an export was sent", extra=facts)
        else:
            _log.warning("an export ended early", extra=facts)
        premises = premises_of(self._request)
        try:
            async with premises.database.writing() as session:
                exports.note_end(session, self._person, end, now=premises.clock())
        except SQLAlchemyError as error:
            _log.error("the end of an export is not on record", exc_info=error)


class ExportedFile(StreamingResponse):
    """The file of an export; it sees to it that nothing of it is left behind."""

    def __init__(
        self, export: Export, content: AsyncGenerator[bytes], *, kind: str, name: str
    ) -> None:
        """Send ``content`` as it comes."""
        super().__init__(
            content,
            media_type=kind,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
        self._export = export
        self._content = content
        self._whole = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; a reader who hangs up, or may no more, ends it."""
        under_way, mine = _under_way(scope["app"]), asyncio.current_task()
        under_way.update({mine} if mine else ())
        try:
            await super().__call__(scope, receive, send)
        except AppError as error:
            # The head of the answer has left: that the rest is missing is all that can
            # be said, and the server says it by hanging up.
            _log.warning("an export was stopped", extra={"code": error.code})
        finally:
            # Whoever hung up cancels all that would still be waited for.
            with CancelScope(shield=True):
                await self._content.aclose()
                await self._export.ended(whole=self._whole)
                under_way.difference_update({mine} if mine else ())

    async def stream_response(self, send: Send) -> None:
        """Send piece after piece."""
        await super().stream_response(send)
        self._whole = True
