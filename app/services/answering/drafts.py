"""Drafts (草稿): what somebody began to write on a case, kept here until it is sent.

A draft is one person's and nobody else reads it, so it is sealed. It never stands in
for a step: sending goes by the case's revision, whatever the draft says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, and_, delete, literal, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.answering import DraftPart
from app.domain.permission import Duty
from app.domain.receipt import case_number
from app.domain.submission import MOST_TEXT
from app.errors import Conflict, InvalidInput
from app.models import Case, KeptDraft, Opinion
from app.models.base import UtcDateTime
from app.sealing import Seal
from app.services import cases
from app.services.house import House
from app.services.paging import FIRST, Page, Place, Turn, cut
from app.services.staff import Person

UNDO_WITHIN: Final = timedelta(hours=24)
"""How long a draft that was thrown away can be taken back."""

PAGE: Final = 50
_OPENING: Final = 120
_PURPOSE: Final = "draft"


class StaleDraft(Conflict):
    """The draft was saved from another window since; or it was sent."""

    code = "stale_draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A text as it is typed into a window."""

    part: DraftPart
    text: str
    version: int = 0
    """That of the draft which the window knows; 0: it knew of none."""

    revision: int
    by_itself: bool = False
    """Whether nobody asked for it to be kept. Then a first version is refused once the
    case has moved on: it may be the echo of a text that has just been sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was kept of a text; of one that was thrown away only that it can be back."""

    part: DraftPart
    text: str
    version: int
    revision: int
    saved_at: datetime
    discarded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEntry:
    """A draft as one line of a person's list."""

    place: Place
    number: str
    subject: str
    part: DraftPart
    opening: str
    saved_at: datetime


async def save(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    typed: Typed,
    *,
    now: datetime,
) -> int:
    """Keep what was typed and return its version; nothing written is no draft.

    Raises:
        InvalidInput: It is too long.
        StaleDraft: Another window was faster, or it was sent.
        AppError: See `cases.find`.
    """
    permission.check(person.role, Duty.WORK)
    case = await cases.find(session, person, number)
    if len(typed.text) > MOST_TEXT:
        raise InvalidInput("this is too long", field="text", code="too_long")
    kept = await session.scalar(_of(person, case.id, typed.part).with_for_update())
    if kept is None:
        echo = typed.by_itself and case.revision != typed.revision
        if typed.version or echo:
            raise StaleDraft("the draft was sent meanwhile")
        return await _begin(session, person, house, case, typed, now=now)
    if kept.version != typed.version:
        raise StaleDraft(f"the draft is at version {kept.version}")
    kept.version += 1
    kept.revision, kept.saved_at = typed.revision, now
    kept.sealed = _closed(house.seal, typed.text)
    kept.discarded_at = None if typed.text.strip() else now
    await session.flush()
    return kept.version


async def read(
    session: AsyncSession, person: Person, house: House, case_id: int, *, now: datetime
) -> Mapping[DraftPart, Draft]:
    """Return the person's drafts on a case, those that can be taken back among them."""
    rows = await session.scalars(
        select(KeptDraft).where(
            KeptDraft.staff_id == person.staff_id, KeptDraft.case_id == case_id
        )
    )
    return {
        row.part: Draft(
            part=row.part,
            text=_opened(house.seal, row.sealed),
            version=row.version,
            revision=row.revision,
            saved_at=row.saved_at,
            discarded=row.discarded_at is not None,
        )
        for row in rows
        if row.discarded_at is None or row.discarded_at > now - UNDO_WITHIN
    }


async def discard(
    session: AsyncSession, person: Person, number: str, part: DraftPart, *,
    now: datetime,
) -> None:  # fmt: skip
    """Throw a draft away; `take_back` has it again for a day.

    Raises:
        AppError: See `cases.find`.
    """
    case = await cases.find(session, person, number)
    kept = await session.scalar(_of(person, case.id, part).with_for_update())
    if kept is not None:
        kept.discarded_at = now
    await session.flush()
    old = KeptDraft.discarded_at < now - UNDO_WITHIN
    await session.execute(
        delete(KeptDraft)
        .where(KeptDraft.staff_id == person.staff_id, old)
        .execution_options(synchronize_session=False)
    )


async def take_back(
    session: AsyncSession, person: Person, number: str, part: DraftPart
) -> None:
    """Have a draft again that was thrown away.

    Raises:
        AppError: See `cases.find`.
    """
    case = await cases.find(session, person, number)
    kept = await session.scalar(_of(person, case.id, part).with_for_update())
    if kept is not None:
        kept.discarded_at = None
    await session.flush()


async def forget(
    session: AsyncSession, person: Person, number: str, part: DraftPart
) -> None:
    """Drop the draft of what was sent, in the transaction that sends it."""
    case_id = await cases.known(session, person, number)
    await session.execute(
        delete(KeptDraft)
        .where(
            KeptDraft.staff_id == person.staff_id,
            KeptDraft.case_id == case_id,
            KeptDraft.part == part,
        )
        .execution_options(synchronize_session=False)
    )


async def put_before(
    session: AsyncSession, house: House, *, staff_id: int, case: Case, text: str,
    now: datetime,
) -> None:  # fmt: skip
    """Lay a text before its writer again, as the draft of an answer.

    What they have begun since stays below it: nothing that anybody wrote is lost.
    """
    found = select(KeptDraft).where(
        KeptDraft.staff_id == staff_id,
        KeptDraft.case_id == case.id,
        KeptDraft.part == DraftPart.ANSWER,
    )
    kept = await session.scalar(found.with_for_update())
    if kept is None:
        kept = KeptDraft(
            staff_id=staff_id, case_id=case.id, part=DraftPart.ANSWER, version=0
        )
        session.add(kept)
    elif kept.discarded_at is None:
        begun = _opened(house.seal, kept.sealed)
        text = text if begun.strip() == text.strip() else f"{text}\n\n{begun}"
    kept.sealed = _closed(house.seal, text)
    kept.version, kept.revision = kept.version + 1, case.revision
    kept.saved_at, kept.discarded_at = now, None
    await session.flush()


async def mine(
    session: AsyncSession, person: Person, house: House, *, turn: Turn = FIRST
) -> Page[DraftEntry]:
    """Return one page of the person's drafts, the newest first.

    A case that the person may not see any more is left out, and so is its draft.
    """
    order = (KeptDraft.saved_at, KeptDraft.id)
    statement = (
        select(KeptDraft, Opinion.receipt_number, Case.ordinal, Opinion.subject)
        .join(Case, Case.id == KeptDraft.case_id)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(
            KeptDraft.staff_id == person.staff_id,
            KeptDraft.discarded_at.is_(None),
            cases.seen_by(person),
        )
        .order_by(*(each if turn.backwards else each.desc() for each in order))
        .limit(PAGE + 1)
    )
    if turn.place is not None:
        here = tuple_(*order)
        there = tuple_(literal(turn.place.at, UtcDateTime()), literal(turn.place.key))
        statement = statement.where(here > there if turn.backwards else here < there)
    rows = [
        DraftEntry(
            place=Place(key=kept.id, at=kept.saved_at),
            number=case_number(printed, ordinal),
            subject=subject,
            part=kept.part,
            opening=_opened(house.seal, kept.sealed)[:_OPENING],
            saved_at=kept.saved_at,
        )
        for kept, printed, ordinal, subject in await session.execute(statement)
    ]
    return cut(rows, most=PAGE, turn=turn, place=lambda line: line.place)


async def _begin(
    session: AsyncSession, person: Person, house: House, case: Case, typed: Typed, *,
    now: datetime,
) -> int:  # fmt: skip
    """Insert the first version, if anything is written, and return which it is.

    Raises:
        StaleDraft: Another window did at the same moment.
    """
    if not typed.text.strip():
        return 0
    row = KeptDraft(
        staff_id=person.staff_id, case_id=case.id, part=typed.part, version=1,
        revision=typed.revision, sealed=_closed(house.seal, typed.text), saved_at=now,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise StaleDraft("another window began the draft") from None
    return row.version


def _of(person: Person, case_id: int, part: DraftPart) -> Select[KeptDraft]:
    return select(KeptDraft).where(
        and_(
            KeptDraft.staff_id == person.staff_id,
            KeptDraft.case_id == case_id,
            KeptDraft.part == part,
        )
    )


def _closed(seal: Seal, text: str) -> bytes:
    return seal.close(text.encode("utf-8", "replace"), purpose=_PURPOSE)


def _opened(seal: Seal, sealed: bytes) -> str:
    return seal.open(sealed, purpose=_PURPOSE).decode()
