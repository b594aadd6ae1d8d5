"""Leads: what a letter refers to of ours, and what the store knows of that."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.receipt import parse_receipt_number
from app.errors import InvalidInput
from app.mail.letter import Letter
from app.models import Contact, Opinion, OutboxMessage
from app.services.arrivals import Envelope
from app.services.drafting import email_digest
from app.services.house import House
from app.services.letters import replied_opinion

RECENTLY: Final = timedelta(days=1)

_OUR_ID: Final = re.compile(r"<[0-9a-f]{1,16}\.[0-9a-f]{20}@")
"""How Message-IDs of our letters begin (`letters`)."""

_NUMBER: Final = re.compile(
    r"(?<![0-9A-Z])[0-9A-Z]{4}(?:[-‐-― ]?[0-9A-Z]{4}){2}(?![0-9A-Z])"
)
_FIRST_SIGNS: Final = 2_000
_MOST_NUMBERS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """What a letter refers to; nobody has looked yet whether there is such a thing."""

    letters: frozenset[str]
    """Message-IDs of ours that it answers, or bears itself."""

    opinions: tuple[int, ...]
    """Opinions whose reply address it came to; nobody can guess one."""

    numbers: tuple[str, ...]
    """Receipt numbers that it names."""

    writer: bytes | None
    """Digest of the writer's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of the leads of some letters."""

    letters: Mapping[str, int]
    """From the Message-ID of a letter of ours to its opinion."""

    opinions: frozenset[int]
    numbers: Mapping[tuple[str, bytes], int]
    """From receipt number and writer to the opinion, where both fit."""

    recent: Mapping[bytes, int]
    """How many opinions a writer sent in of late."""

    def opinion(self, leads: Leads, letter: Letter) -> int | None:
        """Return the opinion that ``letter`` adds to; None: it is a new one.

        A receipt number may be said aloud, so it counts only from the same writer.
        """
        for opinion_id in leads.opinions:
            if opinion_id in self.opinions:
                return opinion_id
        for message_id in (*letter.in_reply_to, *reversed(letter.references)):
            if message_id in self.letters:
                return self.letters[message_id]
        if leads.writer is None:
            return None
        for number in leads.numbers:
            if (number, leads.writer) in self.numbers:
                return self.numbers[number, leads.writer]
        return None


def leads_of(house: House, letter: Letter, envelope: Envelope) -> Leads:
    """Return what ``letter`` refers to."""
    ids = {*letter.in_reply_to, *letter.references, letter.message_id or ""}
    replied = (
        replied_opinion(house, address) for address in receivers(letter, envelope)
    )
    address = writer_address(letter, envelope)
    return Leads(
        letters=frozenset(
            message_id for message_id in ids if _OUR_ID.match(message_id)
        ),
        opinions=tuple(opinion for opinion in replied if opinion is not None),
        numbers=tuple(_numbers(f"{letter.subject}\n{letter.text[:_FIRST_SIGNS]}")),
        writer=email_digest(house.seal, address) if address else None,
    )


def receivers(letter: Letter, envelope: Envelope) -> Iterator[str]:
    """Yield every address that the letter went to, the envelope's first."""
    yield from envelope.recipients
    yield from letter.delivered_to
    for box in (*letter.to, *letter.cc):
        yield box.address


def writer_address(letter: Letter, envelope: Envelope) -> str | None:
    """Return the address of whoever wrote: From, or else the envelope's sender."""
    if letter.sender is not None:
        return letter.sender.address
    return envelope.sender or None


async def look_up(
    session: AsyncSession, leads: Sequence[Leads], *, now: datetime
) -> Known:
    """Return what the store knows of all ``leads`` together."""
    return Known(
        letters=await _letters(session, {id_ for one in leads for id_ in one.letters}),
        opinions=await _opinions(
            session, {id_ for one in leads for id_ in one.opinions}
        ),
        numbers=await _by_number(session, {no for one in leads for no in one.numbers}),
        recent=await _recent(
            session, {one.writer for one in leads if one.writer}, since=now - RECENTLY
        ),
    )


async def _letters(session: AsyncSession, ids: set[str]) -> dict[str, int]:
    if not ids:
        return {}
    rows = await session.execute(
        select(OutboxMessage.message_id, OutboxMessage.opinion_id).where(
            OutboxMessage.message_id.in_(ids)
        )
    )
    return dict(rows.all())


async def _opinions(session: AsyncSession, keys: set[int]) -> frozenset[int]:
    if not keys:
        return frozenset()
    return frozenset(
        await session.scalars(select(Opinion.id).where(Opinion.id.in_(keys)))
    )


async def _by_number(
    session: AsyncSession, numbers: set[str]
) -> dict[tuple[str, bytes], int]:
    if not numbers:
        return {}
    rows = await session.execute(
        select(Opinion.receipt_number, Contact.email_digest, Opinion.id)
        .join(Contact, Contact.opinion_id == Opinion.id)
        .where(Opinion.receipt_number.in_(numbers), Contact.email_digest.is_not(None))
    )
    return {(number, writer or b""): key for number, writer, key in rows}


async def _recent(
    session: AsyncSession, writers: set[bytes], *, since: datetime
) -> Counter[bytes]:
    if not writers:
        return Counter()
    rows = await session.execute(
        select(Contact.email_digest, func.count())
        .join(Opinion, Opinion.id == Contact.opinion_id)
        .where(Contact.email_digest.in_(writers), Opinion.registered_at > since)
        .group_by(Contact.email_digest)
    )
    return Counter({writer or b"": count for writer, count in rows})


def _numbers(text: str) -> Iterator[str]:
    """Yield the receipt numbers in ``text``: what has their form and checks out."""
    folded = unicodedata.normalize("NFKC", text).upper()
    for found in _NUMBER.findall(folded)[:_MOST_NUMBERS]:
        try:
            yield parse_receipt_number(found)
        except InvalidInput:
            continue
