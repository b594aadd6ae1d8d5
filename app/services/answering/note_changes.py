"""Changes of a note: for a short while its writer may put it right, or take it away.

What says why a case was returned or begun again stays as it is: the record points
to it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict, NotFound
from app.models import AuditEvent, Case, Note
from app.services import audit, cases, remarks
from app.services.dossiers import Event
from app.services.queue import mentioning
from app.services.staff import Person
from app.services.words import Part, Words

CHANGED_WITHIN: Final = timedelta(minutes=10)


class NoSuchNote(NotFound):
    """There is no such note."""

    code = "no_such_note"


class NoteStands(Conflict):
    """It is somebody else's, or too old, or a step of the procedure rests on it."""

    code = "note_stands"


def changeable(
    person: Person, words: Iterable[Words], events: Iterable[Event], *, now: datetime
) -> frozenset[int]:
    """Return the keys of the notes that ``person`` may still change."""
    if not permission.may(person.role, Duty.WORK):
        return frozenset()
    resting = {event.facts.get("note_id") for event in events
               if event.action is not Action.NOTE_CHANGED}  # fmt: skip
    return frozenset(
        each.id
        for each in words
        if each.part is Part.NOTE
        and each.staff_id == person.staff_id
        and each.at > now - CHANGED_WITHIN
        and each.id not in resting
    )


async def change(
    session: AsyncSession, person: Person, number: str, note_id: int, *, text: str,
    now: datetime,
) -> None:  # fmt: skip
    """Put a note right; whom it names only now is told.

    Raises:
        InvalidInput: There is nothing written, or too much.
        NoSuchNote: There is none.
        NoteStands: It is somebody else's, or it is too late.
    """
    case, note = await _in_hand(session, person, number, note_id, now=now)
    note.text, note.edited_at = remarks.take(text, field="text"), now
    audit.record(
        session, Action.NOTE_CHANGED, at=now, staff_id=person.staff_id,
        case_id=case.id, note_id=note_id,
    )  # fmt: skip
    await session.flush()
    await mentioning.mention(session, note, now=now)


async def delete(
    session: AsyncSession, person: Person, number: str, note_id: int, *, now: datetime
) -> None:
    """Take a note away; that there was one stays in the record.

    Raises:
        AppError: See `change`.
    """
    case, note = await _in_hand(session, person, number, note_id, now=now)
    await mentioning.forget(session, note)
    await session.delete(note)
    audit.record(
        session, Action.NOTE_DELETED, at=now, staff_id=person.staff_id,
        case_id=case.id, note_id=note_id,
    )  # fmt: skip
    await session.flush()


async def _in_hand(
    session: AsyncSession, person: Person, number: str, note_id: int, *, now: datetime
) -> tuple[Case, Note]:
    permission.check(person.role, Duty.WORK)
    case = await cases.find(session, person, number)
    note = await session.scalar(
        select(Note)
        .where(Note.id == note_id, Note.case_id == case.id)
        .with_for_update()
    )
    if note is None:
        raise NoSuchNote("there is no such note")
    if note.staff_id != person.staff_id:
        raise NoteStands("it is somebody else's")
    since = now - CHANGED_WITHIN
    if note.noted_at <= since or await _rests(session, case, note_id, since):
        raise NoteStands("it is too late to change it")
    return case, note


async def _rests(
    session: AsyncSession, case: Case, note_id: int, since: datetime
) -> bool:
    """Return whether a step of the procedure gives the note as its reason."""
    rows = await session.execute(
        select(AuditEvent.action, AuditEvent.facts).where(
            AuditEvent.case_id == case.id, AuditEvent.at >= since
        )
    )
    return any(
        facts.get("note_id") == note_id and action is not Action.NOTE_CHANGED
        for action, facts in rows
    )
