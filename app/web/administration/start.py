"""Where an administrator begins: everything that can be set up, in one list."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from app.domain import permission
from app.domain.permission import Duty
from app.services.staff import Person
from app.web.desk_pages import desk_page
from app.web.desk_person import on_duty

router = APIRouter(prefix="/administration")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_AUDIT))]

PLACES: Final = (
    (Duty.NOTICES, "/desk/notices", "notices"),
    (Duty.OFFICES, "/desk/offices", "offices"),
    (Duty.STAFF, "/desk/people", "people"),
    (Duty.READ_CLOCKS, "/desk/policies", "policies"),
    (Duty.READ_CLOCKS, "/desk/calendar", "calendar"),
    (Duty.COUNTERSIGNING, "/desk/countersigning", "countersigning"),
    (Duty.READ_ROUTING, "/desk/routing", "routing"),
    (Duty.READ_ROUTING, "/desk/routing/names", "names"),
    (Duty.READ_TOPICS, "/desk/topics", "topics"),
    (Duty.READ_MODEL, "/desk/model", "model"),
    (Duty.WORDINGS, "/desk/wordings", "wordings"),
    (Duty.READ_MAILBOXES, "/desk/mailboxes", "mailboxes"),
    (Duty.JOINING_RULE, "/desk/campaigns", "campaigns"),
    (Duty.IMPORT, "/desk/imports", "imports"),
    (Duty.FEATURES, "/desk/features", "features"),
    (Duty.READ_AUDIT, "/desk/audit", "audit"),
    (Duty.READ_AUDIT, "/desk/arrivals", "arrivals"),
)
"""What each page asks of whoever opens it, where it is, and the key of its words."""


@router.get("")
async def show_places(request: Request, person: ReaderDep) -> Response:
    """Show what this person can see or set up."""
    places = [
        (address, name)
        for duty, address, name in PLACES
        if permission.may(person.role, duty)
    ]
    return desk_page(request, person, "desk/administration/start.html", places=places)
