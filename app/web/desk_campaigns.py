"""What came more than once lately, and whether the same text joins by itself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.services import joining_rule, like_texts
from app.services.staff import Person
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.pages import premises_of

router = APIRouter(prefix="/campaigns")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ))]
RulerDep = Annotated[Person, Depends(on_duty(Duty.JOINING_RULE))]


class RuleForm(BaseModel):
    """Whether the rule is in force."""

    in_force: bool = False


@router.get("")
async def show_campaigns(
    request: Request, person: ReaderDep, session: ReadingDep
) -> Response:
    """Show what came more than once lately, and whether it joins by itself."""
    return desk_page(
        request, person, "desk/campaigns.html",
        lines=await like_texts.lately(session, person),
        in_force=await joining_rule.in_force(session),
    )  # fmt: skip


@router.post("/rule")
async def put_rule(
    request: Request, person: RulerDep, form: Annotated[RuleForm, Form()], now: NowDep
) -> Response:
    """Let the same text join its case by itself, or no more."""
    async with premises_of(request).database.writing() as session:
        await joining_rule.put(session, person, in_force=form.in_force, now=now)
    return see(request, "/desk/campaigns", done="joining_rule")
