"""Steps of routing on a case: sent by the table, and who else is asked."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import Field

from app.services import co_offices, routing
from app.web.desk_forms import Blank, Key, StepForm, chosen
from app.web.desk_steps import ASSIGN, HandDep

router = APIRouter(prefix="/cases/{number}")


class OfficeForm(StepForm):
    """An office, and whether it is known that the text complains of it."""

    office: Annotated[Key | None, Blank] = None
    despite: bool = False

    @property
    def chosen(self) -> int:
        """The key of the office.

        Raises:
            InvalidInput: None was chosen.
        """
        return chosen(self.office, field="office")


class RouteForm(StepForm):
    """The office that the page offered, and of whom it is known to complain."""

    office: Key
    despite: Annotated[list[Key], Field(default_factory=list, max_length=100)]


@router.post("/route", dependencies=[ASSIGN])
async def route(hand: HandDep, form: Annotated[RouteForm, Form()]) -> Response:
    """Send the case where the table would have it."""
    return await hand.take("route", form, lambda session: routing.send(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, office_id=form.office, despite=form.despite,
        now=hand.now,
    ))  # fmt: skip


@router.post("/co-office", dependencies=[ASSIGN])
async def add_co_office(hand: HandDep, form: Annotated[OfficeForm, Form()]) -> Response:
    """Ask an office what it thinks of the case."""
    return await hand.take("co_office", form, lambda session: co_offices.add(
        session, hand.person, hand.number, revision=form.revision,
        office_id=form.chosen, despite=form.despite, now=hand.now,
    ))  # fmt: skip


@router.post("/co-office/remove", dependencies=[ASSIGN])
async def remove_co_office(
    hand: HandDep, form: Annotated[OfficeForm, Form()]
) -> Response:
    """Ask an office no more."""
    return await hand.take("co_office_removed", form, lambda session: co_offices.remove(
        session, hand.person, hand.number,
        revision=form.revision, office_id=form.chosen, now=hand.now,
    ))  # fmt: skip
