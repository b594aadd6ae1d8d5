"""The holding pen (待甄别): its list, the next of it, and what was turned down."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from app.domain.permission import Duty
from app.domain.vocabulary import DiscardGround, HoldReason, RefuseReason
from app.services import held, refused
from app.services.paging import Page, Place
from app.services.staff import Person
from app.web.dependencies import PremisesDep
from app.web.desk_forms import Blank, Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_reading import lines_of
from app.web.desk_words import masked
from app.web.keyset import cursor, parse_turn
from app.web.pages import premises_of

router = APIRouter(prefix="/held")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_HELD))]


class DeedQuery(BaseModel):
    """What an address says of the step before, beside ``done``, what it was."""

    number: Annotated[str, Field(pattern=r"^[0-9A-Z-]{0,20}$")] = ""
    """The case that the arrival went to."""

    left: Annotated[Key | None, Blank] = None
    """The arrival that was set aside, and can be taken back."""


class HeldQuery(DeedQuery):
    """What an address asks the holding pen for."""

    reason: Annotated[HoldReason | None, Blank] = None
    after: str = ""
    before: str = ""


class NextQuery(BaseModel):
    """Which arrival somebody leaves, and to which reason the list was narrowed."""

    after: Annotated[Key | None, Blank] = None
    only: Annotated[HoldReason | None, Blank] = None


class RefusedQuery(BaseModel):
    """What an address asks the list of what was turned down for."""

    reason: Annotated[RefuseReason | None, Blank] = None
    after: str = ""
    before: str = ""


@router.get("")
async def show_held(
    request: Request,
    query: Annotated[HeldQuery, Query()],
    person: ReaderDep,
    premises: PremisesDep,
) -> Response:
    """Show one page of held arrivals; only its letters are read."""
    turn = parse_turn(after=query.after, before=query.before, timed=False)
    async with premises.database.reading() as session:
        found = await held.page(
            session, person, premises.house, reason=query.reason, turn=turn
        )
    return desk_page(
        request, person, "desk/held.html",
        query=query,
        lines=await lines_of(premises, found.rows),
        reasons=HoldReason,
        grounds=DiscardGround,
        notices=premises.house.shelf.notices,
        neighbours=_neighbours(query.reason, found),
    )  # fmt: skip


@router.get("/next")
async def show_next(
    request: Request, query: Annotated[NextQuery, Query()], person: ReaderDep
) -> Response:
    """Open the held arrival behind one, or the first."""
    return await onward(request, person, query.after, only=query.only)


@router.get("/discarded")
async def show_discarded(
    request: Request, person: ReaderDep, premises: PremisesDep
) -> Response:
    """Show arrivals that were discarded of late, to be taken back."""
    async with premises.database.reading() as session:
        found = await refused.lately_discarded(session, person, premises.house)
    return desk_page(
        request, person, "desk/held_discarded.html",
        rows=list(zip(found, await lines_of(premises, found), strict=True)),
        masked=masked,
    )  # fmt: skip


@router.get("/refused")
async def show_refused(
    request: Request,
    query: Annotated[RefusedQuery, Query()],
    person: ReaderDep,
    premises: PremisesDep,
) -> Response:
    """Show one page of arrivals that were turned down, by whom and why."""
    turn = parse_turn(after=query.after, before=query.before, timed=False)
    async with premises.database.reading() as session:
        found = await refused.page(
            session, person, premises.house, reason=query.reason, turn=turn
        )
    return desk_page(
        request, person, "desk/held_refused.html",
        rows=list(zip(found.rows, await lines_of(premises, found.rows), strict=True)),
        reason=query.reason,
        reasons=RefuseReason,
        masked=masked,
        neighbours=_neighbours(query.reason, found),
    )  # fmt: skip


async def onward(
    request: Request,
    person: Person,
    leaving: int | None,
    *,
    only: HoldReason | None,
    **deed: str,
) -> Response:
    """Send the browser on to the held arrival behind the one that they are leaving.

    ``deed`` is what was done with that one, as parts of an address.
    """
    async with premises_of(request).database.reading() as session:
        key = await held.next_key(session, person, after=leaving, reason=only)
    if key is None:
        narrowed = {"reason": only.value} if only else {}
        return see(request, "/desk/held", **(narrowed | (deed or _NOTHING_HELD)))
    narrowed = {"only": only.value} if only else {}
    return see(request, f"/desk/held/{key}", **(narrowed | deed))


_NOTHING_HELD: Final = {"done": "none_held"}


def _neighbours(
    reason: HoldReason | RefuseReason | None, found: Page[Any]
) -> dict[str, str | None]:
    """Return the queries of the pages beside this one; None: there is none."""
    asked = {"reason": reason.value} if reason else {}

    def beside(side: str, place: Place | None) -> str | None:
        return urlencode(asked | {side: cursor(place)}) if place else None

    return {
        "before": beside("before", found.before),
        "after": beside("after", found.after),
    }
