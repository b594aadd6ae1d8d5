"""Files of a case, looked at one after the other; each look is in the record."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.file_kind import Shown, agrees, as_text, how_shown, told_by_content
from app.domain.record import Action
from app.domain.submission import File
from app.models import Attachment, AuditEvent, Strand
from app.services import cases, disclosure
from app.services.house import House
from app.services.staff import Person
from app.services.words import MOST_WRITTEN

MOST_TEXT_SHOWN: Final = 200_000
"""Signs of a text that are shown; all of it can be saved."""

_NOTED_FOR: Final = timedelta(minutes=10)
"""How long the look at the page stands for the picture within it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSight:
    """A file as it is looked at."""

    id: int
    name: str
    size: int
    digest: str
    """SHA-256, of what there is now."""

    intact: bool
    """Whether that is the digest with which it came."""

    claimed: str
    found: str
    agrees: bool
    """Whether it is what its sender called it."""

    shown: Shown
    text: str
    """What a text says; empty: it is none."""

    cut: bool
    """Whether the text goes on."""

    place: int
    count: int
    before: int | None
    after: int | None


async def look_at(
    session: AsyncSession, person: Person, house: House, number: str, key: int, *,
    now: datetime,
) -> FileSight:  # fmt: skip
    """Return a file of the case as it is looked at, once it is noted who looks.

    Raises:
        AppError: See `disclosure.attachment`.
    """
    file = await disclosure.attachment(session, person, house, number, key, now=now)
    kept = await session.get_one(Attachment, key)
    keys = await _keys(session, person, number)
    return sight(file, key=key, digest=kept.digest, keys=keys)


def sight(file: File, *, key: int, digest: str, keys: Sequence[int]) -> FileSight:
    """Return ``file`` as it is looked at, among the files ``keys``.

    ``digest`` is the one with which it came.
    """
    place = keys.index(key) if key in keys else 0
    now_there = hashlib.sha256(file.content).hexdigest()
    found = told_by_content(file.content)
    shown = how_shown(found)
    text = as_text(file.content) if shown is Shown.TEXT else ""
    return FileSight(
        id=key,
        name=file.file_name,
        size=len(file.content),
        digest=now_there,
        intact=now_there == digest,
        claimed=file.media_type,
        found=found,
        agrees=agrees(file.media_type, found),
        shown=shown,
        text=text[:MOST_TEXT_SHOWN],
        cut=len(text) > MOST_TEXT_SHOWN,
        place=place + 1,
        count=len(keys),
        before=keys[place - 1] if place > 0 else None,
        after=keys[place + 1] if place + 1 < len(keys) else None,
    )


async def content(
    session: AsyncSession, person: Person, house: House, number: str, key: int, *,
    now: datetime,
) -> File:  # fmt: skip
    """Return a file to be shown within its page, whose opening was noted just now.

    Whoever asks for it without having opened the page is noted here.

    Raises:
        AppError: See `disclosure.attachment`.
    """
    case = await cases.find(session, person, number)
    if not await noted(session, person, case.id, now=now, attachment_id=key):
        return await disclosure.attachment(session, person, house, number, key, now=now)
    return await disclosure.attached(session, house, case, key)


async def noted(
    session: AsyncSession, person: Person, case_id: int, *, now: datetime, **file: int
) -> bool:
    """Return whether ``person`` has just opened the page of ``file`` on the case."""
    looks = await session.execute(
        select(AuditEvent.facts).where(
            AuditEvent.case_id == case_id,
            AuditEvent.action == Action.ATTACHMENT_SEEN,
            AuditEvent.staff_id == person.staff_id,
            AuditEvent.at > now - _NOTED_FOR,
        )
    )
    return any(file.items() <= facts.items() for (facts,) in looks)


async def _keys(session: AsyncSession, person: Person, number: str) -> list[int]:
    """Return the keys of the case's files, in the order of its page."""
    case = await cases.find(session, person, number)
    rows = await session.scalars(
        select(Attachment.id)
        .join(Strand, Strand.opinion_id == Attachment.opinion_id)
        .where(Strand.case_id == case.id)
        .order_by(Attachment.id)
        .limit(MOST_WRITTEN)
    )
    return list(rows)
