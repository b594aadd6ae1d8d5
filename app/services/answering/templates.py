"""Templates (答复模板): what an answer begins with; the house's, or an office's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, case, false, literal, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict, NotAllowed, NotFound
from app.models import AnswerTemplate, Case, Office, Opinion
from app.services import audit
from app.services.answering.template_terms import PACKAGED, Terms, checked, packaged
from app.services.paging import FIRST, Page, Turn, cut
from app.services.paging import Place as Row
from app.services.staff import NoSuchOffice, Person

Value = TypeVar("Value")

PAGE: Final = 50
_MOST_OFFERED: Final = 100


class NoSuchTemplate(NotFound):
    """There is no such template, or none that this person may use."""

    code = "no_such_template"


class StaleTemplate(Conflict):
    """Somebody changed the template after the page was opened."""

    code = "stale_template"


class NotYourTemplate(NotAllowed):
    """It belongs to the house, or to another office."""

    code = "not_your_template"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEntry:
    """A template as one line of the list, and whole."""

    id: int
    terms: Terms
    office: str | None
    used: int
    version: int
    archived: bool
    yours: bool
    """Whether the person may change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A template that fits a case."""

    id: int
    title: str
    fits: bool
    """Whether it was written for the case's item or kind."""


async def offered(
    session: AsyncSession, person: Person, opened: Case, opinion: Opinion
) -> list[Offered]:
    """Return the templates for the case in its citizen's language, the fitting first.

    The structure that came with the package is the last.
    """
    meant = (
        (AnswerTemplate.section_id, opened.section_id),
        (AnswerTemplate.kind, opened.kind),
    )
    fits = or_(false(), *(column == it for column, it in meant if it is not None))
    rows = await session.execute(
        select(AnswerTemplate.id, AnswerTemplate.title, fits.label("fits"))
        .where(
            AnswerTemplate.archived_at.is_(None),
            AnswerTemplate.language == opinion.language,
            _usable(person, opened),
            _any_or(AnswerTemplate.section_id, opened.section_id),
            _any_or(AnswerTemplate.kind, opened.kind),
        )
        .order_by(case((fits, 0), else_=1), AnswerTemplate.position, AnswerTemplate.id)
        .limit(_MOST_OFFERED)
    )
    found = [Offered(id=key, title=title, fits=bool(fits)) for key, title, fits in rows]
    title, _ = packaged(opinion.language)
    return [*found, Offered(id=PACKAGED, title=title, fits=False)]


async def page(
    session: AsyncSession,
    person: Person,
    *,
    words: str = "",
    archived: bool = False,
    turn: Turn = FIRST,
) -> Page[TemplateEntry]:
    """Return one page of the templates that the person may see, in their order."""
    permission.check(person.role, Duty.TEMPLATES)
    order = (AnswerTemplate.position, AnswerTemplate.id)
    statement = (
        select(AnswerTemplate, Office.name)
        .outerjoin(Office, Office.id == AnswerTemplate.office_id)
        .where(_visible(person))
        .where(
            AnswerTemplate.archived_at.is_not(None)
            if archived
            else AnswerTemplate.archived_at.is_(None)
        )
        .order_by(*(each.desc() if turn.backwards else each for each in order))
        .limit(PAGE + 1)
    )
    if words.strip():
        said = words.strip()
        statement = statement.where(
            or_(
                AnswerTemplate.title.icontains(said, autoescape=True),
                AnswerTemplate.body.icontains(said, autoescape=True),
            )
        )
    if turn.place is not None:
        here = tuple_(*order)
        at = await _position(session, turn.place.key)
        there = tuple_(literal(at), literal(turn.place.key))
        statement = statement.where(here < there if turn.backwards else here > there)
    rows = await session.execute(statement)
    entries = [_entry(person, row, office) for row, office in rows]
    return cut(entries, most=PAGE, turn=turn, place=lambda line: Row(key=line.id))


async def entry(session: AsyncSession, person: Person, key: int) -> TemplateEntry:
    """Return one template.

    Raises:
        NoSuchTemplate: There is none, or it is another office's.
    """
    permission.check(person.role, Duty.TEMPLATES)
    found = (
        await session.execute(
            select(AnswerTemplate, Office.name)
            .outerjoin(Office, Office.id == AnswerTemplate.office_id)
            .where(AnswerTemplate.id == key, _visible(person))
        )
    ).first()
    if found is None:
        raise NoSuchTemplate("there is no such template")
    return _entry(person, *found)


async def save(
    session: AsyncSession,
    person: Person,
    terms: Terms,
    *,
    key: int | None,
    version: int = 0,
    now: datetime,
) -> int:
    """Keep a template, a new one if there is no ``key``; return its key.

    Raises:
        BadTemplate: Something is missing, too long, or asks for what nobody can fill.
        NotYourTemplate: It is, or would be, the house's or another office's.
        NoSuchOffice: There is no office of that key.
        NoSuchTemplate: There is none of that key.
        StaleTemplate: Somebody was faster.
    """
    terms = checked(terms)
    _check_owner(person, terms.office_id)
    if terms.office_id and await session.get(Office, terms.office_id) is None:
        raise NoSuchOffice("there is no such office")
    if key is None:
        row = AnswerTemplate(used=0, version=1)
        session.add(row)
    else:
        row = await _held(session, person, key, version)
    for name in ("office_id", "section_id", "kind", "language", "title", "body",
                 "position"):  # fmt: skip
        setattr(row, name, getattr(terms, name))
    return await _put_down(session, person, row, "saved", now=now)


async def archive(
    session: AsyncSession,
    person: Person,
    key: int,
    *,
    version: int,
    archived: bool,
    now: datetime,
) -> None:
    """Offer a template no more, or again; nothing is lost by it.

    Raises:
        AppError: See `save`.
    """
    row = await _held(session, person, key, version)
    row.archived_at = now if archived else None
    await _put_down(
        session, person, row, "archived" if archived else "restored", now=now
    )


def may_own(person: Person, office_id: int | None) -> bool:
    """Return whether ``person`` may change templates of that office, or the house."""
    if permission.may(person.role, Duty.HOUSE_TEMPLATES):
        return True
    return office_id == person.office_id and permission.may(person.role, Duty.TEMPLATES)


def _check_owner(person: Person, office_id: int | None) -> None:
    if not may_own(person, office_id):
        raise NotYourTemplate("it belongs to the house, or to another office")


async def _held(
    session: AsyncSession, person: Person, key: int, version: int
) -> AnswerTemplate:
    row = await session.scalar(
        select(AnswerTemplate)
        .where(AnswerTemplate.id == key, _visible(person))
        .with_for_update()
    )
    if row is None:
        raise NoSuchTemplate("there is no such template")
    _check_owner(person, row.office_id)
    if row.version != version:
        raise StaleTemplate(f"the template is at version {row.version}")
    row.version += 1
    return row


async def _put_down(
    session: AsyncSession, person: Person, row: AnswerTemplate, deed: str, *,
    now: datetime,
) -> int:  # fmt: skip
    row.staff_id, row.changed_at = person.staff_id, now
    await session.flush()
    audit.record(
        session, Action.TEMPLATE_CHANGED, at=now, staff_id=person.staff_id,
        template_id=row.id, deed=deed,
    )  # fmt: skip
    return row.id


async def _position(session: AsyncSession, key: int) -> int:
    """Return where a template stands; one that is gone stands at the beginning."""
    found = await session.scalar(
        select(AnswerTemplate.position).where(AnswerTemplate.id == key)
    )
    return 0 if found is None else found


def _visible(person: Person) -> ColumnElement[bool]:
    if permission.sees_all_offices(person.role):
        return true()
    return _any_or(AnswerTemplate.office_id, person.office_id)


def _usable(person: Person, opened: Case) -> ColumnElement[bool]:
    """Return the condition for those of the house, the case's office and one's own."""
    offices = {opened.office_id, person.office_id}
    return or_(
        AnswerTemplate.office_id.is_(None), AnswerTemplate.office_id.in_(offices)
    )


def _any_or(column: InstrumentedAttribute[Value], value: Value) -> ColumnElement[bool]:
    return column.is_(None) if value is None else or_(column.is_(None), column == value)


def _entry(person: Person, row: AnswerTemplate, office: str | None) -> TemplateEntry:
    return TemplateEntry(
        id=row.id,
        terms=Terms(
            office_id=row.office_id,
            section_id=row.section_id,
            kind=row.kind,
            language=row.language,
            title=row.title,
            body=row.body,
            position=row.position,
        ),
        office=office,
        used=row.used,
        version=row.version,
        archived=row.archived_at is not None,
        yours=may_own(person, row.office_id),
    )
