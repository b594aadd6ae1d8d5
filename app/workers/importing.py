"""The import worker: takes files apart, and stores what somebody let begin.

A batch is a transaction of its own, so that nothing is held up and what was broken off
goes on where it stood. One that fails is stored piece by piece: a piece that cannot be
stored is set aside with its reason, and keeps neither others nor other imports waiting.
Letters are settled before the next are kept: those that come in meanwhile do not wait
behind a whole archive.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from app.domain.importing.words import ImportKind, ImportState, Trouble
from app.errors import AppError
from app.gateways.archives import letters as archived
from app.gateways.archives import sheets
from app.gateways.archives.kinds import FileKind, UnreadableFile, kind_of
from app.gateways.moments import moment_of_receipt
from app.models import ImportFile
from app.premises import Premises
from app.scratch import scratch, sweep
from app.services import arrivals
from app.services.importing import (
    batches,
    files,
    pieces,
    running,
    set_aside,
    storing,
)
from app.services.importing.batches import Work
from app.services.importing.files import PURPOSE
from app.services.importing.pieces import MOST_LETTERS, MOST_ROWS, Piece
from app.workers import letters
from app.workers.loop import outcome
from app.workers.trouble import is_passing

_log = logging.getLogger(__name__)

_BATCH: Final = 200
_BATCH_BYTES: Final = 8 * 2**20


class Importer:
    """Takes files apart and runs imports, one after another."""

    def __init__(self, premises: Premises, *, stop: asyncio.Event) -> None:
        """Work in ``premises`` until ``stop`` is set; nothing lies open from before."""
        sweep()
        self._premises = premises
        self._stop = stop

    async def look_around(self) -> int:
        """Do the next piece of work; return how many pieces it was about.

        An import that fails is tried again, after those behind it had their turn.
        """
        async with self._premises.database.reading() as session:
            waiting = await running.at_work(session)
        failed: list[Exception] = []
        for row in waiting:
            reading = row.state is ImportState.READING
            work = self._take_apart(row) if reading else self._run(row)
            done = await outcome(work)
            if isinstance(done, Exception):
                failed.append(done)
            elif done:
                _complain(failed)
                return done
        if failed:
            _complain(failed[1:])
            raise failed[0]
        async with self._premises.database.writing() as session:
            now = self._premises.clock()
            cleared = await files.clear(session, now=now)
            return cleared + await set_aside.forget(session, now=now)

    async def _take_apart(self, row: ImportFile) -> int:
        """Take a file apart; what an earlier try took out of it is taken out again."""
        async with self._premises.database.writing() as session:
            if not await pieces.start_over(session, row.id):
                return 0
        taken = await outcome(self._taken_apart(row))
        if isinstance(taken, Exception):
            trouble = _trouble_of(taken)
            async with self._premises.database.writing() as session:
                await files.fail(session, row.id, trouble)
            _log.info("a file cannot be read", extra={"trouble": trouble})
            return 1
        kind, count = taken
        seal = self._premises.house.seal
        async with self._premises.database.writing() as session:
            await pieces.finish(session, seal, row.id, kind, count)
        _log.info("a file was taken apart", extra={"kind": kind, "pieces": count})
        return max(count, 1)

    async def _taken_apart(self, row: ImportFile) -> tuple[ImportKind, int]:
        with scratch() as folder:
            path = folder / "file"
            await self._write(row, path)
            return await self._take_out(row, path)

    async def _write(self, row: ImportFile, path: Path) -> None:
        seal = self._premises.house.seal
        with path.open("wb") as file:
            async with self._premises.database.reading() as session:
                async for part in files.parts(session, seal, row.id):
                    file.write(part)

    async def _take_out(self, row: ImportFile, path: Path) -> tuple[ImportKind, int]:
        """Keep every piece of the file; return what they are, and how many."""
        seal = self._premises.house.seal
        name = seal.open(row.sealed_name, purpose=PURPOSE).decode()
        with path.open("rb") as file:
            kind = kind_of(name, file)
        is_list = kind in {FileKind.BOOK, FileKind.TEXT}
        found = (
            self._rows(row, kind, path)
            if is_list
            else self._letters(row, kind, name, path)
        )
        count = 0
        while batch := await asyncio.to_thread(_next_batch, found):
            count += len(batch)
            async with self._premises.database.writing() as session:
                await pieces.add(session, batch)
        if not count:
            raise UnreadableFile(Trouble.NOTHING_IN_IT)
        return (ImportKind.ROWS if is_list else ImportKind.LETTERS), count

    def _rows(
        self, row: ImportFile, kind: FileKind, path: Path
    ) -> Iterator[pieces.Row]:
        seal = self._premises.house.seal
        for number, cells in sheets.rows_in(kind, path, most=MOST_ROWS):
            yield pieces.row_of(seal, row.id, number, cells)

    def _letters(
        self, row: ImportFile, kind: FileKind, name: str, path: Path
    ) -> Iterator[pieces.Row]:
        premises, now = self._premises, self._premises.clock()
        most = premises.settings.max_letter_bytes
        with path.open("rb") as file:
            found = archived.letters_in(kind, name, file, most=most)
            for number, letter in enumerate(found, start=1):
                if number > MOST_LETTERS:
                    raise UnreadableFile(Trouble.TOO_MANY_PIECES)
                content = letter.content
                at = moment_of_receipt(
                    content or b"", separator=letter.separator, now=now
                )
                yield pieces.letter_of(
                    premises.house.seal, row.id, number, content, received_at=at
                )

    async def _run(self, row: ImportFile) -> int:
        """Store batch after batch, until all is stored or the service stops."""
        count = 0
        while not self._stop.is_set() and (done := await self._store_next(row)):
            count += done
        return count

    async def _store_next(self, row: ImportFile) -> int:
        """Store the next batch; what cannot be stored is set aside with its reason."""
        premises = self._premises
        await premises.shelf()
        async with premises.database.reading() as session:
            some = await batches.batch_of(session, premises.house, row)
        if not some:
            return 0
        kept = await outcome(self._store(row, some))
        if isinstance(kept, Exception):
            if is_passing(kept):
                raise kept
            _log.warning("a batch is stored one by one", extra={"import_id": row.id})
            kept = []
            for piece in some:
                kept += await self._store_alone(row, piece)
        await self._settle(kept)
        premises.opinions_waiting.set()
        return len(some)

    async def _store(self, row: ImportFile, some: Sequence[Piece]) -> list[int]:
        """Store pieces in one transaction; return the new arrivals."""
        premises, now = self._premises, self._premises.clock()
        house = premises.house
        if row.kind is ImportKind.ROWS:
            async with premises.database.reading() as session:
                terms = await batches.terms_of(session, house, row, now=now)
            work = await asyncio.to_thread(batches.think_rows, house, terms, some)
        else:
            work = await asyncio.to_thread(
                batches.think_letters, house, row.id, some, now=now
            )
        async with premises.database.writing() as session:
            return await storing.store(session, work, now=now)

    async def _store_alone(self, row: ImportFile, piece: Piece) -> list[int]:
        kept = await outcome(self._store(row, [piece]))
        if not isinstance(kept, Exception):
            return kept
        if is_passing(kept):
            raise kept
        facts = {"import_id": row.id, "number": piece.number}
        _log.error("a piece is set aside", extra=facts, exc_info=kept)
        why = kept.code if isinstance(kept, AppError) else batches.FAILED
        work = Work(import_id=row.id, endings=[batches.set_aside(piece, why)])
        async with self._premises.database.writing() as session:
            return await storing.store(session, work, now=self._premises.clock())

    async def _settle(self, kept: list[int]) -> None:
        if kept:
            async with self._premises.database.reading() as session:
                waiting = await arrivals.waiting_among(session, kept)
            await letters.settle(self._premises, waiting)


def _trouble_of(error: Exception) -> Trouble:
    """Return why a file cannot be read; what may go better next time is raised."""
    if isinstance(error, UnreadableFile):
        return error.trouble
    if isinstance(error, AppError | SQLAlchemyError | OSError):
        raise error
    _log.error("a file broke its reader", exc_info=error)
    return Trouble.FAULT


def _complain(failed: Sequence[Exception]) -> None:
    for error in failed:
        _log.error("an import failed, and is tried again", exc_info=error)


def _next_batch(found: Iterator[pieces.Row]) -> list[pieces.Row]:
    batch: list[pieces.Row] = []
    size = 0
    for row in found:
        batch.append(row)
        size += len(row["sealed"] or b"")
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            break
    return batch
