"""Records: letters not gone out, the fates of arrivals, and what was done by whom."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Fate
from app.services import acknowledging, arrivals, bounces, directory, outbox, trail
from app.services.cases import NoSuchCase
from app.services.paging import Page
from app.services.staff import Person
from app.web.dependencies import NowDep, PremisesDep, ReadingDep
from app.web.desk_forms import Blank, RetryForm
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_words import masked, told
from app.web.keyset import cursor, parse_turn
from app.web.pages import language_of
from app.web.wording import catalogue

router = APIRouter()

PostReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_OUTBOX))]
PosterDep = Annotated[Person, Depends(on_duty(Duty.OUTBOX))]
AuditorDep = Annotated[Person, Depends(on_duty(Duty.READ_AUDIT))]


class TrailQuery(BaseModel):
    """What an address asks the record for."""

    action: Annotated[Action | None, Blank] = None
    number: str = ""
    after: str = ""
    before: str = ""


@router.get("/outbox")
async def show_outbox(
    request: Request,
    person: PostReaderDep,
    session: ReadingDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Show letters that were tried too often, came back or are not sent."""
    return desk_page(
        request, person, "desk/outbox.html",
        letters=await outbox.parked(session, person),
        unsent=await bounces.unsent(session, person),
        day_full=await acknowledging.is_day_full(session, premises.settings, now=now),
        masked=masked,
        trouble=await outbox.trouble(session, premises.house),
    )  # fmt: skip


@router.post("/outbox/retry")
async def retry(
    request: Request,
    form: Annotated[RetryForm, Form()],
    person: PosterDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Give parked letters all their attempts again."""
    async with premises.database.writing() as session:
        for key in form.letter:
            await outbox.retry(session, key, staff_id=person.staff_id, now=now)
    premises.outbox_waiting.set()
    return see(request, "/desk/outbox", done="retried")


@router.post("/cases/{number}/address")
async def try_address(
    request: Request,
    number: str,
    person: PosterDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Send letters to the citizen's address again, although one came back."""
    async with premises.database.writing() as session:
        await bounces.try_again(session, person, number, now=now)
    premises.outbox_waiting.set()
    return see(request, f"/desk/cases/{number}", done="readmitted")


@router.get("/arrivals")
async def show_arrivals(
    request: Request, person: AuditorDep, session: ReadingDep
) -> Response:
    """Show that every arrival has met its fate, and which."""
    counts = await arrivals.count_fates(session)
    return desk_page(
        request, person, "desk/arrivals.html",
        counts=counts, total=counts.total(), fates=Fate,
    )  # fmt: skip


@router.get("/audit")
async def show_audit(
    request: Request,
    query: Annotated[TrailQuery, Query()],
    person: AuditorDep,
    session: ReadingDep,
) -> Response:
    """Show one page of the record, the newest first."""
    turn = parse_turn(after=query.after, before=query.before, timed=False)
    number = query.number.strip()
    found: Page[trail.Deed] | None
    try:
        found = await trail.page(
            session, person, action=query.action, number=number or None, turn=turn
        )
    except NoSuchCase:
        found = None
    words = catalogue(language_of(request))
    offices = await directory.offices(session)
    return desk_page(
        request, person, "desk/audit.html",
        query=query,
        actions=Action,
        deeds=[
            (deed, told(words, deed.action, deed.facts, offices=offices))
            for deed in (found.rows if found else ())
        ],
        neighbours=_neighbours(query, found),
    )  # fmt: skip


def _neighbours(
    query: TrailQuery, found: Page[trail.Deed] | None
) -> dict[str, str | None]:
    """Return the queries of the pages beside this one; None: there is none."""
    asked = query.model_dump(mode="json", include={"action", "number"})
    kept = {name: value for name, value in asked.items() if value}
    places = {
        "before": found.before if found else None,
        "after": found.after if found else None,
    }
    return {
        side: urlencode(kept | {side: cursor(place)}) if place else None
        for side, place in places.items()
    }
