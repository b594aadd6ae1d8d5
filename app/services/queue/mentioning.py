"""Mentioning: who is named in a note gets the case into a tab, until they have seen it.

Only those are told who may see the case: a name gives nobody a way into it. Whoever
wrote the note reads who was not told; that person hears nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.mentions import known_as, mentioned
from app.keys import new_key
from app.models import Case, Mention, Note, Staff
from app.services.cases import seen_by
from app.services.staff import Person
from app.services.staff import person as as_person
from app.services.words import Words


async def mention(session: AsyncSession, note: Note, *, now: datetime) -> Sequence[int]:
    """Tell those whom a ``note``, just stored, names; return their keys.

    To be called with each new note, whatever it is called on the page, and with one
    that was changed: whom it named before is told no second time.
    """
    if not _names_somebody(note.text):
        return ()
    known = set(
        await session.scalars(
            select(Mention.staff_id).where(Mention.note_id == note.id)
        )
    )
    named = _named(note.text, await _people(session), writer_id=note.staff_id)
    told = [
        each.staff_id
        for each in named
        if each.staff_id not in known and await _sees(session, each, note.case_id)
    ]
    if told:
        await session.flush()
        await session.execute(
            insert(Mention),
            [
                {
                    "id": new_key(), "staff_id": key, "case_id": note.case_id,
                    "note_id": note.id, "mentioned_at": now, "seen_at": None,
                }
                for key in told
            ],
        )  # fmt: skip
    return told


async def forget(session: AsyncSession, note: Note) -> None:
    """Name nobody any more in a ``note`` that is about to be taken away."""
    await session.execute(delete(Mention).where(Mention.note_id == note.id))


async def untold(
    session: AsyncSession, person: Person, case: Case, words: Iterable[Words]
) -> Mapping[int, Sequence[str]]:
    """Return whom each note of ``person``'s names who may not see the case.

    By the key of the note: they were not told, and nobody else reads of it.
    """
    naming = [
        each
        for each in words
        if each.staff_id == person.staff_id and _names_somebody(each.text)
    ]
    people = await _people(session) if naming else ()
    found: dict[int, list[str]] = {}
    for note in naming:
        for each in _named(note.text, people, writer_id=person.staff_id):
            if not await _sees(session, each, case.id):
                found.setdefault(note.id, []).append(each.display_name)
    return found


def _names_somebody(text: str) -> bool:
    return "@" in text or "＠" in text


async def _people(session: AsyncSession) -> Sequence[Person]:
    rows = await session.scalars(select(Staff).where(Staff.active))
    return [as_person(each) for each in rows]


def _named(text: str, people: Sequence[Person], *, writer_id: int) -> list[Person]:
    """Return whom ``text`` names, but for who wrote it."""
    names: dict[str, set[int]] = defaultdict(set)
    for each in people:
        for name in (each.display_name, each.user_name):
            names[known_as(name)].add(each.staff_id)
    keys = mentioned(text, {name: frozenset(ids) for name, ids in names.items()})
    by_key = {each.staff_id: each for each in people}
    return [by_key[key] for key in keys if key != writer_id]


async def _sees(session: AsyncSession, person: Person, case_id: int) -> bool:
    seen = select(Case.id).where(Case.id == case_id, seen_by(person))
    return await session.scalar(seen) is not None
