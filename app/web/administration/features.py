"""Features at the desk: what is offered, and what turning it off does."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.features import Feature
from app.domain.permission import Duty
from app.services.administration import switches
from app.services.staff import Person
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.pages import premises_of

router = APIRouter(prefix="/features")

KeeperDep = Annotated[Person, Depends(on_duty(Duty.FEATURES))]


class FeaturesForm(BaseModel):
    """What is offered, and what the page showed as offered."""

    on: list[Feature] = []
    was: list[Feature] = []
    shown: bool = False


@router.get("")
async def show_features(
    request: Request, person: KeeperDep, session: ReadingDep
) -> Response:
    """Show what can be turned off, and what is."""
    return desk_page(
        request, person, "desk/administration/features.html",
        features=list(Feature),
        off=await switches.turned_off(session, person),
    )  # fmt: skip


@router.post("")
async def switch(
    request: Request,
    form: Annotated[FeaturesForm, Form()],
    person: KeeperDep,
    now: NowDep,
) -> Response:
    """Offer what is ticked, and nothing else."""
    premises = premises_of(request)
    async with premises.database.writing() as session:
        seen = form.was if form.shown else None
        await switches.switch(session, person, form.on, seen=seen, now=now)
    premises.house.shelf.expire()
    return see(request, "/desk/features", done="features")
