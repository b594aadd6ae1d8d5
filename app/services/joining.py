"""Joining: which older opinions a held letter may belong to, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import search_matches
from app.domain import search as indexing
from app.domain.correspondence import JoinGround
from app.domain.receipt import parse_receipt_number
from app.domain.vocabulary import Status
from app.errors import InvalidInput
from app.mail.forwarding.prefixes import subject_without_prefixes
from app.mail.letter import Letter
from app.mail.said import SentOn
from app.models import Case, Contact, Opinion, OutboxMessage
from app.services.arrivals import Envelope
from app.services.cases import seen_by
from app.services.enclosing import email_digest
from app.services.house import House
from app.services.leads import Leads, leads_of
from app.services.staff import Person

MOST_SUGGESTED: Final = 5
MOST_FOUND: Final = 10
_LEAST_SUBJECT: Final = 4
"""Signs of a subject that says something."""

_OPENING: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An opinion that a letter may be joined to."""

    number: str
    subject: str
    opening: str
    status: Status
    registered_at: datetime
    ground: JoinGround | None
    """None: somebody looked for it."""


async def suggest(
    session: AsyncSession,
    person: Person,
    house: House,
    letter: Letter,
    envelope: Envelope,
) -> list[Candidate]:
    """Return opinions that ``letter`` may belong to, the likeliest first.

    None that the person may not see is among them. Whoever wrote a letter that it
    sends on may have written before, too.
    """
    leads = leads_of(house, letter, envelope)
    grounds: dict[int, JoinGround | None] = {}
    for ground, keys in (
        (JoinGround.REPLY, await _answered(session, leads)),
        (JoinGround.NUMBER, await _numbered(session, leads.numbers)),
        (
            JoinGround.WRITER,
            await _of_writers(session, _writers(house, leads, letter.sent_on)),
        ),
    ):
        for key in keys:
            grounds.setdefault(key, ground)
    subject = subject_without_prefixes(letter.subject)
    if len(grounds) < MOST_SUGGESTED and len(subject) >= _LEAST_SUBJECT:
        for key in await _saying(session, person, subject):
            grounds.setdefault(key, JoinGround.SUBJECT)
    return (await _candidates(session, person, grounds))[:MOST_SUGGESTED]


async def search(session: AsyncSession, person: Person, words: str) -> list[Candidate]:
    """Return the opinion of that number, or the newest ones that say ``words``.

    Of those alone that the person may see.
    """
    try:
        number = parse_receipt_number(words)
    except InvalidInput:
        found = await _saying(session, person, words)
    else:
        found = await _numbered(session, [number])
    return await _candidates(session, person, dict.fromkeys(found))


def _writers(house: House, leads: Leads, sent_on: Sequence[SentOn]) -> set[bytes]:
    within = [
        email_digest(house.seal, each.writer.address) for each in sent_on if each.writer
    ]
    return {writer for writer in (leads.writer, *within) if writer}


async def _answered(session: AsyncSession, leads: Leads) -> Sequence[int]:
    ids = leads.letters
    answered = list(leads.opinions)
    if ids:
        answered += await session.scalars(
            select(OutboxMessage.opinion_id).where(
                OutboxMessage.message_id.in_(ids), OutboxMessage.opinion_id.is_not(None)
            )
        )
    return answered


async def _numbered(session: AsyncSession, numbers: Sequence[str]) -> Sequence[int]:
    if not numbers:
        return ()
    return (
        await session.scalars(
            select(Opinion.id).where(Opinion.receipt_number.in_(numbers))
        )
    ).all()


async def _of_writers(session: AsyncSession, writers: set[bytes]) -> Sequence[int]:
    if not writers:
        return ()
    return (
        await session.scalars(
            select(Contact.opinion_id)
            .where(Contact.email_digest.in_(writers))
            .order_by(Contact.opinion_id.desc())
            .limit(MOST_SUGGESTED)
        )
    ).all()


async def _candidates(
    session: AsyncSession, person: Person, grounds: Mapping[int, JoinGround | None]
) -> list[Candidate]:
    if not grounds:
        return []
    rows = await session.execute(
        select(
            Opinion.id,
            Opinion.receipt_number,
            Opinion.subject,
            func.substr(Opinion.text, 1, _OPENING),
            Case.status,
            Opinion.registered_at,
        )
        .join(Case, Case.opinion_id == Opinion.id)
        .where(Opinion.id.in_(grounds), seen_by(person))
        .order_by(Case.ordinal.desc())
    )
    found = {
        key: Candidate(
            number=number,
            subject=subject,
            opening=opening,
            status=status,
            registered_at=registered_at,
            ground=grounds[key],
        )
        for key, number, subject, opening, status, registered_at in rows
    }
    return [found[key] for key in grounds if key in found]


async def _saying(session: AsyncSession, person: Person, words: str) -> Sequence[int]:
    phrases = indexing.phrases(words)
    if not phrases:
        return ()
    matches = search_matches(session.get_bind().dialect, phrases)
    return (
        await session.scalars(
            select(Case.opinion_id)
            .where(Case.opinion_id.in_(matches), seen_by(person))
            .distinct()
            .order_by(Case.opinion_id.desc())
            .limit(MOST_FOUND)
        )
    ).all()
