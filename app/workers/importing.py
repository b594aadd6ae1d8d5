"""The import worker: takes files apart, and stores what somebody let begin.

A batch is a transaction of its own, so that nothing is held up and what was broken off
goes on where it stood. Letters are settled before the next are kept: those that come
in meanwhile do not wait behind a whole archive.
"""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.domain.importing.words import ImportKind, ImportState, Trouble
from app.gateways.archives import letters as archived
from app.gateways.archives import sheets
from app.gateways.archives.kinds import FileKind, UnreadableFile, kind_of
from app.gateways.moments import moment_of_receipt
from app.models import ImportFile
from app.premises import Premises
from app.services import arrivals
from app.services.importing import batches, files, pieces, running, storing
from app.services.importing.files import PURPOSE
from app.services.importing.pieces import MOST_LETTERS, MOST_ROWS
from app.workers import letters

_log = logging.getLogger(__name__)

_BATCH: Final = 200
_BATCH_BYTES: Final = 8 * 2**20


class Importer:
    """Takes files apart and runs imports, one after another."""

    def __init__(self, premises: Premises, *, stop: asyncio.Event) -> None:
        """Work in ``premises`` until ``stop`` is set."""
        self._premises = premises
        self._stop = stop

    async def look_around(self) -> int:
        """Do the next piece of work; return how many pieces it was about."""
        async with self._premises.database.reading() as session:
            reading = await running.next_of(session, state=ImportState.READING)
            started = await running.next_of(session, state=ImportState.RUNNING)
        if reading is not None:
            return await self._take_apart(reading)
        if started is not None:
            return await self._run(started)
        async with self._premises.database.writing() as session:
            return await files.clear(session, now=self._premises.clock())

    async def _take_apart(self, row: ImportFile) -> int:
        """Take a file apart; what an earlier try took out of it is taken out again."""
        async with self._premises.database.writing() as session:
            if not await pieces.start_over(session, row.id):
                return 0
        try:
            with TemporaryDirectory(prefix="huiyin-") as folder:
                path = Path(folder) / "file"
                await self._write(row, path)
                kind, count = await self._take_out(row, path)
        except UnreadableFile as error:
            async with self._premises.database.writing() as session:
                await files.fail(session, row.id, error.trouble)
            _log.info("a file cannot be read", extra={"trouble": error.trouble})
            return 1
        seal = self._premises.house.seal
        async with self._premises.database.writing() as session:
            await pieces.finish(session, seal, row.id, kind, count)
        _log.info("a file was taken apart", extra={"kind": kind, "pieces": count})
        return max(count, 1)

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
        premises, now = self._premises, self._premises.clock()
        house = premises.house
        await premises.shelf()
        async with premises.database.reading() as session:
            some = await batches.batch_of(session, house, row)
            terms = None
            if some and row.kind is ImportKind.ROWS:
                terms = await batches.terms_of(session, house, row, now=now)
        if not some:
            return 0
        if terms is not None:
            work = await asyncio.to_thread(batches.think_rows, house, terms, some)
        else:
            work = await asyncio.to_thread(
                batches.think_letters, house, row.id, some, now=now
            )
        async with premises.database.writing() as session:
            kept = await storing.store(session, work, now=now)
        await self._settle(kept)
        premises.opinions_waiting.set()
        return len(some)

    async def _settle(self, kept: list[int]) -> None:
        if kept:
            async with self._premises.database.reading() as session:
                waiting = await arrivals.waiting_among(session, kept)
            await letters.settle(self._premises, waiting)


def _next_batch(found: Iterator[pieces.Row]) -> list[pieces.Row]:
    batch: list[pieces.Row] = []
    size = 0
    for row in found:
        batch.append(row)
        size += len(row["sealed"] or b"")
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            break
    return batch
