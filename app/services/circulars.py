"""Circulars: what the office says on a case reaches everybody whose opinion shares it.

Whoever opened the case is written to by `replies`; here are all the others, with one
statement for the addresses and one for the letters, however many they are.
"""

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.vocabulary import Disposition, MailPurpose
from app.models import (
    Answer,
    Case,
    Contact,
    Notice,
    Office,
    Opinion,
    OutboxMessage,
    Strand,
)
from app.services import letters
from app.services.house import House
from app.services.letters import Regarding
from app.services.recipients import may_mail

Writing = Callable[..., dict[str, Any]]
"""Makes the outbox row of a letter (`letters`)."""


async def send(
    session: AsyncSession,
    house: House,
    shared: Iterable[Case],
    writing: Writing,
    *,
    only: Collection[int] | None = None,
    **facts: Any,
) -> int:
    """Promise a letter to everybody but the openers of ``shared``; return how many.

    Who wrote an opinion that has strands in several of the cases gets one; whoever
    withdrew or disowned it gets none. ``only`` narrows it down to some opinions.
    """
    cases = list(shared)
    wanted = Strand.case_id.in_([case.id for case in cases])
    rows = await session.execute(
        select(Opinion, Contact, Notice.title, Strand.case_id)
        .join(Strand, Strand.opinion_id == Opinion.id)
        .join(Contact, Contact.opinion_id == Opinion.id)
        .join(Notice, Notice.id == Opinion.notice_id)
        .where(wanted, Opinion.id.not_in([case.opinion_id for case in cases]))
        .where(~_withdrawn())
        .order_by(Strand.id)
    )
    found = {
        row.Opinion.id: row for row in reversed(rows.all())
        if may_mail(row.Opinion, row.Contact)
        and (only is None or row.Opinion.id in only)
    }  # fmt: skip
    if not found:
        return 0
    acknowledged = await _acknowledged(session, [case.id for case in cases])
    posted = [
        writing(
            house,
            Regarding(
                opinion_id=key,
                case_id=row.case_id,
                receipt_number=row.Opinion.receipt_number,
                notice_title=row.title,
                email=_email(house, row.Contact),
                language=row.Opinion.language,
                letter_id=row.Contact.letter_id or acknowledged.get(key),
            ),
            **facts,
        )
        for key, row in found.items()
    ]
    await session.execute(insert(OutboxMessage), posted)
    return len(posted)


async def catch_up(
    session: AsyncSession,
    house: House,
    case: Case,
    joined: Collection[int],
    *,
    now: datetime,
) -> int:
    """Send those whose opinions just joined an answered case its last answer."""
    last = (
        await session.execute(
            select(Answer.text, Office.name)
            .join(Office, Office.id == Answer.office_id)
            .where(Answer.case_id == case.id)
            .order_by(Answer.id.desc())
            .limit(1)
        )
    ).first()
    if last is None:
        return 0
    text, office = last
    writing = partial(letters.answer, office=office, text=text, now=now)
    return await send(session, house, [case], writing, only=joined)


def _withdrawn() -> ColumnElement[bool]:
    """Return the condition that holds for opinions whose own cases ended withdrawn.

    One that was reopened counts again.
    """
    own = select(Case.id).where(Case.opinion_id == Opinion.id).correlate(Opinion)
    return and_(
        own.where(Case.disposition == Disposition.WITHDRAWN).exists(),
        ~own.where(Case.status.in_(lifecycle.OPEN)).exists(),
    )


def _email(house: House, contact: Contact) -> str:
    kept = json.loads(house.seal.open(contact.sealed, purpose="contact"))
    return str(kept["email"])


async def _acknowledged(
    session: AsyncSession, cases: Collection[int]
) -> dict[int, str]:
    """Return the Message-IDs of our acknowledgements, by opinion."""
    rows = await session.execute(
        select(OutboxMessage.opinion_id, OutboxMessage.message_id)
        .join(Strand, Strand.opinion_id == OutboxMessage.opinion_id)
        .where(
            Strand.case_id.in_(cases),
            OutboxMessage.purpose == MailPurpose.ACKNOWLEDGEMENT,
        )
        .order_by(OutboxMessage.id.desc())
    )
    return {key: message_id for key, message_id in rows if key is not None}
