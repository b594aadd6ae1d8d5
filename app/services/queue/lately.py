"""Lately: what nearly everybody says is looked for in the newest opinions themselves.

To find the beginning of a word, SQLite's index puts together what it has of every word
that begins so: of a single Chinese sign that is half of everything ever said, however
few are wanted. So the newest opinions are read first. Where many of them say it, they
are the answer, down to where they were read; where few do, the index has little to put
together.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import search
from app.domain.passages import marks_from_json, own_words
from app.models import Opinion
from app.searching import Found
from app.services.citizen.blotting import INSTEAD

_AT_ONCE: Final = 200
"""So many opinions are read at once, and tell by the first time how many say it."""

_FREQUENT: Final = 20
"""Said by so many of the first ones, something is not left to the index."""

_MOST_READ: Final = 1_000


async def newest(
    session: AsyncSession, words: str, *, most: int, before: int | None = None
) -> Found | None:
    """Return the newest opinions that say ``words``; None: the index does it as well.

    What is found is what the index holds: the subject, and the writer's own words.
    """
    if session.get_bind().dialect.name != "sqlite" or not _is_beginning(words):
        return None
    sought = search.words(words)
    keys: list[int] = []
    last = before
    for read in range(0, _MOST_READ, _AT_ONCE):
        rows = await _read(session, last)
        keys += [row.id for row in rows if _says(row, sought)]
        if len(keys) > most:
            return Found(keys=keys[:most], reached=keys[most - 1])
        if len(rows) < _AT_ONCE:
            return Found(keys=keys)
        if not read and len(keys) < _FREQUENT:
            return None
        last = rows[-1].id
    return Found(keys=keys, reached=last)


def _is_beginning(words: str) -> bool:
    """Return whether one of ``words`` stands for all that begin with it."""
    return any(phrase[-1].endswith("*") for phrase in search.phrases(words))


async def _read(
    session: AsyncSession, before: int | None
) -> Sequence[Row[int, str, str, list[object] | None]]:
    statement = select(Opinion.id, Opinion.subject, Opinion.text, Opinion.marks)
    if before is not None:
        statement = statement.where(Opinion.id < before)
    rows = await session.execute(statement.order_by(Opinion.id.desc()).limit(_AT_ONCE))
    return rows.all()


def _says(row: Row[int, str, str, list[object] | None], sought: Sequence[str]) -> bool:
    if row.text in INSTEAD.values():
        return False
    said = own_words(row.text, marks_from_json(row.marks))
    folded = search.fold(f"{row.subject}\n{said}")
    return all(
        word in folded and any(True for _ in search.places(folded, word))
        for word in sought
    )
