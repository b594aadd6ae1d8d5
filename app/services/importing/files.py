"""Files that are brought in: kept in parts as they come, listed, and taken away."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.importing.words import (
    Column,
    ImportKind,
    ImportState,
    Trouble,
)
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.submission import clean
from app.domain.vocabulary import Channel
from app.errors import Conflict, InvalidInput, NotFound
from app.keys import new_key
from app.models import ImportFile, ImportPart, ImportPiece, Staff
from app.sealing import Seal
from app.services import audit
from app.services.staff import Person

MOST_BYTES: Final = 200 * 2**20
PART: Final = 2**20
"""Bytes of a file that are kept in one part."""

KEPT_FOR: Final = timedelta(days=30)
"""How long a file is kept that nobody starts: it holds what citizens wrote."""

MOST_SHOWN: Final = 100
PURPOSE: Final = "import"
_MOST_NAME: Final = 120
_UNFINISHED: Final = (ImportState.COMING, ImportState.READY, ImportState.FAILED)


class NoSuchImport(NotFound):
    """There is no import of that key."""

    code = "no_such_import"


class ImportBusy(Conflict):
    """It cannot be done while the import runs, or not any more."""

    code = "import_busy"


class ImportTooLarge(InvalidInput):
    """The file has more bytes than are taken."""

    code = "import_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEntry:
    """An import as an administrator sees it."""

    id: int
    name: str
    by: str
    size: int
    state: ImportState
    trouble: Trouble | None
    kind: ImportKind | None
    notice_id: int | None
    channel: Channel | None
    heading: int
    columns: Sequence[Column | None]
    revision: int
    pieces: int
    stored: int
    known: int
    refused: int
    begun_at: datetime
    done_at: datetime | None

    @property
    def done(self) -> int:
        """How many rows or letters have met their fate."""
        return self.stored + self.known + self.refused


async def begin(
    session: AsyncSession, person: Person, seal: Seal, name: str, *, now: datetime
) -> int:
    """Make room for a file that is about to come; return the key of its import.

    Raises:
        NotAllowed: The role brings nothing in.
    """
    permission.check(person.role, Duty.IMPORT)
    plain = clean(name, lines=False)[-_MOST_NAME:]
    row = ImportFile(
        id=new_key(),
        staff_id=person.staff_id,
        sealed_name=seal.close(plain.encode(), purpose=PURPOSE),
        size=0,
        state=ImportState.COMING,
        revision=1,
        pieces=0,
        stored=0,
        known=0,
        refused=0,
        begun_at=now,
    )
    session.add(row)
    await session.flush()
    return row.id


async def add_part(
    session: AsyncSession, seal: Seal, import_id: int, number: int, content: bytes
) -> None:
    """Keep the next part of a file."""
    sealed = seal.close(content, purpose=PURPOSE)
    session.add(ImportPart(import_id=import_id, number=number, sealed=sealed))
    await session.flush()


async def complete(
    session: AsyncSession, person: Person, import_id: int, *, size: int, now: datetime
) -> None:
    """Note that all of a file is here, so that a worker takes it apart."""
    permission.check(person.role, Duty.IMPORT)
    row = await held(session, import_id)
    row.size, row.state = size, ImportState.READING
    audit.record(
        session, Action.IMPORT_BEGUN, at=now, staff_id=person.staff_id,
        import_id=import_id, size=size,
    )  # fmt: skip
    await session.flush()


async def parts(
    session: AsyncSession, seal: Seal, import_id: int
) -> AsyncIterator[bytes]:
    """Yield the parts of a file in their order, one in memory at a time."""
    numbers = await session.scalars(
        select(ImportPart.number)
        .where(ImportPart.import_id == import_id)
        .order_by(ImportPart.number)
    )
    for number in numbers.all():
        sealed = await session.scalar(
            select(ImportPart.sealed).where(
                ImportPart.import_id == import_id, ImportPart.number == number
            )
        )
        yield seal.open(sealed or b"", purpose=PURPOSE)


async def held(session: AsyncSession, import_id: int) -> ImportFile:
    """Return an import that nobody else changes before the transaction ends.

    Raises:
        NoSuchImport: There is none.
    """
    row = await session.get(
        ImportFile, import_id, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NoSuchImport("there is no such import")
    return row


async def seen(session: AsyncSession, import_id: int) -> ImportFile:
    """Return an import, to be read alone.

    Raises:
        NoSuchImport: There is none.
    """
    row = await session.get(ImportFile, import_id)
    if row is None:
        raise NoSuchImport("there is no such import")
    return row


async def entries(
    session: AsyncSession, person: Person, seal: Seal
) -> Sequence[ImportEntry]:
    """Return the imports, the newest first.

    Raises:
        NotAllowed: The role brings nothing in.
    """
    permission.check(person.role, Duty.IMPORT)
    rows = await session.execute(
        select(ImportFile, Staff.display_name)
        .join(Staff, Staff.id == ImportFile.staff_id)
        .order_by(ImportFile.id.desc())
        .limit(MOST_SHOWN)
    )
    return [_entry(seal, row, by) for row, by in rows]


async def entry(
    session: AsyncSession, person: Person, seal: Seal, import_id: int
) -> ImportEntry:
    """Return one import.

    Raises:
        NotAllowed: The role brings nothing in.
        NoSuchImport: There is none.
    """
    permission.check(person.role, Duty.IMPORT)
    found = (
        await session.execute(
            select(ImportFile, Staff.display_name)
            .join(Staff, Staff.id == ImportFile.staff_id)
            .where(ImportFile.id == import_id)
        )
    ).first()
    if found is None:
        raise NoSuchImport("there is no such import")
    return _entry(seal, *found)


async def remove(
    session: AsyncSession, person: Person, import_id: int, *, now: datetime
) -> None:
    """Take a file away with its report; what it brought into the house stays.

    Raises:
        NotAllowed: The role brings nothing in.
        NoSuchImport: There is none.
        ImportBusy: It runs.
    """
    permission.check(person.role, Duty.IMPORT)
    row = await held(session, import_id)
    if row.state is ImportState.RUNNING:
        raise ImportBusy("it is under way")
    await _drop(session, [import_id])
    audit.record(
        session, Action.IMPORT_REMOVED, at=now, staff_id=person.staff_id,
        import_id=import_id,
    )  # fmt: skip


async def clear(session: AsyncSession, *, now: datetime) -> int:
    """Take away what nobody started in time; return how many files that were."""
    keys = await session.scalars(
        select(ImportFile.id)
        .where(ImportFile.state.in_(_UNFINISHED), ImportFile.begun_at < now - KEPT_FOR)
        .limit(MOST_SHOWN)
    )
    stale = list(keys)
    if stale:
        await _drop(session, stale)
    return len(stale)


async def drop_parts(session: AsyncSession, import_id: int) -> None:
    """Forget a file as it came: it was taken apart, or cannot be."""
    await session.execute(delete(ImportPart).where(ImportPart.import_id == import_id))


async def fail(session: AsyncSession, import_id: int, trouble: Trouble) -> None:
    """Note that a file cannot be read, and why; nothing of it is kept."""
    await session.execute(delete(ImportPiece).where(ImportPiece.import_id == import_id))
    await drop_parts(session, import_id)
    await session.execute(
        update(ImportFile)
        .where(ImportFile.id == import_id, ImportFile.state == ImportState.READING)
        .values(state=ImportState.FAILED, trouble=trouble)
    )


async def _drop(session: AsyncSession, keys: Sequence[int]) -> None:
    for table in (ImportPiece, ImportPart):
        await session.execute(delete(table).where(table.import_id.in_(keys)))
    await session.execute(delete(ImportFile).where(ImportFile.id.in_(keys)))


def _entry(seal: Seal, row: ImportFile, by: str) -> ImportEntry:
    return ImportEntry(
        id=row.id,
        name=seal.open(row.sealed_name, purpose=PURPOSE).decode(),
        by=by,
        size=row.size,
        state=row.state,
        trouble=row.trouble,
        kind=row.kind,
        notice_id=row.notice_id,
        channel=row.channel,
        heading=row.heading or 0,
        columns=[Column(word) if word else None for word in row.columns or ()],
        revision=row.revision,
        pieces=row.pieces,
        stored=row.stored,
        known=row.known,
        refused=row.refused,
        begun_at=row.begun_at,
        done_at=row.done_at,
    )
