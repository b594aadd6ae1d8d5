"""Held arrivals: looked through, released into a case, or discarded."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app.domain.permission import Duty
from app.domain.vocabulary import DiscardGround, HoldReason, Kind
from app.mail.letter import Letter
from app.services import held, releasing
from app.services.held import HeldArrival
from app.services.staff import Person
from app.web.dependencies import NowDep, PremisesDep
from app.web.desk_forms import DiscardForm, Key, ReleaseForm, whither
from app.web.desk_pages import desk_page, download, see
from app.web.desk_person import on_duty
from app.web.desk_words import section_options
from app.web.keyset import cursor, parse_turn
from app.web.pages import premises_of

router = APIRouter(prefix="/held")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_HELD))]
SorterDep = Annotated[Person, Depends(on_duty(Duty.HELD))]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A held arrival as one line of the list."""

    id: int
    reason: HoldReason
    sender: str
    subject: str | None
    """None: too large to be read for a list, or not to be read at all."""

    written_at: datetime | None
    received_at: datetime
    size: int


@router.get("")
async def show_held(
    request: Request,
    person: ReaderDep,
    premises: PremisesDep,
    after: str = "",
    before: str = "",
) -> Response:
    """Show one page of held arrivals; only its letters are read."""
    turn = parse_turn(after=after, before=before, timed=False)
    async with premises.database.reading() as session:
        found = await held.page(session, person, premises.house, turn=turn)
    return desk_page(
        request, person, "desk/held.html",
        lines=await asyncio.to_thread(_lines, found.rows),
        neighbours={
            "before": f"before={cursor(found.before)}" if found.before else None,
            "after": f"after={cursor(found.after)}" if found.after else None,
        },
    )  # fmt: skip


@router.get("/{arrival_id}")
async def show_one(
    request: Request, arrival_id: Key, person: ReaderDep, premises: PremisesDep
) -> Response:
    """Show a held arrival, as plain text."""
    async with premises.database.reading() as session:
        arrival = await held.one(session, person, premises.house, arrival_id)
    letter = await asyncio.to_thread(releasing.read, arrival)
    notices = premises.house.shelf.notices
    return desk_page(
        request, person, "desk/held_one.html",
        line=_line(arrival, letter),
        letter=letter,
        recipients=arrival.envelope.recipients,
        notices=notices,
        sections={each.slug: section_options(each) for each in notices},
        kinds=Kind,
        grounds=DiscardGround,
    )  # fmt: skip


@router.get("/{arrival_id}/original")
async def send_original(
    arrival_id: Key, person: ReaderDep, premises: PremisesDep, now: NowDep
) -> Response:
    """Send the arrival as it came, once it is noted who takes it."""
    async with premises.database.writing() as session:
        file = await held.original(session, person, premises.house, arrival_id, now=now)
    return download(file)


@router.post("/{arrival_id}/release")
async def release(
    request: Request,
    arrival_id: Key,
    form: Annotated[ReleaseForm, Form()],
    person: SorterDep,
    now: NowDep,
) -> Response:
    """Open a case with the arrival."""
    premises = premises_of(request)
    async with premises.database.reading() as session:
        arrival = await held.one(session, person, premises.house, arrival_id)
    notice, section = whither(form.about)
    draft = await asyncio.to_thread(
        releasing.draw_up_release, premises.house, arrival,
        notice=notice, section=section, kind=form.kind,
    )  # fmt: skip
    async with premises.database.writing() as session:
        await held.release(session, person, arrival_id, draft, now=now)
    premises.outbox_waiting.set()
    return see(request, f"/desk/cases/{draft.receipt_number}", done="released")


@router.post("/{arrival_id}/discard")
async def discard(
    request: Request,
    arrival_id: Key,
    form: Annotated[DiscardForm, Form()],
    person: SorterDep,
    now: NowDep,
) -> Response:
    """Set the arrival aside for good."""
    async with premises_of(request).database.writing() as session:
        await held.discard(session, person, arrival_id, ground=form.ground, now=now)
    return see(request, "/desk/held", done="discarded")


def _lines(rows: Sequence[HeldArrival]) -> list[HeldLine]:
    return [_line(arrival, releasing.read(arrival)) for arrival in rows]


def _line(arrival: HeldArrival, letter: Letter | None) -> HeldLine:
    writer = letter.sender if letter else None
    named = f"{writer.name} <{writer.address}>" if writer and writer.name else None
    return HeldLine(
        id=arrival.id,
        reason=arrival.reason,
        sender=named or (writer.address if writer else arrival.envelope.sender or ""),
        subject=letter.subject if letter else None,
        written_at=letter.date if letter else None,
        received_at=arrival.received_at,
        size=arrival.size,
    )
