"""Templates at the desk: listed, written, seen as a citizen would, put away."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel

from app.domain import permission, places
from app.domain.permission import Duty
from app.domain.places import NAMES, Place
from app.domain.vocabulary import Kind, Language
from app.errors import AppError, NotFound
from app.services import directory
from app.services.answering import awaiting, template_terms, templates
from app.services.answering.template_terms import (
    MOST_POSITION,
    BadTemplate,
    Fault,
    Terms,
)
from app.services.answering.templates import StaleTemplate, TemplateEntry
from app.services.staff import Person
from app.web.answering.drafts import Turning
from app.web.dependencies import NowDep, ReadingDep
from app.web.desk_forms import Blank, Key, whither
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_words import named_section, section_options
from app.web.errors import explained, status_of
from app.web.forms import StaleForm, check_token, key_of, new_token
from app.web.keyset import neighbours_of, parse_turn
from app.web.pages import language_of, premises_of
from app.web.wording import catalogue

router = APIRouter(prefix="/templates")

KeeperDep = Annotated[Person, Depends(on_duty(Duty.TEMPLATES))]


class TemplateQuery(Turning):
    """Which templates an address asks for."""

    q: str = ""
    archived: bool = False

    @property
    def asked(self) -> dict[str, str]:
        """What was asked for, as parts of an address, without the place."""
        asked = {"q": self.q, "archived": "true" if self.archived else ""}
        return {name: value for name, value in asked.items() if value}


class TemplateForm(BaseModel):
    """A template, and what is to be done with it."""

    do: Literal["preview", "save", "archive", "restore"] = "preview"
    version: Key = 0
    token: str = ""
    """By which the form of a new one that is sent twice is known."""

    office: Annotated[Key | None, Blank] = None
    section: str = ""
    """`SLUG/PATH`; empty: for any item."""

    kind: Annotated[Kind | None, Blank] = None
    language: Language = Language.ZH
    title: str = ""
    body: str = ""
    position: str = "100"


@router.get("")
async def show_templates(
    request: Request,
    person: KeeperDep,
    session: ReadingDep,
    query: Annotated[TemplateQuery, Query()],
) -> Response:
    """Show the templates that the person may use."""
    turn = parse_turn(after=query.after, before=query.before, timed=False)
    found = await templates.page(
        session, person, words=query.q, archived=query.archived, turn=turn
    )
    return desk_page(
        request, person, "desk/answering/templates.html",
        query=query,
        rows=[(row, _section(request, row.terms.section_id)) for row in found.rows],
        neighbours=neighbours_of(found, query.asked),
        packaged=[template_terms.packaged(each) for each in Language],
        to_sign=await awaiting.count(session, person),
    )  # fmt: skip


@router.get("/new")
async def show_new(request: Request, person: KeeperDep, now: NowDep) -> Response:
    """Show an empty form, or one with the structure that came with the package."""
    language = Language.EN if request.query_params.get("from") == "en" else Language.ZH
    office = None if _keeps_house(person) else person.office_id
    token = new_token(premises_of(request).house.seal, now=now)
    form = TemplateForm(office=office, language=language, token=token)
    if "from" in request.query_params:
        form.title, form.body = template_terms.packaged(language)
    return await _page(request, person, None, typed=form)


@router.post("/new")
async def add_template(
    request: Request,
    person: KeeperDep,
    form: Annotated[TemplateForm, Form()],
    now: NowDep,
) -> Response:
    """Keep a new template, or show how it looks."""
    try:
        terms = _terms(request, form)
        if form.do == "preview":
            template_terms.checked(terms)
            return await _page(request, person, None, typed=form)
        made_as = _key_of(request, person, form, now=now)
        async with premises_of(request).database.writing() as session:
            await templates.add(session, person, terms, key=made_as, now=now)
    except (BadTemplate, StaleForm) as error:
        if isinstance(error, StaleForm):
            form.token = new_token(premises_of(request).house.seal, now=now)
        return await _page(request, person, None, typed=form, error=error)
    return see(request, "/desk/templates", done="template_saved")


@router.get("/{key}")
async def show_template(request: Request, key: Key, person: KeeperDep) -> Response:
    """Show one template, to be changed."""
    return await _page(request, person, key)


@router.post("/{key}")
async def change_template(
    request: Request,
    key: Key,
    person: KeeperDep,
    form: Annotated[TemplateForm, Form()],
    now: NowDep,
) -> Response:
    """Change a template, put it away or take it out again, or show how it looks."""
    try:
        if form.do == "preview":
            template_terms.checked(_terms(request, form))
            return await _page(request, person, key, typed=form)
        async with premises_of(request).database.writing() as session:
            if form.do == "save":
                terms = _terms(request, form)
                await templates.save(
                    session, person, terms, key=key, version=form.version, now=now
                )
            else:
                await templates.archive(
                    session, person, key,
                    version=form.version, archived=form.do == "archive", now=now,
                )  # fmt: skip
    except (BadTemplate, StaleTemplate) as error:
        return await _page(request, person, key, typed=form, error=error)
    done = {"save": "saved", "archive": "archived", "restore": "restored"}[form.do]
    where = "/desk/templates" if form.do == "save" else f"/desk/templates/{key}"
    return see(request, where, done=f"template_{done}")


def _key_of(
    request: Request, person: Person, form: TemplateForm, *, now: datetime
) -> int | None:
    """Return the key of the template that a form makes; None: it is like no other.

    Raises:
        StaleForm: The form was open for too long.
    """
    seal = premises_of(request).house.seal
    if form.token:
        check_token(seal, form.token, now=now)
    return key_of(seal, form.token, str(person.staff_id), form.model_dump_json())


def _terms(request: Request, form: TemplateForm) -> Terms:
    """Return what was typed.

    Raises:
        BadTemplate: The item that it is for is gone.
    """
    section_id = None
    if form.section:
        slug, path = whither(form.section)
        try:
            notice = premises_of(request).house.shelf.notice(slug)
            section_id = notice.section_id(path or "")
        except NotFound:
            raise BadTemplate([Fault("section", "section_gone")]) from None
    return Terms(
        office_id=form.office, section_id=section_id, kind=form.kind,
        language=form.language, title=form.title, body=form.body,
        position=_number(form.position),
    )  # fmt: skip


def _number(text: str) -> int:
    """Return the number that was typed; less than any that is allowed: it is none."""
    text = text.strip()
    few = len(text) <= len(str(MOST_POSITION))
    return int(text) if few and text.isdecimal() else -1


async def _page(
    request: Request,
    person: Person,
    key: int | None,
    *,
    typed: TemplateForm | None = None,
    error: AppError | None = None,
) -> Response:
    premises = premises_of(request)
    async with premises.database.reading() as session:
        entry = await templates.entry(session, person, key) if key else None
        offices = await directory.offices(session)
    form = typed or _form(request, entry)
    stale = isinstance(error, StaleForm | StaleTemplate)
    if stale and entry is not None:
        form = form.model_copy(update={"version": entry.version})
    notices = premises.house.shelf.notices
    return desk_page(
        request, person, "desk/answering/template.html",
        status=status_of(error) if error else HTTPStatus.OK,
        key=key,
        entry=entry,
        form=form,
        yours=entry is None or entry.yours,
        keeps_house=_keeps_house(person),
        offices=offices,
        notices=notices,
        sections={each.slug: section_options(each) for each in notices},
        kinds=Kind,
        languages=Language,
        places=NAMES,
        faults=_faults(request, error),
        stale_as=error.code if stale and error else None,
        stale=explained(request, error.code, "") if stale and error else None,
        seen=None if isinstance(error, BadTemplate) else sample(form),
    )  # fmt: skip


def _form(request: Request, entry: TemplateEntry | None) -> TemplateForm:
    if entry is None:
        raise NotFound("there is no such template")
    terms = entry.terms
    return TemplateForm(
        version=entry.version, office=terms.office_id,
        section=_section_value(request, terms.section_id), kind=terms.kind,
        language=terms.language, title=terms.title, body=terms.body,
        position=str(terms.position),
    )  # fmt: skip


def sample(form: TemplateForm) -> str:
    """Return the template as a citizen would read it, with examples in its places."""
    words = catalogue(form.language)
    facts = {place: words.text(f"place_sample.{place}") for place in Place}
    return places.fill(form.body, facts)


def _faults(request: Request, error: AppError | None) -> dict[str, Sequence[str]]:
    """Return what is wrong, in words, by field."""
    words = catalogue(language_of(request))
    known = "、".join(
        f"{{{names[language_of(request) is Language.EN]}}}" for names in NAMES.values()
    )
    found: dict[str, list[str]] = {}
    for fault in error.faults if isinstance(error, BadTemplate) else ():
        said = words.text(
            f"template_fault.{fault.code}",
            place=fault.place, nearest=fault.nearest, known=known,
        )  # fmt: skip
        found.setdefault(fault.field, []).append(said)
    return {field: tuple(said) for field, said in found.items()}


def _section(request: Request, section_id: int | None) -> str | None:
    for notice in premises_of(request).house.shelf.notices:
        if section_id in notice.paths:
            return named_section(notice, section_id)
    return None


def _section_value(request: Request, section_id: int | None) -> str:
    for notice in premises_of(request).house.shelf.notices:
        if section_id is not None and section_id in notice.paths:
            return f"{notice.slug}/{notice.paths[section_id]}"
    return ""


def _keeps_house(person: Person) -> bool:
    return permission.may(person.role, Duty.HOUSE_TEMPLATES)
