"""Supervision at the desk: what is overdue, and who asks for more time."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.domain.vocabulary import Tab
from app.services import directory, queues
from app.services.clocks import extensions
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_forms import Blank, Key
from app.web.desk_pages import desk_page
from app.web.desk_person import on_duty
from app.web.keyset import neighbours_of, parse_turn
from app.web.pages import premises_of

router = APIRouter(prefix="/supervision")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_SUPERVISION))]


class SupervisionQuery(BaseModel):
    """What an address asks for."""

    office: Annotated[Key | None, Blank] = None
    after: str = ""
    before: str = ""


@router.get("")
async def show_supervision(
    request: Request,
    query: Annotated[SupervisionQuery, Query()],
    person: ReaderDep,
    session: ReadingDep,
    now: NowDep,
) -> Response:
    """Show the wishes for more time, and one page of what is overdue."""
    house = premises_of(request).house
    rule = house.clocks.rule(house.settings)
    turn = parse_turn(after=query.after, before=query.before, timed=True)
    wanted = Wanted(tab=Tab.OVERDUE, office_id=query.office)
    found = await queues.page(session, person, wanted, turn=turn, now=now)
    asked = {"office": str(query.office)} if query.office is not None else {}
    return desk_page(
        request, person, "desk/supervision.html",
        query=query,
        rows=[(row, rule.late_days(row.due_at, now)) for row in found.rows],
        neighbours=neighbours_of(found, asked),
        requests=await extensions.requests(session, person),
        most_requests=extensions.MOST_SHOWN,
        offices=await directory.offices(session),
    )  # fmt: skip
