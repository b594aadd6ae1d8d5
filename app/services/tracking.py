"""Tracking: what a citizen reads with receipt number and query code."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import receipt
from app.domain.outline import Node
from app.domain.record import Action
from app.domain.vocabulary import Disposition
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
from app.services import past_cases
from app.services.clocks import reckoning
from app.services.enclosing import query_digest
from app.services.grounds import decision
from app.services.house import House
from app.services.past_cases import Past
from app.services.shelf import NoSuchNotice
from app.services.tracked import (
    AdditionSeen,
    AnswerSeen,
    MatterSeen,
    SectionSeen,
    Step,
    Tracked,
)

_NOBODYS: Final = bytes(32)
_STEPS: Final = (
    Action.ASSIGNED,
    Action.ROUTED,
    Action.RETURNED,
    Action.QUESTION_ASKED,
    Action.ANSWERED,
    Action.DUE_RECKONED,
    Action.CITIZEN_REMINDED,
    Action.CLOSED,
    Action.REOPENED,
    Action.SPLIT,
    Action.MERGED,
    Action.CASE_JOINED,
    Action.CASE_SEPARATED,
    Action.REVIEW_ASKED,
    Action.WITHDRAWN,
)
_MOST_EVENTS: Final = 500

# To put a statement together takes as long as to run it, so each is put together once.
_OPENED_BY: Final = select(Opinion.id, Opinion.query_digest).where(
    Opinion.receipt_number == bindparam("number")
)
_MATTERS: Final = (
    select(Opinion, Notice, Case, Strand, Office.name.label("office"))
    .join(Strand, Strand.opinion_id == Opinion.id)
    .join(Case, Case.id == Strand.case_id)
    .join(Notice, Notice.id == Opinion.notice_id)
    .join(Office, Office.id == Case.office_id)
    .where(Opinion.id == bindparam("opinion_id"))
    .order_by(Strand.id)
)
"""An opinion with its cases, matter by matter."""

_FILES: Final = (
    select(Attachment.file_name, Attachment.addition_id)
    .where(Attachment.opinion_id == bindparam("opinion_id"))
    .order_by(Attachment.id)
)
_ADDITIONS: Final = (
    select(Addition)
    .where(Addition.opinion_id == bindparam("opinion_id"))
    .order_by(Addition.id)
)
_OFFICES: Final = select(Office.id, Office.name)
_EVENTS: Final = (
    select(AuditEvent.action, AuditEvent.at, AuditEvent.facts, AuditEvent.case_id)
    .where(
        AuditEvent.case_id.in_(bindparam("cases", expanding=True)),
        AuditEvent.action.in_(_STEPS),
    )
    .order_by(AuditEvent.id)
    .limit(_MOST_EVENTS)
)
_ANSWERS: Final = (
    select(Answer.id, Answer.text, Office.name, Answer.answered_at, Answer.case_id)
    .join(Office, Office.id == Answer.office_id)
    .where(Answer.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(Answer.id)
)


class NoSuchOpinion(NotFound):
    """No opinion has that number, or it has another code: which, is not said."""

    code = "no_such_opinion"


async def identify(session: AsyncSession, seal: Seal, number: str, code: str) -> int:
    """Return the opinion that ``number`` and ``code`` open together.

    Raises:
        InvalidInput: One of them is mistyped; its check says so.
        NoSuchOpinion: They do not belong together.
    """
    number = receipt.parse_receipt_number(number)
    digest = query_digest(seal, receipt.parse_query_code(code))
    found = (await session.execute(_OPENED_BY, {"number": number})).first()
    kept = found.query_digest if found else _NOBODYS
    if not hmac.compare_digest(kept, digest) or found is None:
        raise NoSuchOpinion("no opinion has this number and this code")
    opinion_id: int = found.id
    return opinion_id


async def follow(session: AsyncSession, house: House, opinion_id: int) -> Tracked:
    """Return where the opinion stands, for a citizen who has shown the code."""
    rows = (await session.execute(_MATTERS, {"opinion_id": opinion_id})).all()
    opinion, notice = rows[0].Opinion, rows[0].Notice
    files = await _files(session, opinion_id)
    additions = await _additions(session, opinion_id, files)
    offices = await _offices(session)
    pasts = await past_cases.read(session, opinion_id)
    clocks = await reckoning.read(session, house, [row.Case for row in rows])
    matters = [
        MatterSeen(
            section=await _section(session, house, row.Case, opinion),
            places=row.Strand.places,
            classification=await decision(
                session, house, row.Case, row.Strand, opinion
            ),
            status=row.Case.status,
            disposition=row.Case.disposition,
            office=row.office,
            closed_at=row.Case.closed_at,
            due_at=row.Case.due_at,
            clock=clocks[row.Case.id],
            history=await _history(
                session, opinion, additions, offices, past=pasts[row.Case.id]
            ),
            answers=await _answers(session, pasts[row.Case.id]),
        )
        for row in rows
    ]
    return Tracked(
        opinion=opinion,
        notice_slug=notice.slug,
        notice_title=notice.title,
        matters=tuple(matters),
        restricted=any(row.Case.restricted for row in rows),
        files=tuple(name for name, addition_id in files if addition_id is None),
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
    opinion: Opinion,
    additions: Sequence[AdditionSeen],
    offices: Mapping[int, str],
    *,
    past: Past,
) -> tuple[Step, ...]:
    """Return the steps in their order; a change of hands within an office is none."""
    events = await session.execute(_EVENTS, {"cases": past.all_cases})
    steps = [Step(action=Action.REGISTERED, at=opinion.registered_at)]
    for action, at, facts, case_id in events:
        if not past.tells(case_id, at) or not _concerns(opinion, facts):
            continue
        hands = action in {Action.ASSIGNED, Action.ROUTED}
        unsent = action is Action.CITIZEN_REMINDED and not facts.get("mailed")
        if unsent or (hands and facts.get("before") == facts.get("office_id")):
            continue
        ending = facts.get("disposition")
        steps.append(
            Step(
                # By whose decision it went there is nothing to the citizen.
                action=Action.ASSIGNED if action is Action.ROUTED else action,
                at=at,
                office=offices.get(facts.get("office_id", 0)),
                disposition=Disposition(ending) if ending else None,
                question=facts.get("text"),
            )
        )
    steps += [Step(action=Action.ADDED, at=item.added_at) for item in additions]
    return tuple(sorted(steps, key=lambda step: step.at))


def _concerns(opinion: Opinion, facts: Mapping[str, Any]) -> bool:
    """Return whether what happened to a case did to this opinion, of those in it.

    What somebody else in it asked for concerns all once it begins again for that.
    """
    whose = facts.get("opinion_id", opinion.id)
    return whose == opinion.id or bool(facts.get("reopened"))


async def _offices(session: AsyncSession) -> dict[int, str]:
    rows = await session.execute(_OFFICES)
    return {row.id: row.name for row in rows}


async def _answers(session: AsyncSession, past: Past) -> tuple[AnswerSeen, ...]:
    rows = await session.execute(_ANSWERS, {"cases": past.all_cases})
    return tuple(
        AnswerSeen(id=key, text=text, office=office, answered_at=at)
        for key, text, office, at, case_id in rows
        if past.answers(case_id, at)
    )


async def _files(
    session: AsyncSession, opinion_id: int
) -> Sequence[tuple[str, int | None]]:
    rows = await session.execute(_FILES, {"opinion_id": opinion_id})
    return [(name, addition_id) for name, addition_id in rows]


async def _additions(
    session: AsyncSession, opinion_id: int, files: Sequence[tuple[str, int | None]]
) -> tuple[AdditionSeen, ...]:
    rows = await session.scalars(_ADDITIONS, {"opinion_id": opinion_id})
    return tuple(
        AdditionSeen(
            text=row.text,
            channel=row.channel,
            added_at=row.added_at,
            files=tuple(name for name, of in files if of == row.id),
        )
        for row in rows
    )
