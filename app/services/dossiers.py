"""Dossiers: everything about one case that its page shows, read together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.receipt import case_number
from app.domain.record import Action
from app.domain.vocabulary import Channel, Method
from app.models import (
    Attachment,
    AuditEvent,
    Case,
    Classification,
    Contact,
    Notice,
    Office,
    Opinion,
    SectionText,
    Staff,
    Strand,
)
from app.services import cases, promised, siblings, words
from app.services.promised import PromisedLetter
from app.services.recipients import may_mail
from app.services.siblings import Sibling
from app.services.staff import Person
from app.services.words import MOST_WRITTEN, Part, Words

MOST_EVENTS: Final = 200

_ENTERED: Final = frozenset({Channel.PHONE, Channel.LETTER})
_IN_PASSING: Final = frozenset({Action.TAKEN_UP, Action.PUT_BACK})
"""What changes nothing about a case, so that its history can do without."""

_BY: Final = Staff.display_name.label("by")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A file, without what is in it."""

    id: int
    addition_id: int | None
    file_name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody, or the model, says the case is about."""

    method: Method
    section_id: int | None
    confidence: float
    candidates: Sequence[dict[str, Any]]
    evidence: Sequence[dict[str, Any]]
    by: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What was done to the case, and by whom; None: the citizen, or the service."""

    id: int
    action: Action
    at: datetime
    by: str | None
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A case with all that was said and done."""

    case: Case
    opinion: Opinion
    notice: Notice
    office: str
    assignee: str | None
    section_texts: dict[int, SectionText]
    """The newest wording of every section that a choice names."""

    strand: Strand | None
    """What is known of the opening opinion's words on this matter; None: they are
    dealt with in another case."""

    siblings: Sequence[Sibling]
    contact_kept: bool
    desk_only: bool
    """Whether the citizen lets one desk alone open the contact details."""

    said_on: date | None
    """The day of the call, or on the letter's postmark, where a clerk entered it."""

    may_mail: bool
    """Whether an answer goes to the citizen by mail."""

    files: Sequence[AttachedFile]
    words: Sequence[Words]
    """All that was said after the opinion, in the order of time."""

    choices: Sequence[Choice]
    advice: Choice | None
    """What a model outside says it is about; None: nothing, or it was not asked."""

    events: Sequence[Event]
    letters: Sequence[PromisedLetter]
    """To the citizen, and about this case to liaisons; the newest first."""

    def part(self, part: Part) -> list[Words]:
        """Return those of the words that are ``part`` of the case."""
        return [words for words in self.words if words.part is part]

    @property
    def seen(self) -> int:
        """The newest record of the case: whoever saw it knows all that is here."""
        return self.events[0].id if self.events else 0

    @property
    def matter(self) -> int:
        """Which of the opinion's matters it is."""
        return 1 + sum(each.ordinal < self.case.ordinal for each in self.siblings)

    @property
    def number(self) -> str:
        """What the case is called."""
        return case_number(self.opinion.receipt_number, self.case.ordinal)

    @property
    def by_mail(self) -> bool:
        """Whether the opinion came as a letter by mail, whose original is kept."""
        by_mail = self.opinion.channel is Channel.EMAIL
        return by_mail and self.opinion.erased_at is None


async def read(session: AsyncSession, person: Person, number: str) -> Dossier:
    """Return the dossier of the case that the opinion called ``number`` opened.

    Raises:
        NotAllowed: The role reads no cases.
        NoSuchCase: There is none, or it is another office's.
    """
    case = await cases.find(session, person, number)
    found = await session.execute(
        select(Opinion, Notice, Office.name, Staff.display_name, Contact)
        .join(Notice, Notice.id == Opinion.notice_id)
        .join(Office, Office.id == case.office_id)
        .outerjoin(Staff, Staff.id == case.assignee_id)
        .outerjoin(Contact, Contact.opinion_id == Opinion.id)
        .where(Opinion.id == case.opinion_id)
    )
    opinion, notice, office, assignee, contact = found.one()
    said = await _choices(session, case)
    choices = [each for each in said if each.method is not Method.ENDPOINT]
    others = await siblings.of(session, person, case, opinion)
    return Dossier(
        case=case,
        opinion=opinion,
        notice=notice,
        office=office,
        assignee=assignee,
        section_texts=await _section_texts(session, case, said, others),
        strand=await session.scalar(
            select(Strand).where(
                Strand.case_id == case.id, Strand.opinion_id == case.opinion_id
            )
        ),
        siblings=others,
        contact_kept=contact is not None,
        desk_only=contact is not None and contact.desk_only,
        said_on=await _said_on(session, case, opinion),
        may_mail=may_mail(opinion, contact),
        files=await _files(session, case),
        words=await words.read(session, case),
        choices=choices,
        advice=next(filter(_is_advice, said), None),
        events=await _events(session, case),
        letters=await promised.letters(session, case),
    )


async def _files(session: AsyncSession, case: Case) -> list[AttachedFile]:
    rows = await session.execute(
        select(
            Attachment.id, Attachment.addition_id, Attachment.file_name, Attachment.size
        )
        .join(Strand, Strand.opinion_id == Attachment.opinion_id)
        .where(Strand.case_id == case.id)
        .order_by(Attachment.id)
        .limit(MOST_WRITTEN)
    )
    return [AttachedFile(**row) for row in rows.mappings()]


async def _choices(session: AsyncSession, case: Case) -> list[Choice]:
    """Return what was said about the opening opinion, the last word first."""
    rows = await session.execute(
        select(Classification, Staff.display_name)
        .join(Strand, Strand.id == Classification.strand_id)
        .outerjoin(Staff, Staff.id == Classification.staff_id)
        .where(Strand.case_id == case.id, Strand.opinion_id == case.opinion_id)
        .order_by(Classification.id.desc())
        .limit(MOST_WRITTEN)
    )
    return [
        Choice(
            method=row.method,
            section_id=row.section_id,
            confidence=row.confidence,
            candidates=row.candidates,
            evidence=row.evidence,
            by=name,
            made_at=row.made_at,
        )
        for row, name in rows
    ]


def _is_advice(choice: Choice) -> bool:
    """Whether a model outside said something that counts."""
    return choice.method is Method.ENDPOINT and choice.confidence > 0


async def _section_texts(
    session: AsyncSession,
    case: Case,
    choices: Sequence[Choice],
    others: Sequence[Sibling],
) -> dict[int, SectionText]:
    ids = {choice.section_id for choice in choices} | {case.section_id}
    ids |= {each.section_id for each in others}
    ids |= {item["section_id"] for choice in choices for item in choice.candidates}
    rows = await session.scalars(
        select(SectionText)
        .where(SectionText.section_id.in_(ids - {None}))
        .order_by(SectionText.version_id)
    )
    return {row.section_id: row for row in rows}


async def _events(session: AsyncSession, case: Case) -> list[Event]:
    rows = await session.execute(
        select(
            AuditEvent.id,
            AuditEvent.action,
            AuditEvent.at,
            AuditEvent.facts,
            _BY,
        )
        .outerjoin(Staff, Staff.id == AuditEvent.staff_id)
        .where(AuditEvent.case_id == case.id, AuditEvent.action.not_in(_IN_PASSING))
        .order_by(AuditEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    return [Event(**row) for row in rows.mappings()]


async def _said_on(session: AsyncSession, case: Case, opinion: Opinion) -> date | None:
    """Return the day that the clerk put down; None: it is that of the registration."""
    if opinion.channel not in _ENTERED:
        return None
    facts = await session.scalar(
        select(AuditEvent.facts)
        .where(AuditEvent.case_id == case.id, AuditEvent.action == Action.REGISTERED)
        .order_by(AuditEvent.id)
        .limit(1)
    )
    said_on = (facts or {}).get("dated")
    return date.fromisoformat(said_on) if said_on else None
