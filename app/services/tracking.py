"""Tracking: what a citizen reads with receipt number and query code.

Shown is what concerns the citizen: where the case stands, which office has it, the
answers. Notes are not, and names of the staff are not.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import receipt
from app.domain.outline import Node
from app.domain.record import Action
from app.domain.vocabulary import Channel, Disposition, Status
from app.errors import NotFound
from app.models import (
    Addition,
    Answer,
    Attachment,
    AuditEvent,
    Case,
    Notice,
    Office,
    Opinion,
    SectionText,
    Strand,
)
from app.sealing import Seal
from app.services.enclosing import query_digest
from app.services.house import House
from app.services.shelf import NoSuchNotice

_NOBODYS: Final = bytes(32)
_STEPS: Final = (
    Action.ASSIGNED,
    Action.RETURNED,
    Action.QUESTION_ASKED,
    Action.ANSWERED,
    Action.CLOSED,
    Action.REOPENED,
)
_MOST_EVENTS: Final = 500


class NoSuchOpinion(NotFound):
    """No opinion has that number, or it has another code: which, is not said."""

    code = "no_such_opinion"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSeen:
    """The item that a case is about, as it is worded now or was worded last."""

    path: str
    label: str
    heading: str

    current: bool
    """Whether the notice that the public reads now has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to the case."""

    action: Action
    at: datetime
    office: str | None = None
    disposition: Disposition | None = None
    question: str | None = None
    """What the office asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSeen:
    """An answer, and the office that gave it."""

    text: str
    office: str
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionSeen:
    """What the citizen added."""

    text: str
    channel: Channel
    added_at: datetime
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """Everything that the tracking page shows."""

    opinion: Opinion
    notice_slug: str
    notice_title: str
    section: SectionSeen | None
    status: Status
    disposition: Disposition | None
    office: str
    """Whose queue the case is in."""

    due_at: datetime
    files: tuple[str, ...]
    history: tuple[Step, ...]
    answers: tuple[AnswerSeen, ...]
    additions: tuple[AdditionSeen, ...]

    @property
    def asked(self) -> bool:
        """Whether the last word is a question to the citizen."""
        words = {Action.QUESTION_ASKED, Action.ADDED, Action.ANSWERED, Action.CLOSED}
        last = [step.action for step in self.history if step.action in words][-1:]
        return last == [Action.QUESTION_ASKED]


async def identify(session: AsyncSession, seal: Seal, number: str, code: str) -> int:
    """Return the opinion that ``number`` and ``code`` open together.

    Raises:
        InvalidInput: One of them is mistyped; its check says so.
        NoSuchOpinion: They do not belong together.
    """
    number = receipt.parse_receipt_number(number)
    digest = query_digest(seal, receipt.parse_query_code(code))
    found = (
        await session.execute(
            select(Opinion.id, Opinion.query_digest).where(
                Opinion.receipt_number == number
            )
        )
    ).first()
    kept = found.query_digest if found else _NOBODYS
    if not hmac.compare_digest(kept, digest) or found is None:
        raise NoSuchOpinion("no opinion has this number and this code")
    opinion_id: int = found.id
    return opinion_id


async def follow(session: AsyncSession, house: House, opinion_id: int) -> Tracked:
    """Return where the opinion stands, for a citizen who has shown the code."""
    opinion, case, notice, office = (
        await session.execute(
            select(Opinion, Case, Notice, Office.name)
            .join(Strand, Strand.opinion_id == Opinion.id)
            .join(Case, Case.id == Strand.case_id)
            .join(Notice, Notice.id == Opinion.notice_id)
            .join(Office, Office.id == Case.office_id)
            .where(Opinion.id == opinion_id)
            .order_by(Strand.id)
            .limit(1)
        )
    ).one()
    files = await _files(session, opinion_id)
    additions = await _additions(session, opinion_id, files)
    return Tracked(
        opinion=opinion,
        notice_slug=notice.slug,
        notice_title=notice.title,
        section=await _section(session, house, case, opinion),
        status=case.status,
        disposition=case.disposition,
        office=office,
        due_at=case.due_at,
        files=tuple(name for name, addition_id in files if addition_id is None),
        history=await _history(session, case, opinion, additions),
        answers=await _answers(session, case),
        additions=additions,
    )


async def _section(
    session: AsyncSession, house: House, case: Case, opinion: Opinion
) -> SectionSeen | None:
    """Return the item the case is about; None: nobody has said."""
    if case.section_id is None:
        return None
    node = _current(house, case, case.section_id)
    if node is not None:
        return SectionSeen(
            path=node.path, label=node.label, heading=node.heading, current=True
        )
    words = await session.scalar(
        select(SectionText).where(
            SectionText.section_id == case.section_id,
            SectionText.version_id == opinion.version_id,
        )
    )
    if words is None:
        return None
    return SectionSeen(
        path=words.path, label=words.label, heading=words.heading, current=False
    )


def _current(house: House, case: Case, section_id: int) -> Node | None:
    """Return the item as the public reads it now; None: it has gone."""
    try:
        notice = house.shelf.by_id(case.notice_id)
    except NoSuchNotice:
        return None
    path = notice.paths.get(section_id)
    return notice.nodes[path] if path else None


async def _history(
    session: AsyncSession,
    case: Case,
    opinion: Opinion,
    additions: Sequence[AdditionSeen],
) -> tuple[Step, ...]:
    """Return the steps in their order; a change of hands within an office is none."""
    events = (
        await session.execute(
            select(AuditEvent.action, AuditEvent.at, AuditEvent.facts)
            .where(AuditEvent.case_id == case.id, AuditEvent.action.in_(_STEPS))
            .order_by(AuditEvent.id)
            .limit(_MOST_EVENTS)
        )
    ).all()
    steps = [Step(action=Action.REGISTERED, at=opinion.registered_at)]
    offices = await _offices(session)
    for action, at, facts in events:
        if action is Action.ASSIGNED and facts.get("before") == facts.get("office_id"):
            continue
        ending = facts.get("disposition")
        steps.append(
            Step(
                action=action,
                at=at,
                office=offices.get(facts.get("office_id", 0)),
                disposition=Disposition(ending) if ending else None,
                question=facts.get("text"),
            )
        )
    steps += [Step(action=Action.ADDED, at=item.added_at) for item in additions]
    return tuple(sorted(steps, key=lambda step: step.at))


async def _offices(session: AsyncSession) -> dict[int, str]:
    rows = await session.execute(select(Office.id, Office.name))
    return {row.id: row.name for row in rows}


async def _answers(session: AsyncSession, case: Case) -> tuple[AnswerSeen, ...]:
    rows = await session.execute(
        select(Answer.text, Office.name.label("office"), Answer.answered_at)
        .join(Office, Office.id == Answer.office_id)
        .where(Answer.case_id == case.id)
        .order_by(Answer.id)
    )
    return tuple(AnswerSeen(**row) for row in rows.mappings())


async def _files(
    session: AsyncSession, opinion_id: int
) -> Sequence[tuple[str, int | None]]:
    rows = await session.execute(
        select(Attachment.file_name, Attachment.addition_id)
        .where(Attachment.opinion_id == opinion_id)
        .order_by(Attachment.id)
    )
    return [(name, addition_id) for name, addition_id in rows]


async def _additions(
    session: AsyncSession, opinion_id: int, files: Sequence[tuple[str, int | None]]
) -> tuple[AdditionSeen, ...]:
    rows = await session.scalars(
        select(Addition).where(Addition.opinion_id == opinion_id).order_by(Addition.id)
    )
    return tuple(
        AdditionSeen(
            text=row.text,
            channel=row.channel,
            added_at=row.added_at,
            files=tuple(name for name, of in files if of == row.id),
        )
        for row in rows
    )
