"""Counters of views: bounded, and counted anew once a minute at most."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from fastapi import Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import AppError
from app.services.paging import FIRST
from app.services.queue import views
from app.services.queue.places import find, together
from app.services.queue.views import View
from app.services.queue.walks import walk
from app.services.queue.words import saying
from app.services.staff import Person
from app.services.tabs import MOST_COUNTED
from app.web.pages import premises_of
from app.web.queue.query import QueueQuery, address, wanted_of

_KEPT_FOR: Final = 60.0
_MOST_KEPT: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedView:
    """A view, where it leads, and how many cases it has for a person."""

    view: View
    address: str
    count: int | None
    """At most `MOST_COUNTED`; None: it asks for what is no more."""

    at_least: bool = False
    """Whether there may be more than were counted."""


@dataclass(slots=True)
class Counters:
    """Numbers that were counted within the last minute, by view and person."""

    kept: dict[tuple[int, int, str], tuple[float, int | None, bool]] = field(
        default_factory=dict
    )

    def get(self, key: tuple[int, int, str]) -> tuple[int | None, bool] | None:
        """Return a number that is fresh enough; None: it has to be counted."""
        found = self.kept.get(key)
        if found is None or time.monotonic() - found[0] > _KEPT_FOR:
            return None
        return found[1], found[2]

    def put(
        self, key: tuple[int, int, str], number: int | None, *, at_least: bool
    ) -> None:
        """Keep a number."""
        if len(self.kept) >= _MOST_KEPT:
            self.kept.clear()
        self.kept[key] = time.monotonic(), number, at_least


async def counted(
    request: Request, session: AsyncSession, person: Person, *, now: datetime
) -> Sequence[CountedView]:
    """Return the views that ``person`` may open, with their counters."""
    counters: Counters = request.app.state.view_counters
    found = []
    for view in await views.views(session, person):
        leads_to = address({**view.asked, "view": view.id})
        key = (view.id, person.staff_id, leads_to)
        kept = counters.get(key)
        if kept is None:
            kept = await _count(request, session, person, view, now=now)
            counters.put(key, kept[0], at_least=kept[1])
        found.append(
            CountedView(view=view, address=leads_to, count=kept[0], at_least=kept[1])
        )
    return found


async def _count(
    request: Request,
    session: AsyncSession,
    person: Person,
    view: View,
    *,
    now: datetime,
) -> tuple[int | None, bool]:
    try:
        query = QueueQuery.model_validate(dict(view.asked))
        wanted = wanted_of(premises_of(request).house, person, query, now=now)
    except (AppError, ValidationError):
        return None, False
    also = []
    if wanted.words.strip():
        also = [(await saying(session, wanted.words)).sieve]
    walked = await walk(
        session, person, wanted, also=also, turn=FIRST, most=MOST_COUNTED, now=now
    )
    found = await find(
        session,
        together(walked, None),
        {},
        rising=wanted.rises(FIRST),
        most=MOST_COUNTED,
    )
    number = len(found.listed)
    return number, found.reached is not None and number < MOST_COUNTED
