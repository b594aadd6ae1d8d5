"""Pieces: rows and letters out of a file, until each has met its fate."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.importing.columns import guess_columns, guess_heading, without_running
from app.domain.importing.words import ImportKind, ImportState, PieceFate
from app.errors import Conflict
from app.keys import new_key
from app.models import ImportFile, ImportPiece
from app.sealing import BrokenSealError, Seal
from app.services.importing import files
from app.services.importing.files import PURPOSE

MOST_ROWS: Final = 20_000
MOST_LETTERS: Final = 50_000
AT_ONCE: Final = 50
"""How many rows are dealt with in one transaction."""

LETTERS_AT_ONCE: Final = 32
BYTES_AT_ONCE: Final = 8 * 2**20
"""How much letters of one transaction may have together, if they are several."""

SEEN_FIRST: Final = 12
"""Rows at the top of a list that are shown, and looked at for a heading."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A row or letter that has no fate yet, opened."""

    id: int
    number: int
    content: bytes | None
    """None: a letter that is larger than one may be, or what is `broken`."""

    broken: bool = False
    """Whether what was kept of it does not open any more."""

    digest: bytes
    received_at: datetime | None

    @property
    def cells(self) -> list[str]:
        """The cells of a row."""
        cells: list[str] = json.loads(self.content or b"[]")
        return cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of a piece."""

    piece_id: int
    fate: PieceFate
    fault: str | None = None
    at_column: str | None = None
    opinion_id: int | None = None
    arrival_id: int | None = None


def row_of(seal: Seal, import_id: int, number: int, cells: Sequence[str]) -> Row:
    """Return what is kept of a row of a list."""
    content = json.dumps(list(cells), ensure_ascii=False).encode()
    digest = seal.digest("row", content.decode(), purpose=PURPOSE)
    return _row(seal, import_id, number, content, digest=digest)


def letter_of(
    seal: Seal,
    import_id: int,
    number: int,
    content: bytes | None,
    *,
    received_at: datetime,
) -> Row:
    """Return what is kept of a letter; of one that is too large, that there is one."""
    known_by = hashlib.sha256(content).hexdigest() if content else str(new_key())
    digest = seal.digest("letter", known_by, purpose=PURPOSE)
    return _row(
        seal, import_id, number, content, digest=digest, received_at=received_at
    )


class Interrupted(Conflict):
    """Not all pieces are there that were taken out."""

    code = "interrupted"


async def add(session: AsyncSession, rows: Sequence[Row]) -> None:
    """Keep pieces."""
    await session.execute(insert(ImportPiece), rows)


async def start_over(session: AsyncSession, import_id: int) -> bool:
    """Forget pieces that were taken out when that was broken off.

    False: somebody else has taken the file apart meanwhile.
    """
    row = await files.held(session, import_id)
    if row.state is not ImportState.READING:
        return False
    await session.execute(delete(ImportPiece).where(ImportPiece.import_id == import_id))
    return True


async def finish(
    session: AsyncSession, seal: Seal, import_id: int, kind: ImportKind, count: int
) -> None:
    """Note that a file was taken apart; guess what the columns of a list hold.

    Raises:
        Interrupted: Another worker began again meanwhile; it will be tried once more.
    """
    row = await files.held(session, import_id)
    if row.state is not ImportState.READING:
        return
    there = select(func.count()).where(ImportPiece.import_id == import_id)
    if await session.scalar(there) != count:
        raise Interrupted("two workers took the same file apart")
    row.kind, row.pieces, row.state = kind, count, ImportState.READY
    row.revision += 1
    if kind is ImportKind.ROWS:
        first = [piece.cells for piece in await top(session, seal, import_id)]
        place = guess_heading(first)
        row.heading = (await _numbers(session, import_id))[place - 1] if place else 0
        named = first[place - 1] if place else []
        padded = [*named, *[""] * (max(map(len, first), default=0) - len(named))]
        row.columns = without_running(guess_columns(padded), first[place:])
    await files.drop_parts(session, import_id)
    await session.flush()


async def top(session: AsyncSession, seal: Seal, import_id: int) -> list[Piece]:
    """Return the first pieces of an import that still have their content."""
    return await batch(session, seal, import_id, after=0, most=SEEN_FIRST)


async def batch(
    session: AsyncSession,
    seal: Seal,
    import_id: int,
    *,
    after: int,
    most: int = AT_ONCE,
) -> list[Piece]:
    """Return the next pieces without a fate, behind the number ``after``."""
    rows = await session.execute(
        select(
            ImportPiece.id,
            ImportPiece.number,
            ImportPiece.sealed,
            ImportPiece.digest,
            ImportPiece.received_at,
        )
        .where(
            ImportPiece.import_id == import_id,
            ImportPiece.fate.is_(None),
            ImportPiece.number > after,
        )
        .order_by(ImportPiece.number)
        .limit(most)
    )
    return [
        Piece(
            id=row.id, number=row.number, digest=row.digest,
            received_at=row.received_at, **_opened(seal, row.sealed),
        )
        for row in rows
    ]  # fmt: skip


def _opened(seal: Seal, sealed: bytes | None) -> dict[str, Any]:
    """Return what a piece says; one that does not open keeps no other waiting."""
    if sealed is None:
        return {"content": None}
    try:
        return {"content": seal.open(sealed, purpose=PURPOSE)}
    except BrokenSealError:
        return {"content": None, "broken": True}


async def fitting(session: AsyncSession, import_id: int) -> int:
    """Return how many of the next letters fit in memory together: one at least."""
    sizes = await session.scalars(
        select(func.coalesce(func.length(ImportPiece.sealed), 0))
        .where(ImportPiece.import_id == import_id, ImportPiece.fate.is_(None))
        .order_by(ImportPiece.number)
        .limit(LETTERS_AT_ONCE)
    )
    together: list[int] = list(accumulate(sizes))
    return max(len([size for size in together if size <= BYTES_AT_ONCE]), 1)


async def pass_over(session: AsyncSession, import_id: int, *, upto: int) -> int:
    """Forget the rows down to the heading; return how many these were."""
    gone = await session.scalars(
        delete(ImportPiece)
        .where(ImportPiece.import_id == import_id, ImportPiece.number <= upto)
        .returning(ImportPiece.id)
    )
    return len(gone.all())


async def still_waiting(session: AsyncSession, keys: Sequence[int]) -> set[int]:
    """Return which pieces have no fate yet; the import has to be held."""
    found = await session.scalars(
        select(ImportPiece.id).where(
            ImportPiece.id.in_(keys), ImportPiece.fate.is_(None)
        )
    )
    return set(found)


async def stored_before(
    session: AsyncSession, digests: Sequence[bytes]
) -> dict[bytes, tuple[int | None, int | None]]:
    """Return which pieces were stored before, with the opinion and arrival of each."""
    found = await session.execute(
        select(ImportPiece.digest, ImportPiece.opinion_id, ImportPiece.arrival_id)
        .where(ImportPiece.digest.in_(digests), ImportPiece.fate == PieceFate.STORED)
        .order_by(ImportPiece.id)
    )
    return {digest: (opinion, arrival) for digest, opinion, arrival in found}


async def settle(
    session: AsyncSession, row: ImportFile, endings: Sequence[Ending], *, now: datetime
) -> None:
    """Give pieces of the held import ``row`` their fates; forget what they said.

    Of a row with a fault it is kept, so that it can be found in the list again.
    """
    if endings:
        await session.execute(
            update(ImportPiece),
            [
                {"id": one.piece_id, "fate": one.fate, "fault": one.fault,
                 "at_column": one.at_column, "opinion_id": one.opinion_id,
                 "arrival_id": one.arrival_id}
                for one in endings
            ],
        )  # fmt: skip
    letters = row.kind is ImportKind.LETTERS
    if done := [one.piece_id for one in endings if letters or not one.fault]:
        await session.execute(
            update(ImportPiece).where(ImportPiece.id.in_(done)).values(sealed=None)
        )
    fates = [one.fate for one in endings]
    row.stored += fates.count(PieceFate.STORED)
    row.known += fates.count(PieceFate.KNOWN)
    row.refused += fates.count(PieceFate.REFUSED)
    if row.stored + row.known + row.refused >= row.pieces:
        row.state, row.done_at = ImportState.DONE, now
    await session.flush()


async def _numbers(session: AsyncSession, import_id: int) -> list[int]:
    found = await session.scalars(
        select(ImportPiece.number)
        .where(ImportPiece.import_id == import_id)
        .order_by(ImportPiece.number)
        .limit(SEEN_FIRST)
    )
    return list(found)


def _row(
    seal: Seal,
    import_id: int,
    number: int,
    content: bytes | None,
    *,
    digest: bytes,
    received_at: datetime | None = None,
) -> Row:
    return {
        "id": new_key(),
        "import_id": import_id,
        "number": number,
        "sealed": None if content is None else seal.close(content, purpose=PURPOSE),
        "digest": digest,
        "received_at": received_at,
        "fate": None,
        "fault": None,
        "at_column": None,
        "opinion_id": None,
        "arrival_id": None,
    }
