"""Several cases at once, done: each in a transaction of its own, and taken back."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import Field

from app.domain.batch import MOST
from app.domain.permission import Duty
from app.errors import AppError, InvalidInput
from app.premises import Premises
from app.services.queue import batches, picked, resuming
from app.services.queue.batch_steps import Pick
from app.services.staff import Person
from app.web.dependencies import NowDep, PremisesDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.queue.many import DeedQuery, deed_of, left_because

router = APIRouter(prefix="/many")

_REVISION: Final = re.compile(r"\d{1,9}", re.ASCII)

WorkerDep = Annotated[Person, Depends(on_duty(Duty.WORK))]


class DeedForm(DeedQuery):
    """The same, with the revisions that the person saw, and why."""

    token: Annotated[str, Field(min_length=1, max_length=200)]
    reason: list[str] = Field(default=[], max_length=MOST)
    """For each of the cases, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A case on which the step was not taken."""

    number: str
    trouble: str
    reason: str


@router.post("")
async def take_step(
    request: Request,
    form: Annotated[DeedForm, Form()],
    person: WorkerDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Take the step on each case, and show on which it was not and why.

    The same page sent twice takes it once, and ends what was broken off the first time.
    """
    deed = deed_of(premises, form)
    picks = _picks(form)
    if deed is None or not picks:
        return see(request, "/desk")
    async with premises.database.writing() as session:
        batch_id, new = await batches.begin(
            session, person, deed.step, token=form.token, now=now
        )
    if not new:
        async with premises.database.reading() as session:
            picks = await resuming.still_to_do(session, batch_id, picks)
    left: list[Left] = []
    for pick in picks:
        try:
            async with premises.database.writing() as session:
                await batches.take(
                    session, person, premises.house, deed, pick, batch_id=batch_id,
                    now=now,
                )  # fmt: skip
        except AppError as error:
            trouble = left_because(request, error)
            left.append(Left(number=pick.number, trouble=trouble, reason=pick.reason))
    premises.outbox_waiting.set()
    return await _result(
        request, premises, person, batch_id, left=left, now=premises.clock()
    )


@router.get("/{batch_id}")
async def show_batch(
    request: Request,
    batch_id: Key,
    person: WorkerDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Show what a batch did, and whether it can be taken back."""
    return await _result(request, premises, person, batch_id, left=[], now=now)


@router.post("/{batch_id}/undo")
async def undo(
    request: Request,
    batch_id: Key,
    person: WorkerDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Take a batch back wherever nobody changed the case since."""
    async with premises.database.writing() as session:
        await batches.undo(session, person, batch_id, now=now)
    return see(request, f"/desk/many/{batch_id}", done="batch_undone")


async def _result(
    request: Request,
    premises: Premises,
    person: Person,
    batch_id: int,
    *,
    left: list[Left],
    now: datetime,
) -> Response:
    async with premises.database.reading() as session:
        made = await batches.made(session, person, batch_id)
        lines = await picked.lines(session, person, [one.number for one in made.cases])
    # Somebody who clicks twice is at both at once, and each leaves what the other did.
    done = {each.number for each in made.cases}
    return desk_page(
        request, person, "desk/many_done.html",
        made=made, left=[each for each in left if each.number not in done],
        undoable=made.undoable(now), lines={line.number: line for line in lines},
    )  # fmt: skip


def _picks(form: DeedForm) -> list[Pick]:
    """Return the cases of a form: each ``NUMBER:REVISION``, with its reason.

    Raises:
        InvalidInput: One is written in another way.
    """
    found = []
    for place, each in enumerate(form.case):
        number, _, revision = each.partition(":")
        if not _REVISION.fullmatch(revision):
            raise InvalidInput("a case is written NUMBER:REVISION")
        reason = form.reason[place] if place < len(form.reason) else ""
        found.append(Pick(number=number, revision=int(revision), reason=reason))
    return found
