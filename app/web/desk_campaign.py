"""Campaigns at the desk: what says the same, joined into one case and taken apart."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.permission import Duty
from app.errors import AppError, Conflict, InvalidInput
from app.services import campaigns, dismissals, partings, unions
from app.services.accused import ComplainsOfThem
from app.services.cases import NoSuchCase
from app.services.like_cases import MOST_COUNTED
from app.services.staff import Person
from app.web.desk_forms import Key, StepForm
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_steps import WORK, HandDep
from app.web.errors import explained, status_of
from app.web.keyset import neighbours_of, parse_turn
from app.web.pages import premises_of

router = APIRouter(prefix="/cases/{number}")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ))]
JOIN = Depends(on_duty(Duty.JOIN))


class CampaignQuery(BaseModel):
    """What an address asks of a campaign."""

    waiting: bool = False
    after: str = ""
    before: str = ""
    left: Annotated[int, Field(ge=0, le=unions.MOST_JOINED)] = 0
    """Cases that were just left out, for complaining of whom they would come to."""


class JoinOneForm(StepForm):
    """The case that is joined; none: all that say the same."""

    other: str = ""
    despite: bool = False
    """Whether it is known that it complains of whom it comes to."""


class JoinIntoForm(StepForm):
    """The case that this one is joined into; the revision is that one's."""

    into: str
    despite: bool = False


class TakeBackForm(StepForm):
    """The step that is taken back."""

    act: Key


@router.get("/campaign")
async def show_campaign(
    request: Request,
    number: str,
    person: ReaderDep,
    query: Annotated[CampaignQuery, Query()],
) -> Response:
    """Show who shares a case, or might, and what each wrote."""
    return await _page(request, person, number, query)


@router.post("/join", dependencies=[JOIN])
async def join(hand: HandDep, form: Annotated[JoinOneForm, Form()]) -> Response:
    """Join one case into this one, or all that say the same."""
    other = form.other.strip() or None
    return await _take(
        hand, "united", lambda session: unions.join(
            session, hand.person, hand.house, hand.number,
            revision=form.revision, other=other, despite=form.despite, now=hand.now,
        ), other=other,
    )  # fmt: skip


@router.post("/take-back", dependencies=[JOIN])
async def take_back(hand: HandDep, form: Annotated[TakeBackForm, Form()]) -> Response:
    """Take a whole step of joining back."""
    return await _take(
        hand, "separated", lambda session: partings.separate(
            session, hand.person, hand.number,
            revision=form.revision, act_id=form.act, now=hand.now,
        )
    )  # fmt: skip


@router.post("/join-into", dependencies=[JOIN])
async def join_into(hand: HandDep, form: Annotated[JoinIntoForm, Form()]) -> Response:
    """Join this case into another."""
    return await hand.take("united", form, lambda session: unions.join(
        session, hand.person, hand.house, form.into,
        revision=form.revision, other=hand.number, despite=form.despite, now=hand.now,
    ))  # fmt: skip


@router.post("/separate", dependencies=[JOIN])
async def separate(hand: HandDep, form: Annotated[StepForm, Form()]) -> Response:
    """Let a joined case stand for itself again."""
    return await hand.take("separated", form, lambda session: partings.separate(
        session, hand.person, hand.number, revision=form.revision, now=hand.now,
    ))  # fmt: skip


@router.post("/apart", dependencies=[WORK])
async def leave_apart(hand: HandDep) -> Response:
    """Note that the case does not belong with those that say the same."""
    async with premises_of(hand.request).database.writing() as session:
        await dismissals.dismiss(session, hand.person, hand.number, now=hand.now)
    return see(hand.request, f"/desk/cases/{hand.number}", done="left_apart")


@router.post("/suggest-again", dependencies=[WORK])
async def suggest_again(hand: HandDep) -> Response:
    """Take back that the case does not belong with those that say the same."""
    async with premises_of(hand.request).database.writing() as session:
        await dismissals.suggest_again(session, hand.person, hand.number, now=hand.now)
    return see(hand.request, f"/desk/cases/{hand.number}", done="suggested_again")


async def _take(
    hand: HandDep,
    name: str,
    step: Callable[[AsyncSession], Awaitable[object]],
    *,
    other: str | None = None,
) -> Response:
    """Take a step with a campaign, and show what it came to on its page."""
    try:
        async with premises_of(hand.request).database.writing() as session:
            came_to = await step(session)
    except (Conflict, InvalidInput, NoSuchCase) as error:
        query = CampaignQuery(waiting=name == "united")
        return await _page(
            hand.request, hand.person, hand.number, query, error=error, other=other
        )
    premises_of(hand.request).outbox_waiting.set()
    more = {}
    if isinstance(came_to, unions.United) and came_to.left:
        more = {"waiting": "true", "left": str(came_to.left)}
    return see(hand.request, f"/desk/cases/{hand.number}/campaign", done=name, **more)


async def _page(
    request: Request,
    person: Person,
    number: str,
    query: CampaignQuery,
    *,
    error: AppError | None = None,
    other: str | None = None,
) -> Response:
    turn = parse_turn(after=query.after, before=query.before, timed=False)
    async with premises_of(request).database.reading() as session:
        campaign = await campaigns.read(
            session, person, number, waiting=query.waiting, turn=turn
        )
    campaign = await asyncio.to_thread(campaigns.compared, campaign)
    return desk_page(
        request, person, "desk/campaign.html",
        status=status_of(error) if error else HTTPStatus.OK,
        number=number,
        campaign=campaign,
        most=MOST_COUNTED,
        most_joined=unions.MOST_JOINED,
        wrong=explained(request, error.code, str(error)) if error else None,
        code=error.code if error else None,
        other=other,
        left=query.left,
        complained=error.complained if isinstance(error, ComplainsOfThem) else None,
        neighbours=neighbours_of(
            campaign.page, {"waiting": "true"} if query.waiting else {}
        ),
    )  # fmt: skip
