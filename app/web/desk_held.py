"""The holding pen (待甄别): its list, and what was taken out of it of late."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.domain.vocabulary import DiscardGround, HoldReason
from app.services import held, sifted
from app.services.held import HeldArrival
from app.services.paging import Page, Place
from app.services.staff import Person
from app.web.dependencies import PremisesDep, ReadingDep
from app.web.desk_forms import Blank
from app.web.desk_pages import desk_page
from app.web.desk_person import on_duty
from app.web.desk_reading import lines_of
from app.web.keyset import cursor, parse_turn

router = APIRouter(prefix="/held")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_HELD))]


class HeldQuery(BaseModel):
    """What an address asks the holding pen for."""

    reason: Annotated[HoldReason | None, Blank] = None
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
        lines=await lines_of(premises, found.rows),
        reason=query.reason,
        reasons=HoldReason,
        grounds=DiscardGround,
        notices=premises.house.shelf.notices,
        neighbours=_neighbours(query, found),
    )  # fmt: skip


@router.get("/discarded")
async def show_discarded(
    request: Request, person: ReaderDep, session: ReadingDep
) -> Response:
    """Show arrivals that were discarded of late, to be taken back."""
    return desk_page(
        request, person, "desk/held_discarded.html",
        outcomes=await sifted.lately_discarded(session, person),
    )  # fmt: skip


def _neighbours(query: HeldQuery, found: Page[HeldArrival]) -> dict[str, str | None]:
    """Return the queries of the pages beside this one; None: there is none."""
    asked = {"reason": query.reason.value} if query.reason else {}

    def beside(side: str, place: Place | None) -> str | None:
        return urlencode(asked | {side: cursor(place)}) if place else None

    return {
        "before": beside("before", found.before),
        "after": beside("after", found.after),
    }
