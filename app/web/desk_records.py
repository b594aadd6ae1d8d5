"""Records: letters not gone out, and the fates of arrivals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app.domain.permission import Duty
from app.domain.vocabulary import Fate
from app.services import acknowledging, arrivals, bounces, outbox, trouble
from app.services.staff import Person
from app.web.dependencies import NowDep, PremisesDep, ReadingDep, WritingDep
from app.web.desk_forms import GiveUpForm, RetryForm
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_words import masked

router = APIRouter()

PostReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_OUTBOX))]
PosterDep = Annotated[Person, Depends(on_duty(Duty.OUTBOX))]
AuditorDep = Annotated[Person, Depends(on_duty(Duty.READ_AUDIT))]


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
        trouble=await trouble.read(session, premises.house, now=now),
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
        await outbox.retry(session, form.letter, staff_id=person.staff_id, now=now)
    premises.outbox_waiting.set()
    return see(request, "/desk/outbox", done="retried")


@router.post("/outbox/give-up")
async def give_up(
    request: Request,
    form: Annotated[GiveUpForm, Form()],
    person: PosterDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Try a parked letter no more."""
    await outbox.give_up(session, form.letter, staff_id=person.staff_id, now=now)
    return see(request, "/desk/outbox", done="given_up")


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
