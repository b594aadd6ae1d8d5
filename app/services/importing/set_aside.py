"""What was set aside of a list: enough of each row to find it in the file again.

The cells of such a row are kept, sealed, when all others are let go. They are what
citizens wrote and never became an opinion, so they are forgotten after a while.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.importing.words import ImportKind, ImportState
from app.domain.submission import clean
from app.models import ImportFile, ImportPiece
from app.sealing import BrokenSealError, Seal
from app.services.importing.files import KEPT_FOR, PURPOSE

BETWEEN: Final = " ｜ "
_MOST_CELL: Final = 40
_MOST: Final = 240
_AT_ONCE: Final = 20


def excerpt(cells: Sequence[str]) -> str:
    """Return the beginnings of the cells that say something, in one line."""
    lines = (clean(cell, lines=False) for cell in cells)
    return _begun(BETWEEN.join(_begun(line, _MOST_CELL) for line in lines if line))


def opened(seal: Seal, sealed: bytes | None) -> str:
    """Return what can be shown of a row; empty: nothing was kept, or it is broken."""
    if sealed is None:
        return ""
    try:
        return excerpt(json.loads(seal.open(sealed, purpose=PURPOSE)))
    except BrokenSealError:
        return ""


async def forget(session: AsyncSession, *, now: datetime) -> int:
    """Forget the rows that lists have set aside long ago; return of how many lists.

    Whose rows are forgotten has no columns any more.
    """
    found = await session.scalars(
        select(ImportFile.id)
        .where(
            ImportFile.state == ImportState.DONE,
            ImportFile.kind == ImportKind.ROWS,
            ImportFile.done_at < now - KEPT_FOR,
            ImportFile.columns.is_not(None),
        )
        .limit(_AT_ONCE)
    )
    keys = list(found)
    if keys:
        await session.execute(
            update(ImportPiece)
            .where(ImportPiece.import_id.in_(keys), ImportPiece.sealed.is_not(None))
            .values(sealed=None)
        )
        await session.execute(
            update(ImportFile).where(ImportFile.id.in_(keys)).values(columns=None)
        )
    return len(keys)


def _begun(text: str, most: int = _MOST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
