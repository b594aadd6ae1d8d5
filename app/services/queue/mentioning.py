"""Mentioning: who is named in a note gets the case into a tab, until they have seen it.

Only those are told who may see the case: a name gives nobody a way into it.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.mentions import known_as, mentioned
from app.keys import new_key
from app.models import Case, Mention, Note, Staff
from app.services.cases import seen_by
from app.services.staff import person as as_person


async def mention(session: AsyncSession, note: Note, *, now: datetime) -> Sequence[int]:
    """Tell those whom a ``note``, just stored, names; return their keys.

    To be called with each new note, whatever it is called on the page.
    """
    if "@" not in note.text and "＠" not in note.text:
        return ()
    people = (await session.scalars(select(Staff).where(Staff.active))).all()
    names: dict[str, set[int]] = defaultdict(set)
    for each in people:
        for name in (each.display_name, each.user_name):
            names[known_as(name)].add(each.id)
    named = mentioned(note.text, {name: frozenset(ids) for name, ids in names.items()})
    by_key = {each.id: as_person(each) for each in people}
    told = []
    for key in named:
        seen = select(Case.id).where(Case.id == note.case_id, seen_by(by_key[key]))
        if key != note.staff_id and await session.scalar(seen) is not None:
            told.append(key)
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
