"""Approvals at the desk: what a colleague wrote is read, then signed or sent back."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel

from app.domain.differences import differences
from app.domain.permission import Duty
from app.domain.vocabulary import Language, MailPurpose
from app.errors import AppError, Conflict, InvalidInput
from app.mail.wordings import Wording, filled
from app.services import directory, dossiers
from app.services.answering import awaiting, countersigning
from app.services.answering.countersigning import AnswerDecided
from app.services.cases import StaleCase
from app.services.dossiers import Dossier
from app.services.house import House
from app.services.staff import Person
from app.web.answering.drafts import Turning
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_finding import find
from app.web.desk_forms import AnswerForm, Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import PersonDep, on_duty
from app.web.errors import explained, status_of
from app.web.keyset import neighbours_of, parse_turn
from app.web.pages import premises_of

router = APIRouter()

SignerDep = Annotated[Person, Depends(on_duty(Duty.SIGN))]
WriterDep = Annotated[Person, Depends(on_duty(Duty.WORK))]
AdministratorDep = Annotated[Person, Depends(on_duty(Duty.COUNTERSIGNING))]


class ApprovalForm(AnswerForm):
    """What an approver decides."""

    do: Literal["sign", "preview", "send_back"] = "preview"
    remark: str = ""


class SwitchForm(BaseModel):
    """Whether an office wants a second signature."""

    office: Key
    wanted: bool = False


@router.get("/approvals")
async def show_approvals(
    request: Request,
    person: SignerDep,
    session: ReadingDep,
    query: Annotated[Turning, Query()],
) -> Response:
    """Show what waits for a signature of the person's."""
    turn = parse_turn(after=query.after, before=query.before, timed=False)
    found = await awaiting.page(session, person, turn=turn)
    return desk_page(
        request, person, "desk/answering/approvals.html",
        rows=found.rows,
        neighbours=neighbours_of(found, {}),
        to_sign=await awaiting.count(session, person),
    )  # fmt: skip


@router.get("/approvals/{key}")
async def show_approval(request: Request, key: Key, person: SignerDep) -> Response:
    """Show an answer as the citizen will get it, and the case that it is for."""
    return await _page(request, person, key)


@router.post("/approvals/{key}")
async def decide(
    request: Request,
    key: Key,
    person: SignerDep,
    form: Annotated[ApprovalForm, Form()],
    now: NowDep,
) -> Response:
    """Sign an answer, which sends it, or give it back with a remark."""
    if form.do == "preview":
        return await _page(request, person, key, typed=form)
    premises = premises_of(request)
    case = (person, premises.house, key)
    try:
        async with premises.database.writing() as session:
            if form.do == "sign":
                await countersigning.sign(session, *case, form.written, now=now)
            else:
                await countersigning.send_back(
                    session, *case,
                    revision=form.revision, remark=form.remark, now=now,
                )  # fmt: skip
    except (Conflict, InvalidInput) as error:
        return await _page(request, person, key, typed=form, error=error)
    premises.outbox_waiting.set()
    done = "answer_signed" if form.do == "sign" else "answer_sent_back"
    return see(request, "/desk/approvals", done=done)


@router.post("/approvals/{key}/take-back")
async def take_back(
    request: Request, key: Key, person: WriterDep, now: NowDep
) -> Response:
    """Take back what one submitted oneself."""
    premises = premises_of(request)
    async with premises.database.writing() as session:
        number = await countersigning.take_back(
            session, person, premises.house, key, now=now
        )
    return see(request, f"/desk/cases/{number}", done="answer_taken_back")


@router.get("/countersigning")
async def show_switches(
    request: Request, person: AdministratorDep, session: ReadingDep
) -> Response:
    """Show which offices want a second signature."""
    return desk_page(
        request, person, "desk/answering/countersigning.html",
        offices=await directory.offices(session),
        wanted=await awaiting.countersigned(session),
    )  # fmt: skip


@router.post("/countersigning")
async def switch(
    request: Request,
    person: AdministratorDep,
    form: Annotated[SwitchForm, Form()],
    now: NowDep,
) -> Response:
    """Let an office have a second signature, or no more."""
    async with premises_of(request).database.writing() as session:
        await countersigning.switch(
            session, person, form.office, wanted=form.wanted, now=now
        )
    done = "countersigning_on" if form.wanted else "countersigning_off"
    return see(request, "/desk/countersigning", done=done)


async def _page(
    request: Request,
    person: PersonDep,
    key: int,
    *,
    typed: ApprovalForm | None = None,
    error: AppError | None = None,
) -> Response:
    premises = premises_of(request)
    async with premises.database.reading() as session:
        found = await awaiting.read(session, person, key)
        dossier = await dossiers.read(session, person, found.number)
    decided = found.row.verdict is not None
    if decided and isinstance(error, StaleCase):
        # Sending it once more would be of no use, which that asks for.
        error = AnswerDecided("somebody decided on it before")
    typed_text = typed.text if typed and typed.text.strip() else ""
    text = found.row.text if decided else typed_text or found.row.text
    final = found.row.approved_text
    shown = final if final is not None else text
    return desk_page(
        request, person, "desk/answering/approval.html",
        status=status_of(error) if error else HTTPStatus.OK,
        found=found,
        number=found.number,
        dossier=dossier,
        finding=find(premises.house, dossier),
        text=text,
        shown=shown,
        letter=_letter(premises.house, dossier, shown),
        remark=typed.remark if typed else "",
        # There is no form any more in which it could stand.
        adrift=(typed.remark or typed_text) if typed and decided else "",
        changes=differences(found.row.text, shown) if shown != found.row.text else (),
        own=found.row.staff_id == person.staff_id,
        wrong=explained(request, error.code, str(error)) if error else None,
        field=getattr(error, "field", None),
        unfilled=getattr(error, "places", []),
        code=error.code if error else None,
    )  # fmt: skip


def _letter(house: House, dossier: Dossier, text: str) -> Wording | None:
    """Return the letter that brings the answer; None: no mail goes to the citizen."""
    if not dossier.may_mail:
        return None
    language = dossier.opinion.language
    prefix = "" if language is Language.ZH else f"/{language}"
    return filled(
        house.wordings.of(MailPurpose.ANSWER, language),
        {
            "notice_title": dossier.notice.title,
            "receipt_number": dossier.opinion.receipt_number,
            "track_url": f"{house.settings.base_url}{prefix}/track",
            "office": dossier.office,
            "answer": text,
        },
    )
