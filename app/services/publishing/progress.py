"""Progress: what was done about the items of a notice, a dated line at a time.

A line is never changed. One that was wrong is taken back and another is written; the
desk sees both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain import permission
from app.domain.permission import Duty
from app.domain.publication import MOST_PROGRESS
from app.domain.record import Action
from app.domain.submission import clean, says_something
from app.errors import Conflict, InvalidInput, NotFound
from app.models import ProgressNote, Staff
from app.services import audit
from app.services.paging import FIRST, Page, Place, Turn, cut
from app.services.shelf import ShelvedNotice
from app.services.staff import Person

PAGE: Final = 50
_EARLIEST: Final = date(2000, 1, 1)
_LAST_WRITTEN: Final = (ProgressNote.id.desc(),)
_LAST_DONE: Final = (ProgressNote.done_on.desc(), ProgressNote.id.desc())


class NoSuchLine(NotFound):
    """There is no such line."""

    code = "no_such_line"


class TakenBack(Conflict):
    """Somebody has taken the line back already."""

    code = "line_taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressLine:
    """What was done about an item, and when."""

    id: int
    notice_id: int
    section_id: int
    done_on: date
    text: str
    written_at: datetime
    by: str
    """Who wrote it, for the desk alone."""

    taken_back_at: datetime | None
    taken_back_by: str | None

    @property
    def place(self) -> Place:
        """Where it stands, newest first."""
        return Place(key=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A line as somebody writes it."""

    path: str
    """Of the item."""

    done_on: date
    text: str
    retry_key: str


async def note(
    session: AsyncSession,
    person: Person,
    notice: ShelvedNotice,
    new: NewLine,
    *,
    today: date,
    now: datetime,
) -> None:
    """Write down what was done about an item; the same form only once.

    Raises:
        NotAllowed: The role does not.
        NoSuchSection: The notice has no such item.
        InvalidInput: There is no text, it is too long, or the day is to come.
    """
    permission.check(person.role, Duty.PROGRESS)
    section_id, text = notice.section_id(new.path), clean(new.text)
    if not says_something(text):
        raise InvalidInput("say what was done", field="text", code="text_missing")
    if len(text) > MOST_PROGRESS:
        raise InvalidInput("this is too long", field="text", code="progress_too_long")
    if not _EARLIEST <= new.done_on <= today:
        raise InvalidInput("no such day yet", field="done_on", code="bad_day")
    line = ProgressNote(
        retry_key=new.retry_key, notice_id=notice.id, section_id=section_id,
        done_on=new.done_on, text=text, staff_id=person.staff_id, written_at=now,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(line)
    except IntegrityError:
        return
    audit.record(
        session, Action.PROGRESS_NOTED, at=now, staff_id=person.staff_id,
        notice=notice.slug, section=new.path, line=line.id,
    )  # fmt: skip


async def take_back(
    session: AsyncSession, person: Person, line_id: int, *, now: datetime
) -> int:
    """Let the public no longer read a line; return the notice that it is about.

    Raises:
        NotAllowed: The role does not.
        NoSuchLine: There is none.
        TakenBack: Somebody was faster.
    """
    permission.check(person.role, Duty.PROGRESS)
    line: ProgressNote | None = await session.scalar(
        select(ProgressNote).where(ProgressNote.id == line_id).with_for_update()
    )
    if line is None:
        raise NoSuchLine("there is no such line")
    if line.taken_back_at is not None:
        raise TakenBack("the line was taken back already")
    line.taken_back_at, line.taken_back_by_id = now, person.staff_id
    await session.flush()
    audit.record(
        session, Action.PROGRESS_TAKEN_BACK, at=now, staff_id=person.staff_id,
        line=line.id,
    )  # fmt: skip
    return line.notice_id


async def history(
    session: AsyncSession, person: Person, notice_id: int, *, turn: Turn = FIRST
) -> Page[ProgressLine]:
    """Return one page of all lines of a notice, newest first, with those taken back.

    Raises:
        NotAllowed: The role does not see them.
    """
    permission.check(person.role, Duty.READ_PROGRESS)
    statement = _lines().where(ProgressNote.notice_id == notice_id)
    if turn.place is not None:
        key = turn.place.key
        beyond = ProgressNote.id > key if turn.backwards else ProgressNote.id < key
        statement = statement.where(beyond)
    order = ProgressNote.id if turn.backwards else ProgressNote.id.desc()
    rows = await session.execute(statement.order_by(order).limit(PAGE + 1))
    found = [ProgressLine(**row) for row in rows.mappings()]
    return cut(found, most=PAGE, turn=turn, place=lambda line: line.place)


async def standing(
    session: AsyncSession,
    *,
    notice_id: int | None = None,
    section_ids: frozenset[int] | None = None,
    most: int = PAGE,
    by_day: bool = False,
) -> Sequence[ProgressLine]:
    """Return the newest lines that the public reads, of the site, a notice, items.

    Newest are those that were written last, or ``by_day`` those of what was done last.
    """
    statement = _lines().where(
        ProgressNote.taken_back_at.is_(None), *_scope(notice_id, section_ids)
    )
    order = _LAST_DONE if by_day else _LAST_WRITTEN
    rows = await session.execute(statement.order_by(*order).limit(most))
    return [ProgressLine(**row) for row in rows.mappings()]


async def latest(session: AsyncSession, notice_id: int) -> dict[int, ProgressLine]:
    """Return what was done last about each item of a notice; one statement.

    A line of earlier days that is written later does not take its place.
    """
    place = func.row_number().over(
        partition_by=ProgressNote.section_id, order_by=_LAST_DONE
    )
    placed = (
        select(ProgressNote.id, place.label("place"))
        .where(
            ProgressNote.notice_id == notice_id, ProgressNote.taken_back_at.is_(None)
        )
        .subquery()
    )
    newest = select(placed.c.id).where(placed.c.place == 1)
    rows = await session.execute(_lines().where(ProgressNote.id.in_(newest)))
    return {row["section_id"]: ProgressLine(**row) for row in rows.mappings()}


async def changed_at(
    session: AsyncSession,
    *,
    notice_id: int | None = None,
    section_ids: frozenset[int] | None = None,
) -> datetime | None:
    """Return when a line was written or taken back last."""
    written, taken = (
        await session.execute(
            select(
                func.max(ProgressNote.written_at), func.max(ProgressNote.taken_back_at)
            ).where(*_scope(notice_id, section_ids))
        )
    ).one()
    return max(filter(None, (written, taken)), default=None)


def _scope(
    notice_id: int | None, section_ids: frozenset[int] | None
) -> list[ColumnElement[bool]]:
    if section_ids is not None:
        return [ProgressNote.section_id.in_(section_ids)]
    return [] if notice_id is None else [ProgressNote.notice_id == notice_id]


def _lines() -> Select[*tuple[Any, ...]]:
    taker = aliased(Staff)
    return (
        select(
            ProgressNote.id,
            ProgressNote.notice_id,
            ProgressNote.section_id,
            ProgressNote.done_on,
            ProgressNote.text,
            ProgressNote.written_at,
            Staff.display_name.label("by"),
            ProgressNote.taken_back_at,
            taker.display_name.label("taken_back_by"),
        )
        .join(Staff, Staff.id == ProgressNote.staff_id)
        .outerjoin(taker, taker.id == ProgressNote.taken_back_by_id)
    )
