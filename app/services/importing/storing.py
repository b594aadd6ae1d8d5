"""Storing a batch of an import, in one transaction and each piece once.

Whoever stores holds the import, so that two workers never store the same. A row is
known again by its number or its cells (the token of its intake), a letter by its
bytes; so a batch that was broken off is simply taken again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.importing.words import ImportState, PieceFate
from app.services import arrivals, intake
from app.services.drafting import Row
from app.services.importing import files, pieces
from app.services.importing.batches import Work
from app.services.importing.listed import ListedDraft
from app.services.importing.pieces import Ending, Piece
from app.services.intake import KeyReused, Registration


async def store(session: AsyncSession, work: Work, *, now: datetime) -> list[int]:
    """Store a batch, and note what became of each piece; return the new arrivals.

    Pieces that another worker stored meanwhile are passed over.
    """
    row = await files.held(session, work.import_id)
    if row.state is not ImportState.RUNNING:
        return []
    waiting = await pieces.still_waiting(session, work.keys)
    drafts = [each for each in work.drafts if each.piece.id in waiting]
    letters = [each for each in work.letters if each[0].id in waiting]
    endings = [each for each in work.endings if each.piece_id in waiting]
    digests = [each.piece.digest for each in drafts]
    before = await pieces.stored_before(
        session, [*digests, *(piece.digest for piece, _ in letters)]
    )
    endings += await _store_rows(session, drafts, before)
    kept = _new_letters(letters, before, endings)
    if kept:
        await arrivals.keep_all(session, [kept_row for _, kept_row in kept])
    endings += [
        Ending(piece_id=piece.id, fate=PieceFate.STORED, arrival_id=kept_row["id"])
        for piece, kept_row in kept
    ]
    await pieces.settle(session, row, endings, now=now)
    return [kept_row["id"] for _, kept_row in kept]


async def _store_rows(
    session: AsyncSession,
    drafts: Sequence[ListedDraft],
    before: dict[bytes, tuple[int | None, int | None]],
) -> list[Ending]:
    endings = [
        Ending(
            piece_id=each.piece.id, fate=PieceFate.KNOWN,
            opinion_id=before[each.piece.digest][0],
        )
        for each in drafts
        if each.piece.digest in before
    ]  # fmt: skip
    new = [each for each in drafts if each.piece.digest not in before]
    if not new:
        return endings
    results = await intake.register_all(session, [each.draft for each in new])
    after: list[ListedDraft] = []
    for each, result in zip(new, results, strict=True):
        endings.append(_ending(each, result))
        if endings[-1].fate is PieceFate.STORED:
            after.append(each)
    for place, (table, _) in enumerate(new[0].after):
        rows = [row for each in after for row in each.after[place][1]]
        if rows:
            await session.execute(insert(table), rows)
    return endings


def _ending(each: ListedDraft, result: Registration | Exception) -> Ending:
    key = each.piece.id
    if isinstance(result, KeyReused):
        return Ending(piece_id=key, fate=PieceFate.KNOWN, fault="known_otherwise")
    if isinstance(result, Exception):
        raise result
    fate = PieceFate.KNOWN if result.repeated else PieceFate.STORED
    return Ending(piece_id=key, fate=fate, opinion_id=result.opinion_id)


def _new_letters(
    letters: Sequence[tuple[Piece, Row]],
    before: dict[bytes, tuple[int | None, int | None]],
    endings: list[Ending],
) -> list[tuple[Piece, Row]]:
    """Return letters that were not kept before; note in ``endings`` those that were."""
    new: dict[bytes, tuple[Piece, Row]] = {}
    for piece, row in letters:
        if piece.digest not in before and piece.digest not in new:
            new[piece.digest] = piece, row
            continue
        _, arrival = before.get(piece.digest, (None, None))
        endings.append(
            Ending(piece_id=piece.id, fate=PieceFate.KNOWN, arrival_id=arrival)
        )
    return list(new.values())
