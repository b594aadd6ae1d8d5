"""Correspondence with liaisons: which letter is answered, and whether that counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.record import Action
from app.keys import new_key
from app.models import Case, Liaison, LiaisonFile, LiaisonLetter, LiaisonReply
from app.services import audit, cases
from app.services.enclosing import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to a liaison, as far as an answer to it goes by that."""

    opinion_id: int
    case_id: int
    office_id: int
    liaison: bytes
    """Digest of the liaison's address."""

    helps: bool
    void: bool
    """Whether an answer to it is nobody's any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a liaison's letter says, ready to be kept."""

    letter_id: int
    opinion_id: int
    case_id: int
    office_id: int
    helps: bool
    text: str
    files: tuple[Row, ...]
    """What is kept of the files that came with it (`enclosing.file_row`)."""


async def letters(session: AsyncSession, keys: set[int]) -> Mapping[int, Letter]:
    """Return what the store knows of letters to liaisons, by their keys."""
    if not keys:
        return {}
    rows = await session.execute(
        select(LiaisonLetter, Case, Liaison.email_digest, Liaison.active)
        .join(Case, Case.id == LiaisonLetter.case_id)
        .join(Liaison, Liaison.id == LiaisonLetter.liaison_id)
        .where(LiaisonLetter.id.in_(keys))
    )
    return {
        row.id: Letter(
            opinion_id=case.opinion_id,
            case_id=case.id,
            office_id=row.office_id,
            liaison=digest,
            helps=row.helps,
            void=not active or is_void(row, case),
        )
        for row, case, digest, active in rows
    }


def is_void(row: LiaisonLetter, case: Case) -> bool:
    """Return whether the office of the letter has nothing to say to the case now."""
    gone = case.status not in lifecycle.OPEN or case.merged_at is not None
    elsewhere = not row.helps and case.office_id != row.office_id
    return row.void_at is not None or gone or elsewhere or case.restricted


async def keep(
    session: AsyncSession, answered: Answered, *, arrival_id: int, now: datetime
) -> None:
    """Keep what a liaison answered before the desk, and show that it came."""
    key = new_key()
    await session.execute(
        insert(LiaisonReply),
        [
            {
                "id": key, "case_id": answered.case_id,
                "office_id": answered.office_id, "letter_id": answered.letter_id,
                "arrival_id": arrival_id, "helps": answered.helps,
                "text": answered.text, "files": len(answered.files), "replied_at": now,
            }
        ],
    )  # fmt: skip
    if answered.files:
        rows = [row | {"reply_id": key} for row in answered.files]
        await session.execute(insert(LiaisonFile), rows)
    audit.record(
        session, Action.LIAISON_REPLIED, at=now, case_id=answered.case_id,
        reply_id=key, office_id=answered.office_id,
    )  # fmt: skip
    await cases.bring_up(session, answered.case_id)


def note_away(
    session: AsyncSession, sent: Letter, *, arrival_id: int, now: datetime
) -> None:
    """Say on the case that a machine answered in the liaison's place: they are away."""
    audit.record(
        session, Action.LIAISON_AWAY, at=now, case_id=sent.case_id,
        office_id=sent.office_id, arrival_id=arrival_id,
    )  # fmt: skip
