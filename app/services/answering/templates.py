"""Templates (答复模板): what an answer begins with; the house's, or an office's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, literal, or_, select, true, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.domain import permission
from app.domain.answering import TemplateDeed
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict, NotAllowed, NotFound
from app.keys import new_key
from app.models import AnswerTemplate, Office
from app.services import audit
from app.services.answering.template_terms import Terms, checked
from app.services.paging import FIRST, Page, Turn, cut
from app.services.paging import Place as Row
from app.services.staff import NoSuchOffice, Person

Value = TypeVar("Value")

PAGE: Final = 50


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


async def add(
    session: AsyncSession,
    person: Person,
    terms: Terms,
    *,
    key: int | None = None,
    now: datetime,
) -> int:
    """Keep a new template; return its key.

    ``key`` is that of the form which it came with: what came with it before is kept
    once.

    Raises:
        BadTemplate: Something is missing, too long, or asks for what nobody can fill.
        NotYourTemplate: It would be the house's or another office's.
        NoSuchOffice: There is no office of that key.
    """
    terms = await _acceptable(session, person, terms)
    row = AnswerTemplate(id=key or new_key(), used=0, version=1)
    _write(row, terms, person, now=now)
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        if key is None or await session.get(AnswerTemplate, key) is None:
            raise
        return key
    _put_down(session, row, TemplateDeed.ADDED, now=now)
    return row.id


async def save(
    session: AsyncSession,
    person: Person,
    terms: Terms,
    *,
    key: int,
    version: int,
    now: datetime,
) -> None:
    """Change a template.

    Raises:
        NoSuchTemplate: There is none of that key.
        StaleTemplate: Somebody was faster.
        AppError: See `add`.
    """
    terms = await _acceptable(session, person, terms)
    row = await _held(session, person, key, version)
    before = row.title
    _write(row, terms, person, now=now)
    renamed = {} if before == row.title else {"title_before": before}
    _put_down(session, row, TemplateDeed.CHANGED, now=now, **renamed)


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
    row.staff_id, row.changed_at = person.staff_id, now
    deed = TemplateDeed.ARCHIVED if archived else TemplateDeed.RESTORED
    _put_down(session, row, deed, now=now)


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


async def _acceptable(session: AsyncSession, person: Person, terms: Terms) -> Terms:
    """Return ``terms`` as they are kept, of an office that there is.

    Raises:
        AppError: See `add`.
    """
    terms = checked(terms)
    _check_owner(person, terms.office_id)
    if terms.office_id and await session.get(Office, terms.office_id) is None:
        raise NoSuchOffice("there is no such office")
    return terms


def _write(row: AnswerTemplate, terms: Terms, person: Person, *, now: datetime) -> None:
    for name in ("office_id", "section_id", "kind", "language", "title", "body",
                 "position"):  # fmt: skip
        setattr(row, name, getattr(terms, name))
    row.staff_id, row.changed_at = person.staff_id, now


def _put_down(
    session: AsyncSession, row: AnswerTemplate, deed: TemplateDeed, *,
    now: datetime, **facts: Any,
) -> None:  # fmt: skip
    audit.record(
        session, Action.TEMPLATE_CHANGED, at=now, staff_id=row.staff_id,
        template_id=row.id, title=row.title, deed=deed, **facts,
    )  # fmt: skip


async def _position(session: AsyncSession, key: int) -> int:
    """Return where a template stands; one that is gone stands at the beginning."""
    found = await session.scalar(
        select(AnswerTemplate.position).where(AnswerTemplate.id == key)
    )
    return 0 if found is None else found


def _visible(person: Person) -> ColumnElement[bool]:
    if permission.sees_all_offices(person.role):
        return true()
    return any_or(AnswerTemplate.office_id, person.office_id)


def any_or(column: InstrumentedAttribute[Value], value: Value) -> ColumnElement[bool]:
    """Return the condition for rows that are for ``value``, or for any."""
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
