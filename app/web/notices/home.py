"""The home page: which notices take opinions, will take them, and have taken them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from app.domain.marking import Sought
from app.services.shelf import NoSuchNotice, ShelvedNotice
from app.web.dependencies import NowDep, PremisesDep
from app.web.pages import page
from app.web.public import Window, state_on

router = APIRouter(include_in_schema=False)

MOST_LISTED: Final = 20
"""Notices on one page."""

SEARCHED_FROM: Final = 6
"""So many notices are searched; fewer are seen at a glance."""

_MOST_SOUGHT: Final = 200
_ORDER: Final[tuple[Window, ...]] = ("open", "soon", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Notices of which the same can be said."""

    state: Window
    notices: Sequence[ShelvedNotice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the list, and where the pages beside it begin."""

    groups: Sequence[Group]
    earlier: str | None
    """What the page before begins after: ``""`` is the first page; None: there is
    none."""

    later: str | None
    """What the page after begins after; None: there is none."""


@router.get("/")
@router.get("/notices")
async def home(
    request: Request,
    premises: PremisesDep,
    now: NowDep,
    query: Annotated[str, Query(alias="q", max_length=1000)] = "",
    after: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """List the published notices, those that take opinions first.

    `/notices` is there, too, because their addresses begin with it.
    """
    notices = (await premises.shelf()).notices
    query = query.strip()[:_MOST_SOUGHT]
    today = now.astimezone(premises.settings.zone).date()
    found = in_order(_matching(notices, query), today)
    return page(
        request,
        "public/home.html",
        listing=listing(found, today, after=after),
        found=len(found),
        published=len(notices),
        query=query,
        searched=len(notices) >= SEARCHED_FROM or bool(query),
    )


def in_order(notices: Sequence[ShelvedNotice], today: date) -> list[ShelvedNotice]:
    """Return the open ones first, then those that will open, then the closed ones.

    What needs a reader soonest stands first, and what closed last.
    """

    def place(notice: ShelvedNotice) -> tuple[int, int, int]:
        state = state_on(notice, today)
        closes = (notice.closes_on or date.max).toordinal()
        day = {"open": closes, "soon": notice.opens_on.toordinal(), "closed": -closes}
        return _ORDER.index(state), day[state], -notice.id

    return sorted(notices, key=place)


def listing(found: Sequence[ShelvedNotice], today: date, *, after: str = "") -> Listing:
    """Return the page of the list that begins after the notice called ``after``.

    Raises:
        NoSuchNotice: There is none of that name in the list.
    """
    names = [notice.slug for notice in found]
    if after and after not in names:
        raise NoSuchNotice(f"no published notice is called {after[:80]}")
    start = names.index(after) + 1 if after else 0
    shown = found[start : start + MOST_LISTED]
    begins = max(start - MOST_LISTED, 0)
    earlier = None if not start else names[begins - 1] if begins else ""
    more = start + MOST_LISTED < len(found)
    groups = [
        Group(state=state, notices=members)
        for state in _ORDER
        if (members := [each for each in shown if state_on(each, today) == state])
    ]
    return Listing(
        groups=groups, earlier=earlier, later=shown[-1].slug if more else None
    )


def _matching(notices: Sequence[ShelvedNotice], query: str) -> Sequence[ShelvedNotice]:
    """Return those whose title or issuer holds every word of ``query``."""
    if not query:
        return notices
    sought = Sought(query)
    return [
        notice for notice in notices if sought.within(notice.title, notice.issuer or "")
    ]
