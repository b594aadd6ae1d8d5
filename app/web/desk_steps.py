"""Steps: what somebody at the desk does with a case, each with one form.

A form carries the revision of the page that it stood on. A step that is refused shows
the case as it now is, with what was typed kept, and has changed nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.answering import DraftPart
from app.domain.permission import Duty
from app.domain.vocabulary import Kind
from app.errors import Conflict, InvalidInput
from app.services import cases, disclosure, disowning, provenance, replies, triage
from app.services.answering import drafts, leaving
from app.services.cases import NoSuchCase, StaleCase
from app.services.house import House
from app.services.queue import assigning
from app.services.staff import NoSuchOffice, Person
from app.web.answering.collision import COMPARED, collision_page
from app.web.answering.onward import answered
from app.web.dependencies import NowDep
from app.web.desk_case import case_page
from app.web.desk_forms import (
    AnswerForm,
    AssignForm,
    CloseForm,
    ContactForm,
    KindForm,
    ReasonForm,
    SectionForm,
    StepForm,
    TextForm,
    chosen,
)
from app.web.desk_pages import see
from app.web.desk_person import PersonDep, on_duty
from app.web.desk_upset import Upset
from app.web.pages import premises_of

router = APIRouter(prefix="/cases/{number}")

WORK = Depends(on_duty(Duty.WORK))
ASSIGN = Depends(on_duty(Duty.ASSIGN))
REOPEN = Depends(on_duty(Duty.REOPEN))
REINSTATE = Depends(on_duty(Duty.REINSTATE))
CONTACT = Depends(on_duty(Duty.READ_CONTACT))


Onward = Callable[[Request, Person, str, datetime, object], Awaitable[Response]]
"""Leads on from a case, by what a step came to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody's hand on a case: who, which case, when."""

    request: Request
    number: str
    person: Person
    now: datetime

    @property
    def house(self) -> House:
        """What services need beside their session."""
        return premises_of(self.request).house

    async def take(
        self,
        name: str,
        form: StepForm,
        step: Callable[[AsyncSession], Awaitable[object]],
        *,
        onward: Onward | None = None,
    ) -> Response:
        """Take a step in a transaction of its own, and show what it came to.

        ``onward`` says where it goes on; without it, at the case itself.
        """
        try:
            async with premises_of(self.request).database.writing() as session:
                came_to = await step(session)
                if name in set(DraftPart):
                    await drafts.forget(
                        session, self.person, self.number, DraftPart(name)
                    )
        except (Conflict, InvalidInput, NoSuchOffice) as error:
            if isinstance(error, StaleCase) and name in COMPARED:
                return await collision_page(
                    self.request, self.person, self.number,
                    step=name, form=form, error=error,
                )  # fmt: skip
            typed = form.model_dump(mode="json", exclude={"revision", "seen"})
            upset = Upset(step=name, error=error, typed=typed)
            return await case_page(self.request, self.person, self.number, upset=upset)
        if onward is not None:
            return await onward(
                self.request, self.person, self.number, self.now, came_to
            )
        where = "/desk"
        if name != "return":
            where = await self._onward(came_to if isinstance(came_to, str) else None)
        return see(self.request, where, done=name)

    async def _onward(self, number: str | None) -> str:
        """Return where to go on: to a case, unless the person sees it no more."""
        number = number or self.number
        async with premises_of(self.request).database.reading() as session:
            try:
                await cases.find(session, self.person, number)
            except NoSuchCase:
                return "/desk"
        return f"/desk/cases/{number}"


async def _hand(request: Request, number: str, person: PersonDep, now: NowDep) -> Hand:
    return Hand(request=request, number=number, person=person, now=now)


HandDep = Annotated[Hand, Depends(_hand)]


@router.post("/classify", dependencies=[WORK])
async def classify(hand: HandDep, form: Annotated[SectionForm, Form()]) -> Response:
    """Decide what the case is about."""
    return await hand.take("classify", form, lambda session: triage.classify(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, section=form.path, now=hand.now,
    ))  # fmt: skip


@router.post("/kind", dependencies=[WORK])
async def set_kind(hand: HandDep, form: Annotated[KindForm, Form()]) -> Response:
    """Decide what the opinion wants."""
    name = "report" if form.kind is Kind.REPORT else "kind"
    return await hand.take(name, form, lambda session: triage.set_kind(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, kind=chosen(form.kind, field="kind"), now=hand.now,
    ))  # fmt: skip


@router.post("/assign", dependencies=[ASSIGN])
async def assign(hand: HandDep, form: Annotated[AssignForm, Form()]) -> Response:
    """Put the case into an office's queue or a person's hands."""
    office_id = form.by_load
    if office_id is not None:
        return await hand.take("assign", form, lambda session: _by_load(
            session, hand, revision=form.revision, office_id=office_id
        ))  # fmt: skip
    return await hand.take("assign", form, lambda session: triage.assign(
        session, hand.person, hand.number,
        revision=form.revision, despite=form.despite, now=hand.now, **form.keys,
    ))  # fmt: skip


async def _by_load(
    session: AsyncSession, hand: Hand, *, revision: int, office_id: int
) -> None:
    await assigning.assign_by_load(
        session, hand.person, hand.number, revision=revision, office_id=office_id,
        now=hand.now,
    )  # fmt: skip


@router.post("/return", dependencies=[WORK])
async def return_case(hand: HandDep, form: Annotated[ReasonForm, Form()]) -> Response:
    """Give the case back to the supervision office."""
    return await hand.take("return", form, lambda session: triage.return_case(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, reason=form.reason, now=hand.now,
    ))  # fmt: skip


@router.post("/note", dependencies=[WORK])
async def note(hand: HandDep, form: Annotated[TextForm, Form()]) -> Response:
    """Write something that the citizen never receives."""
    return await hand.take("note", form, lambda session: triage.note(
        session, hand.person, hand.number,
        revision=form.revision, text=form.text, now=hand.now,
    ))  # fmt: skip


@router.post("/read", dependencies=[WORK])
async def mark_read(hand: HandDep, form: Annotated[StepForm, Form()]) -> Response:
    """Note that what the citizen added was read."""
    return await hand.take("read", form, lambda session: triage.mark_read(
        session, hand.person, hand.number, revision=form.revision, now=hand.now,
    ))  # fmt: skip


@router.post("/answer", dependencies=[WORK])
async def answer(hand: HandDep, form: Annotated[AnswerForm, Form()]) -> Response:
    """Answer the citizen, on one matter or on several together; end it if so chosen."""
    response = await hand.take("answer", form, lambda session: leaving.send(
        session, hand.person, hand.house, hand.number, form.written, now=hand.now,
    ), onward=answered)  # fmt: skip
    premises_of(hand.request).outbox_waiting.set()
    return response


@router.post("/ask", dependencies=[WORK])
async def ask(hand: HandDep, form: Annotated[TextForm, Form()]) -> Response:
    """Ask the citizen for more."""
    response = await hand.take("ask", form, lambda session: replies.ask(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, text=form.text, now=hand.now,
    ))  # fmt: skip
    premises_of(hand.request).outbox_waiting.set()
    return response


@router.post("/close", dependencies=[WORK])
async def close(hand: HandDep, form: Annotated[CloseForm, Form()]) -> Response:
    """End the procedure."""
    response = await hand.take("close", form, lambda session: replies.close(
        session, hand.person, hand.house, hand.number,
        revision=form.revision,
        disposition=chosen(form.disposition, field="disposition"), tell=form.tell,
        now=hand.now,
    ))  # fmt: skip
    premises_of(hand.request).outbox_waiting.set()
    return response


@router.post("/reopen", dependencies=[REOPEN])
async def reopen(hand: HandDep, form: Annotated[ReasonForm, Form()]) -> Response:
    """Begin again."""
    return await hand.take("reopen", form, lambda session: replies.reopen(
        session, hand.person, hand.house, hand.number,
        revision=form.revision, reason=form.reason, now=hand.now,
    ))  # fmt: skip


@router.post("/reinstate", dependencies=[REINSTATE])
async def reinstate(hand: HandDep, form: Annotated[ReasonForm, Form()]) -> Response:
    """Let a disowned opinion count again."""
    return await hand.take("reinstate", form, lambda session: disowning.reinstate(
        session, hand.person, hand.number,
        revision=form.revision, reason=form.reason, now=hand.now,
    ))  # fmt: skip


@router.post("/suggestion", dependencies=[WORK])
async def settle_suggestion(hand: HandDep) -> Response:
    """Note that what the case may belong to has been looked at."""
    async with premises_of(hand.request).database.writing() as session:
        await provenance.settle(session, hand.person, hand.number, now=hand.now)
    return see(hand.request, f"/desk/cases/{hand.number}")


@router.post("/contact", dependencies=[CONTACT])
async def show_contact(hand: HandDep, form: Annotated[ContactForm, Form()]) -> Response:
    """Show how to reach the citizen, once it is noted who looks and why."""
    try:
        async with premises_of(hand.request).database.writing() as session:
            contact = await disclosure.contact(
                session, hand.person, hand.house, hand.number,
                ground=chosen(form.ground, field="ground"), why=form.why,
                now=hand.now,
            )  # fmt: skip
    except InvalidInput as error:
        upset = Upset(step="contact", error=error, typed=form.model_dump(mode="json"))
        return await case_page(hand.request, hand.person, hand.number, upset=upset)
    return await case_page(hand.request, hand.person, hand.number, contact=contact)
