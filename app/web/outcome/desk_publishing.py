"""Publishing at the desk: an answer worded for the public, looked at, let out."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response

from app.domain.permission import Duty
from app.domain.publication import (
    MOST_SUMMARY,
    MOST_TITLE,
    BadWording,
    Wording,
    check,
)
from app.errors import AppError, Conflict
from app.services.publishing import manuscripts, publications
from app.services.publishing.manuscripts import Manuscript
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_forms import StepForm
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.forms import Wrong
from app.web.outcome.items import item_of
from app.web.pages import language_of, premises_of
from app.web.wording import catalogue

router = APIRouter(prefix="/cases/{number}/publish")

PublisherDep = Annotated[Person, Depends(on_duty(Duty.PUBLISH))]


class PublishForm(StepForm):
    """What the public is to read, and what is to be done about it."""

    seen: int = 0
    title: str = ""
    summary: str = ""
    question: str = ""
    answer: str = ""
    do: Literal["preview", "publish", "unpublish"] = "preview"

    @property
    def wording(self) -> Wording:
        """What is to be said."""
        return Wording(
            title=self.title, summary=self.summary,
            question=self.question, answer=self.answer,
        ).cleaned()  # fmt: skip


@router.get("")
async def show_manuscript(
    request: Request, number: str, person: PublisherDep
) -> Response:
    """Show what can be published of a case."""
    return await _page(request, person, number)


@router.post("")
async def work_on_manuscript(
    request: Request,
    number: str,
    form: Annotated[PublishForm, Form()],
    person: PublisherDep,
    now: NowDep,
) -> Response:
    """Show how it would look, publish it, or take it down."""
    if form.do == "preview":
        return await _page(request, person, number, typed=form)
    try:
        async with premises_of(request).database.writing() as session:
            if form.do == "unpublish":
                await publications.unpublish(
                    session, person, number,
                    revision=form.revision, seen=form.seen, now=now,
                )  # fmt: skip
            else:
                house = premises_of(request).house
                await publications.publish(
                    session, person, house, number, form.wording,
                    revision=form.revision, seen=form.seen, now=now,
                )  # fmt: skip
    except (Conflict, BadWording) as error:
        return await _page(request, person, number, typed=form, error=error)
    return see(request, f"/desk/cases/{number}/publish", done=form.do)


async def _page(
    request: Request,
    person: Person,
    number: str,
    *,
    typed: PublishForm | None = None,
    error: AppError | None = None,
) -> Response:
    """Return the page, with what was typed, how it looks and what is wrong with it."""
    premises = premises_of(request)
    async with premises.database.reading() as session:
        paper = await manuscripts.manuscript(session, person, premises.house, number)
    wording = typed.wording if typed else paper.wording
    if typed is not None and error is None:
        error = _fault(paper, wording)
    wrong = _wrong(request, error)
    conflict = error is not None and not isinstance(error, BadWording)
    return desk_page(
        request, person, "outcome/publish.html",
        status=status_of(error) if error else HTTPStatus.OK,
        number=number,
        paper=paper,
        wording=wording,
        item=item_of(
            premises.house.shelf, paper.case.notice_id, paper.case.section_id
        ),
        previewed=typed is not None and error is None,
        wrong=wrong,
        wrong_by_field={each.field: each.words for each in reversed(wrong)},
        conflict=explained(request, error.code, str(error))
        if error and conflict else None,
        most_title=MOST_TITLE,
        most_summary=MOST_SUMMARY,
    )  # fmt: skip


def _fault(paper: Manuscript, wording: Wording) -> BadWording | None:
    """Return what keeps ``wording`` from being published; None: nothing does."""
    said = f"{paper.opinion.subject}\n{paper.opinion.text}"
    try:
        check(wording, may_quote=paper.may_quote, opinion=said)
    except BadWording as bad:
        return bad
    return None


def _wrong(request: Request, error: AppError | None) -> list[Wrong]:
    words = catalogue(language_of(request))
    faults = error.faults if isinstance(error, BadWording) else {}
    return [
        Wrong(field=field, words=words.text(f"publish.wrong_{field}_{code}"))
        for field, code in faults.items()
    ]
