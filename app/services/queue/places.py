"""Places: what a walk finds, read in one statement with what stands above its list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CompoundSelect, Select, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.spelt import exactly
from app.services.paging import Place
from app.services.queue.walks import Places, Walk

Statement = CompoundSelect[*tuple[Any, ...]] | Select[*tuple[Any, ...]]

_LISTED: Final = 0
_ABOVE: Final = 1
_END: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the cases of a page stand."""

    listed: list[Place]
    """In the order of the walk."""

    above: list[Place]
    """The latest first."""

    reached: Place | None
    """The last place that was looked at, if there are cases beyond it."""


NOTHING: Final = Found(listed=[], above=[], reached=None)


def together(walk: Walk, above: Places | None) -> Statement | None:
    """Return the statement for all that is to be found; None: there is nothing."""
    named = [
        *((_LISTED, each) for each in walk.parts),
        *((_END, each) for each in walk.ends),
        *((_ABOVE, each) for each in ([above] if above is not None else ())),
    ]
    parts = [
        select(exactly(which).label("which"), some.c.at, some.c.id)
        for which, each in named
        for some in (each.subquery(),)
    ]
    return union_all(*parts) if len(parts) > 1 else next(iter(parts), None)


async def find(
    session: AsyncSession,
    statement: Statement | None,
    facts: Mapping[str, Any],
    *,
    rising: bool,
    most: int,
) -> Found:
    """Return what a ``statement`` of `together` finds, and ``most`` of the list.

    Of several stretches the one decides that ends first: what the others have behind
    that place is for the next page.
    """
    if statement is None:
        return NOTHING
    found: dict[int, list[tuple[datetime, int]]] = {_LISTED: [], _ABOVE: [], _END: []}
    for which, at, key in await session.execute(statement, facts):
        found[which].append((at, key))
    listed, ends = sorted(found[_LISTED], reverse=not rising), found[_END]
    if ends:
        end = min(ends) if rising else max(ends)
        listed = [each for each in listed if (each <= end if rising else each >= end)]
    return Found(
        listed=_as_places(listed[:most]),
        above=_as_places(sorted(found[_ABOVE], reverse=True)),
        reached=_as_places([end])[0] if ends else None,
    )


def _as_places(found: list[tuple[datetime, int]]) -> list[Place]:
    return [Place(key=key, at=at) for at, key in found]
