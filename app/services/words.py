"""Words: what was said on a case after the opinion, by the citizen or the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import case as case_when
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.passages import Passage, marks_from_json, passages
from app.domain.record import Action
from app.domain.vocabulary import Channel
from app.models import (
    Addition,
    Answer,
    AuditEvent,
    Case,
    Note,
    Office,
    Opinion,
    Staff,
    Strand,
)
from app.services import past_cases
from app.services.past_cases import Stay

MOST_WRITTEN: Final = 200

_BY: Final = Staff.display_name.label("by")


class Part(StrEnum):
    """What somebody's words are to a case."""

    ADDITION = "addition"
    ANSWER = "answer"
    QUESTION = "question"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """An addition, an answer, a question or a note, and whose it is."""

    id: int
    part: Part
    text: str
    at: datetime

    marks: list[Any] | None = None
    """As in `Opinion.marks`."""

    by: str | None = None
    """Who wrote it; None: the citizen."""

    staff_id: int | None = None
    """The key of who wrote a note."""

    edited_at: datetime | None = None
    """When they changed it, soon after."""

    office: str | None = None
    channel: Channel | None = None
    number: str | None = None
    """Whose opinion it adds to, where that shares a case that another opened."""

    @property
    def passages(self) -> list[Passage]:
        """The text, part by part: what is the writer's own, and what is not."""
        return list(passages(self.text, marks_from_json(self.marks)))


async def read(session: AsyncSession, case: Case) -> list[Words]:
    """Return all that was said on ``case`` after the opinion, in the order of time."""
    stays = await past_cases.stays(session, case)
    said = [
        *await _additions(session, case),
        *await _answers(session, case, stays),
        *await _questions(session, case, stays),
        *await _notes(session, case),
    ]
    return sorted(said, key=lambda each: (each.at, each.id))


async def _additions(session: AsyncSession, case: Case) -> list[Words]:
    rows = await session.execute(
        select(
            Addition.id,
            Addition.text,
            Addition.marks,
            Addition.added_at.label("at"),
            Addition.channel,
            case_when((Opinion.id != case.opinion_id, Opinion.receipt_number)).label(
                "number"
            ),
        )
        .join(Opinion, Opinion.id == Addition.opinion_id)
        .join(Strand, Strand.opinion_id == Addition.opinion_id)
        .where(Strand.case_id == case.id)
        .order_by(Addition.id.desc())
        .limit(MOST_WRITTEN)
    )
    return [Words(part=Part.ADDITION, **row) for row in rows.mappings()]


async def _answers(
    session: AsyncSession, case: Case, stays: Sequence[Stay]
) -> list[Words]:
    """Return what was answered, also where the opinion was dealt with for a time."""
    elsewhere = [
        (Answer.case_id == stay.case_id) & (Answer.answered_at <= stay.until)
        for stay in stays
    ]
    rows = await session.execute(
        select(
            Answer.id,
            Answer.text,
            Answer.answered_at.label("at"),
            _BY,
            Office.name.label("office"),
        )
        .join(Staff, Staff.id == Answer.staff_id)
        .join(Office, Office.id == Answer.office_id)
        .where(or_(Answer.case_id == case.id, *elsewhere))
        .order_by(Answer.id.desc())
        .limit(MOST_WRITTEN)
    )
    return [Words(part=Part.ANSWER, **row) for row in rows.mappings()]


async def _questions(
    session: AsyncSession, case: Case, stays: Sequence[Stay]
) -> list[Words]:
    """Return what the citizen was asked, which the record of the case keeps."""
    elsewhere = [
        (AuditEvent.case_id == stay.case_id)
        & AuditEvent.at.between(stay.since, stay.until)
        for stay in stays
    ]
    rows = await session.execute(
        select(AuditEvent.id, AuditEvent.at, AuditEvent.facts, _BY)
        .join(Staff, Staff.id == AuditEvent.staff_id)
        .where(
            or_(AuditEvent.case_id == case.id, *elsewhere),
            AuditEvent.action == Action.QUESTION_ASKED,
        )
        .order_by(AuditEvent.id.desc())
        .limit(MOST_WRITTEN)
    )
    events = rows.all()
    asking = {event.facts["office_id"] for event in events}
    names = await session.execute(
        select(Office.id, Office.name).where(Office.id.in_(asking))
    )
    offices = {row.id: row.name for row in names}
    return [
        Words(
            id=event.id,
            part=Part.QUESTION,
            text=event.facts["text"],
            at=event.at,
            by=event.by,
            office=offices.get(event.facts["office_id"]),
        )
        for event in events
    ]


async def _notes(session: AsyncSession, case: Case) -> list[Words]:
    rows = await session.execute(
        select(
            Note.id,
            Note.text,
            Note.noted_at.label("at"),
            Note.staff_id,
            Note.edited_at,
            _BY,
            Office.name.label("office"),
        )
        .join(Staff, Staff.id == Note.staff_id)
        .join(Office, Office.id == Staff.office_id)
        .where(Note.case_id == case.id)
        .order_by(Note.id.desc())
        .limit(MOST_WRITTEN)
    )
    return [Words(part=Part.NOTE, **row) for row in rows.mappings()]
