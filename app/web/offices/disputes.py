"""Disputes at the desk: those that wait for a ruling."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.domain.permission import Duty
from app.services.offices import disputes
from app.services.staff import Person
from app.web.answering.drafts import Turning
from app.web.dependencies import ReadingDep
from app.web.desk_pages import desk_page
from app.web.desk_person import on_duty
from app.web.keyset import neighbours_of, parse_turn

router = APIRouter()

RulerDep = Annotated[Person, Depends(on_duty(Duty.ASSIGN))]


@router.get("/disputes")
async def show_disputes(
    request: Request,
    person: RulerDep,
    session: ReadingDep,
    query: Annotated[Turning, Query()],
) -> Response:
    """Show what waits for a ruling, the oldest first."""
    turn = parse_turn(after=query.after, before=query.before, timed=False)
    found = await disputes.page(session, person, turn=turn)
    return desk_page(
        request, person, "desk/offices/disputes.html",
        rows=found.rows,
        neighbours=neighbours_of(found, {}),
        waiting=await disputes.count(session, person),
    )  # fmt: skip
