"""Batches: the next pieces of an import, thought out before a transaction is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.importing.rows import Known, ListedOpinion, RowFault, read_row
from app.domain.importing.words import BETWEEN, Column, ImportKind, PieceFate
from app.domain.vocabulary import Channel, Language
from app.errors import AppError
from app.models import ImportFile, Staff
from app.services import arrivals
from app.services.arrivals import Envelope, RawLetter
from app.services.drafting import Row
from app.services.house import House
from app.services.importing import checking, pieces
from app.services.importing.listed import Batch, ListedDraft, draw_up_listed
from app.services.importing.pieces import Ending, Piece

BROKEN: Final = "piece_broken"
FAILED: Final = "piece_failed"
"""Why a piece was set aside that is not at fault in any way that we know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The next batch of an import, thought out and ready to be stored."""

    import_id: int
    drafts: Sequence[ListedDraft] = ()
    letters: Sequence[tuple[Piece, Row]] = ()
    endings: Sequence[Ending] = ()
    """What is refused."""

    @property
    def keys(self) -> list[int]:
        """The pieces that it is about."""
        drawn = [each.piece.id for each in self.drafts]
        kept = [piece.id for piece, _ in self.letters]
        return [*drawn, *kept, *(each.piece_id for each in self.endings)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTerms:
    """What the rows of an import are read by."""

    columns: Sequence[Column | None]
    known: Known
    batch: Batch


async def batch_of(session: AsyncSession, house: House, row: ImportFile) -> list[Piece]:
    """Return the next pieces of a running import, as many as fit in memory."""
    most = pieces.AT_ONCE
    if row.kind is ImportKind.LETTERS:
        most = await pieces.fitting(session, row.id)
    return await pieces.batch(session, house.seal, row.id, after=0, most=most)


async def terms_of(
    session: AsyncSession, house: House, row: ImportFile, *, now: datetime
) -> RowTerms:
    """Return what the rows of an import are read by."""
    notice = house.shelf.by_id(row.notice_id or 0)
    by = await session.get_one(Staff, row.staff_id)
    return RowTerms(
        columns=checking.columns_of(row),
        known=await checking.known_of(session, house, notice, now=now),
        batch=Batch(
            import_id=row.id,
            notice=notice.slug,
            channel=row.channel or Channel.LETTER,
            staff_id=row.staff_id,
            language=by.language or Language.ZH,
            now=now,
        ),
    )


def think_rows(house: House, terms: RowTerms, some: Sequence[Piece]) -> Work:
    """Return a batch of rows ready to be stored; no transaction need be open."""
    drafts, endings = [], []
    for piece in some:
        drawn = _thought_out(house, terms, piece)
        if isinstance(drawn, Ending):
            endings.append(drawn)
        else:
            drafts.append(drawn)
    return Work(import_id=terms.batch.import_id, drafts=drafts, endings=endings)


def think_letters(
    house: House, import_id: int, some: Sequence[Piece], *, now: datetime
) -> Work:
    """Return a batch of letters ready to be kept; no transaction need be open."""
    envelope = Envelope(sender=None, acknowledge=False, imported_at=now)
    letters, endings = [], []
    for piece in some:
        if piece.content is None:
            why = BROKEN if piece.broken else "letter_too_large"
            endings.append(set_aside(piece, why))
            continue
        raw = RawLetter(
            content=piece.content, envelope=envelope,
            received_at=piece.received_at or now,
        )  # fmt: skip
        letters.append((piece, arrivals.sealed_row(house.seal, raw)))
    return Work(import_id=import_id, letters=letters, endings=endings)


def set_aside(piece: Piece, why: str) -> Ending:
    """Return the ending of a piece that cannot be stored, so that the others can."""
    return Ending(piece_id=piece.id, fate=PieceFate.REFUSED, fault=why)


def _thought_out(house: House, terms: RowTerms, piece: Piece) -> ListedDraft | Ending:
    if piece.broken:
        return set_aside(piece, BROKEN)
    found = read_row(piece.cells, terms.columns, terms.known)
    if isinstance(found, ListedOpinion):
        return _drawn(house, terms.batch, piece, found)
    return _refused(piece, found)


def _drawn(
    house: House, batch: Batch, piece: Piece, listed: ListedOpinion
) -> ListedDraft | Ending:
    try:
        return draw_up_listed(house, batch, piece, listed)
    except AppError as error:
        return set_aside(piece, error.code)


def _refused(piece: Piece, faults: Sequence[RowFault]) -> Ending:
    return Ending(
        piece_id=piece.id, fate=PieceFate.REFUSED,
        fault=BETWEEN.join(fault.code for fault in faults),
        at_column=BETWEEN.join(fault.column for fault in faults),
    )  # fmt: skip
