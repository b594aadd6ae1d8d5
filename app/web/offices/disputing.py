"""Steps of a dispute: an office says "not ours", the supervision office rules."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response

from app.domain.offices import DisputeGround
from app.services.offices import disputing
from app.services.offices.disputing import Given, Objection
from app.web.desk_forms import Blank, Key, StepForm, chosen
from app.web.desk_steps import ASSIGN, WORK, HandDep

router = APIRouter(prefix="/cases/{number}")


class DisputeForm(StepForm):
    """Why a case is not the office's own, and whose it may be."""

    ground: Annotated[DisputeGround | None, Blank] = None
    words: str = ""
    suggested: Annotated[Key | None, Blank] = None

    @property
    def objection(self) -> Objection:
        """The dispute as services take it.

        Raises:
            InvalidInput: No ground was chosen.
        """
        return Objection(
            ground=chosen(self.ground, field="ground"),
            words=self.words, suggested_id=self.suggested,
        )  # fmt: skip


class RulingForm(StepForm):
    """What is ruled, why, and where the case goes."""

    do: Literal["uphold", "reject"]
    office: Annotated[Key | None, Blank] = None
    remark: str = ""
    despite: bool = False

    @property
    def given(self) -> Given:
        """The ruling as services take it."""
        return Given(
            office_id=self.office or 0, remark=self.remark, despite=self.despite
        )


@router.post("/dispute", dependencies=[WORK])
async def dispute(hand: HandDep, form: Annotated[DisputeForm, Form()]) -> Response:
    """Say that the case is not one's own office's."""
    return await hand.take("dispute", form, lambda session: disputing.dispute(
        session, hand.person, hand.house, hand.number, revision=form.revision,
        objection=form.objection,
        now=hand.now,
    ))  # fmt: skip


@router.post("/rule", dependencies=[ASSIGN])
async def rule(hand: HandDep, form: Annotated[RulingForm, Form()]) -> Response:
    """Rule on the dispute: to another office, or it stays."""
    if form.do == "reject":
        return await hand.take("reject", form, lambda session: disputing.reject(
            session, hand.person, hand.number,
            revision=form.revision, remark=form.remark, now=hand.now,
        ))  # fmt: skip
    return await hand.take("uphold", form, lambda session: disputing.uphold(
        session, hand.person, hand.house, hand.number, revision=form.revision,
        given=form.given,
        now=hand.now,
    ))  # fmt: skip
