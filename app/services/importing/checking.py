"""Checking a list before anything of it counts: every row, by what columns hold."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.importing.rows import (
    Known,
    ListedOpinion,
    RowFault,
    folded,
    read_row,
)
from app.domain.importing.words import Column, ImportKind, ImportState
from app.domain.permission import Duty
from app.domain.vocabulary import Channel
from app.errors import InvalidInput
from app.models import ImportFile, Office
from app.services.house import House
from app.services.importing import files, pieces
from app.services.importing.files import ImportBusy
from app.services.importing.listed import CHANNELS
from app.services.importing.pieces import Piece
from app.services.importing.set_aside import excerpt
from app.services.shelf import ShelvedNotice
from app.services.staff import Person

MOST_FAULTS: Final = 50
"""Faults that are shown; the report has all of them."""

_AT_ONCE: Final = 50
"""Rows that are read in one go: whoever else asks for something has a turn between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What somebody says about a list."""

    notice: str
    channel: Channel
    heading: int
    columns: Sequence[Column | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFault:
    """What is wrong in a list, and where."""

    number: int
    place: int
    fault: RowFault
    content: str
    """How the row begins."""


@dataclass(slots=True)
class Check:
    """What a list was found to be."""

    good: int = 0
    bad: int = 0
    with_answer: int = 0
    faults: list[FoundFault] = field(default_factory=list)
    by_code: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        piece: Piece,
        found: ListedOpinion | tuple[RowFault, ...],
        columns: Sequence[Column | None],
    ) -> None:
        """Take a row into account."""
        if isinstance(found, ListedOpinion):
            self.good += 1
            self.with_answer += bool(found.answer)
            return
        self.bad += 1
        for fault in found:
            self.by_code[fault.code] += 1
            if len(self.faults) < MOST_FAULTS:
                there = fault.column in columns
                place = columns.index(fault.column) if there else -1
                self.faults.append(
                    FoundFault(
                        number=piece.number, place=place, fault=fault,
                        content=excerpt(piece.cells),
                    )
                )  # fmt: skip


async def put(
    session: AsyncSession,
    person: Person,
    house: House,
    import_id: int,
    terms: Terms,
) -> None:
    """Keep what somebody says about a list.

    Raises:
        NotAllowed: The role brings nothing in.
        NoSuchImport: There is none.
        ImportBusy: It is no list, or it was started.
        InvalidInput: No column holds the text, two hold the same, or no such notice.
    """
    permission.check(person.role, Duty.IMPORT)
    _check(terms)
    row = await files.held(session, import_id)
    if row.kind is not ImportKind.ROWS or row.state is not ImportState.READY:
        raise ImportBusy("it is no list that waits")
    row.notice_id = house.shelf.notice(terms.notice).id
    row.channel, row.heading = terms.channel, terms.heading
    width = len(row.columns or ())
    row.columns = list(terms.columns)[:width]
    row.revision += 1
    await session.flush()


async def check(
    session: AsyncSession, house: House, row: ImportFile, *, now: datetime
) -> Check:
    """Read every row by what was said of the columns, a few hundred in memory."""
    notice = house.shelf.by_id(row.notice_id or 0)
    known = await known_of(session, house, notice, now=now)
    columns = columns_of(row)
    found, after = Check(), row.heading or 0
    while batch := await pieces.batch(
        session, house.seal, row.id, after=after, most=_AT_ONCE
    ):
        for piece in batch:
            found.add(piece, read_row(piece.cells, columns, known), columns)
        after = batch[-1].number
    return found


def columns_of(row: ImportFile) -> list[Column | None]:
    """Return what the columns of a list were said to hold."""
    return [Column(word) if word else None for word in row.columns or ()]


async def known_of(
    session: AsyncSession, house: House, notice: ShelvedNotice, *, now: datetime
) -> Known:
    """Return what rows about ``notice`` may name."""
    offices = await session.execute(select(Office.name, Office.id))
    return Known(
        zone=house.settings.zone,
        now=now,
        items=_items(notice),
        offices={folded(name): key for name, key in offices},
    )


def _items(notice: ShelvedNotice) -> Mapping[str, str]:
    """Return paths by what an item may be called, where only one is called so."""
    counted = Counter[str]()
    called: dict[str, str] = {}
    for node in notice.nodes.values():
        names = {folded(node.label), folded(node.heading)}
        names.add(folded(f"{node.label}{node.heading}"))
        for name in names - {""}:
            counted[name] += 1
            called[name] = node.path
    unique = {name: path for name, path in called.items() if counted[name] == 1}
    return unique | {folded(path): path for path in notice.nodes}


def _check(terms: Terms) -> None:
    given = [column for column in terms.columns if column is not None]
    if Column.TEXT not in given:
        raise InvalidInput("no column holds the text", field="columns", code="no_text")
    twice = [column for column, times in Counter(given).items() if times > 1]
    if twice:
        raise InvalidInput("two columns are one", field="columns", code="column_twice")
    if terms.channel not in CHANNELS:
        raise InvalidInput("no such door", field="channel", code="bad_channel")
    if terms.heading < 0:
        raise InvalidInput("no such row", field="heading", code="bad_heading")
