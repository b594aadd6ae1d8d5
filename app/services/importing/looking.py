"""Looking at an import: its first rows, and what became of each piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.importing.words import BETWEEN, ImportKind, PieceFate
from app.domain.permission import Duty
from app.domain.vocabulary import Fate
from app.models import Arrival, Case, ImportFile, ImportPiece, Opinion
from app.sealing import Seal
from app.services.cases import seen_by
from app.services.importing import set_aside
from app.services.staff import Person

MOST_SHOWN = 50
_SET_ASIDE = (PieceFate.REFUSED, PieceFate.KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """What became of a row or letter."""

    number: int
    fate: PieceFate
    faults: Sequence[tuple[str, str | None]]
    """Why it was refused, or is not what it was; and in which column, if in one."""

    receipt_number: str | None
    """Where this person may see what it became."""

    arrival_fate: Fate | None
    """What the letter came to; None: it is none, or nobody has read it yet."""

    reason: str | None

    content: str
    """How a row begins that was set aside; empty: it was not, or is forgotten."""


async def report(
    session: AsyncSession,
    person: Person,
    seal: Seal,
    import_id: int,
    *,
    after: int = 0,
    set_aside_alone: bool = False,
    most: int = MOST_SHOWN,
) -> Sequence[ReportLine]:
    """Return what became of pieces, in the file's order, behind the number ``after``.

    What was set aside are those too that are taken for known but say something else.

    Raises:
        NotAllowed: The role brings nothing in.
    """
    permission.check(person.role, Duty.IMPORT)
    opinion_id = func.coalesce(ImportPiece.opinion_id, Arrival.opinion_id)
    visible = (
        select(Opinion.receipt_number)
        .where(
            Opinion.id == opinion_id,
            select(Case.id)
            .where(Case.opinion_id == Opinion.id, seen_by(person))
            .exists(),
        )
        .scalar_subquery()
    )
    told = [ImportPiece.fate.is_not(None)]
    if set_aside_alone:
        told = [ImportPiece.fate.in_(_SET_ASIDE), ImportPiece.fault.is_not(None)]
    rows = await session.execute(
        select(
            ImportPiece.number,
            ImportPiece.fate,
            ImportPiece.fault,
            ImportPiece.at_column,
            visible.label("receipt_number"),
            Arrival.fate.label("arrival_fate"),
            Arrival.reason,
            case((ImportFile.kind == ImportKind.ROWS, ImportPiece.sealed)).label(
                "sealed"
            ),
        )
        .join(ImportFile, ImportFile.id == ImportPiece.import_id)
        .outerjoin(Arrival, Arrival.id == ImportPiece.arrival_id)
        .where(ImportPiece.import_id == import_id, *told, ImportPiece.number > after)
        .order_by(ImportPiece.number)
        .limit(most)
    )
    return [_line(seal, **row) for row in rows.mappings()]


def _line(
    seal: Seal,
    *,
    sealed: bytes | None,
    fault: str | None,
    at_column: str | None,
    **facts: Any,
) -> ReportLine:
    codes, columns = (fault or "").split(BETWEEN), (at_column or "").split(BETWEEN)
    return ReportLine(
        content=set_aside.opened(seal, sealed),
        faults=[
            (code, column or None)
            for code, column in zip_longest(codes, columns)
            if code
        ],
        **facts,
    )
