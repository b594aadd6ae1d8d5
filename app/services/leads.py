"""Leads: what a letter refers to of ours, and what the store knows of that."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.correspondence import SuggestionGround
from app.domain.receipt import parse_receipt_number
from app.errors import InvalidInput
from app.mail.forwarding.prefixes import is_reply_subject, subject_without_prefixes
from app.mail.letter import Letter
from app.mail.machinery.report import Report
from app.models import Contact, Opinion, OutboxMessage
from app.services.arrivals import Envelope
from app.services.enclosing import email_digest
from app.services.house import House
from app.services.letters import (
    answered_liaison,
    replied_opinion,
    returned_letter,
    written_letter,
)
from app.services.offices import correspondence

_OUR_ID: Final = re.compile(r"<[0-9a-f]{1,16}\.[0-9a-f]{20}@")
"""How Message-IDs of our letters begin (`letters`)."""

_NUMBER: Final = re.compile(
    r"(?<![0-9A-Z])[0-9A-Z]{4}(?:[-‐-― ]?[0-9A-Z]{4}){2}(?![0-9A-Z])"
)
_FIRST_SIGNS: Final = 2_000
_MOST_NUMBERS: Final = 10
_MOST_SUBJECTS: Final = 500


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

    returns: tuple[int, ...] = ()
    """Letters of ours that a mail system reports on; nobody can guess one."""

    answers: str | None = None
    """The subject that it answers, without what programs put before it; None: it
    does not look like an answer."""

    liaisons: tuple[int, ...] = ()
    """Letters to offices' liaisons that it answers; nobody can guess one."""


NO_LEADS: Final = Leads(letters=frozenset(), opinions=(), numbers=(), writer=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of the leads of some letters."""

    letters: Mapping[str, int]
    """From the Message-ID of a letter of ours to its opinion."""

    opinions: frozenset[int]
    numbers: Mapping[str, tuple[int, bytes | None]]
    """From a receipt number to its opinion and the digest of who wrote that."""

    subjects: Mapping[tuple[bytes, str], int] = field(default_factory=dict)
    """From writer and subject to the writer's last opinion of that subject."""

    sent: Mapping[int, int] = field(default_factory=dict)
    """From a letter of ours that is reported on to its opinion."""

    liaisons: Mapping[int, correspondence.Letter] = field(default_factory=dict)
    """Letters to liaisons, by their keys."""

    def opinion(self, leads: Leads, letter: Letter, *, is_doubtful: bool) -> int | None:
        """Return the opinion that ``letter`` adds to; None: it is a new one.

        A receipt number may be said aloud, so it counts only from the same writer, and
        not where it ``is_doubtful`` that this is who wrote.
        """
        for opinion_id in leads.opinions:
            if opinion_id in self.opinions:
                return opinion_id
        for message_id in (*letter.in_reply_to, *reversed(letter.references)):
            if message_id in self.letters:
                return self.letters[message_id]
        for number in () if is_doubtful else leads.numbers:
            opinion_id, writer = self.numbers.get(number, (0, None))
            if writer is not None and writer == leads.writer:
                return opinion_id
        return None

    def suggestion(self, leads: Leads) -> tuple[int, SuggestionGround] | None:
        """Return the opinion that a letter may belong to, for a person to see."""
        for number in leads.numbers:
            if number in self.numbers:
                return self.numbers[number][0], SuggestionGround.NUMBER
        if leads.writer is not None and leads.answers is not None:
            opinion_id = self.subjects.get((leads.writer, leads.answers))
            if opinion_id is not None:
                return opinion_id, SuggestionGround.SUBJECT
        return None


def leads_of(
    house: House, letter: Letter, envelope: Envelope, report: Report | None = None
) -> Leads:
    """Return what ``letter``, with the ``report`` in it, refers to."""
    ids = {*letter.in_reply_to, *letter.references, letter.message_id or ""}
    replied = [
        replied_opinion(house, address) for address in receivers(letter, envelope)
    ]
    address = writer_address(letter, envelope)
    return Leads(
        letters=frozenset(
            message_id for message_id in ids if _OUR_ID.match(message_id)
        ),
        opinions=tuple(opinion for opinion in replied if opinion is not None),
        numbers=tuple(_numbers(f"{letter.subject}\n{letter.text[:_FIRST_SIGNS]}")),
        writer=email_digest(house.seal, address) if address else None,
        returns=_returns(house, letter, envelope, report) if report else (),
        answers=_plain_subject(letter.subject)
        if is_reply_subject(letter.subject)
        else None,
        liaisons=_liaisons(house, letter, envelope, only_named=any(replied)),
    )


def _liaisons(
    house: House, letter: Letter, envelope: Envelope, *, only_named: bool
) -> tuple[int, ...]:
    """Return the letters to liaisons that ``letter`` may answer, the surest first.

    Programs that do not heed Reply-To still say which letter they answer; who writes
    to an opinion's own address (``only_named``) means that.
    """
    named = (answered_liaison(house, each) for each in receivers(letter, envelope))
    found = [key for key in named if key is not None]
    if not only_named:
        ids = (*letter.in_reply_to, *reversed(letter.references))
        found += [key for each in ids if (key := written_letter(house, each))]
    return tuple(dict.fromkeys(found))


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


async def look_up(session: AsyncSession, leads: Sequence[Leads]) -> Known:
    """Return what the store knows of all ``leads`` together."""
    return Known(
        letters=await _letters(session, {id_ for one in leads for id_ in one.letters}),
        opinions=await _opinions(
            session, {id_ for one in leads for id_ in one.opinions}
        ),
        numbers=await _by_number(session, {no for one in leads for no in one.numbers}),
        liaisons=await correspondence.letters(
            session, {key for one in leads for key in one.liaisons}
        ),
        sent=await _sent(session, {key for one in leads for key in one.returns}),
        subjects=await _by_subject(
            session, {one.writer for one in leads if one.writer and one.answers}
        ),
    )


async def _letters(session: AsyncSession, ids: set[str]) -> dict[str, int]:
    if not ids:
        return {}
    rows = await session.execute(
        select(OutboxMessage.message_id, OutboxMessage.opinion_id).where(
            OutboxMessage.message_id.in_(ids), OutboxMessage.opinion_id.is_not(None)
        )
    )
    return {message_id: key for message_id, key in rows if key is not None}


async def _opinions(session: AsyncSession, keys: set[int]) -> frozenset[int]:
    if not keys:
        return frozenset()
    return frozenset(
        await session.scalars(select(Opinion.id).where(Opinion.id.in_(keys)))
    )


async def _by_number(
    session: AsyncSession, numbers: set[str]
) -> dict[str, tuple[int, bytes | None]]:
    if not numbers:
        return {}
    rows = await session.execute(
        select(Opinion.receipt_number, Opinion.id, Contact.email_digest)
        .outerjoin(Contact, Contact.opinion_id == Opinion.id)
        .where(Opinion.receipt_number.in_(numbers))
    )
    return {number: (key, writer) for number, key, writer in rows}


async def _by_subject(
    session: AsyncSession, writers: set[bytes]
) -> dict[tuple[bytes, str], int]:
    """Return the last opinions of ``writers``, whose answers name their subjects."""
    if not writers:
        return {}
    rows = await session.execute(
        select(Contact.email_digest, Opinion.subject, Opinion.id)
        .join(Opinion, Opinion.id == Contact.opinion_id)
        .where(Contact.email_digest.in_(writers))
        .order_by(Opinion.id.desc())
        .limit(_MOST_SUBJECTS)
    )
    newest: dict[tuple[bytes, str], int] = {}
    for writer, subject, key in rows:
        newest.setdefault((writer or b"", _plain_subject(subject)), key)
    return newest


async def _sent(session: AsyncSession, keys: set[int]) -> dict[int, int]:
    if not keys:
        return {}
    rows = await session.execute(
        select(OutboxMessage.id, OutboxMessage.opinion_id).where(
            OutboxMessage.id.in_(keys)
        )
    )
    return {letter_id: key for letter_id, key in rows if key is not None}


def _returns(
    house: House, letter: Letter, envelope: Envelope, report: Report
) -> tuple[int, ...]:
    """Return the letters that ``report`` came back for or names, the surest first."""
    paths = (returned_letter(house, each) for each in receivers(letter, envelope))
    named = (written_letter(house, each) for each in report.message_ids)
    found = (key for key in (*paths, *named) if key is not None)
    return tuple(dict.fromkeys(found))


def _plain_subject(subject: str) -> str:
    return " ".join(subject_without_prefixes(subject).casefold().split())


def _numbers(text: str) -> Iterator[str]:
    """Yield the receipt numbers in ``text``: what has their form and checks out."""
    folded = unicodedata.normalize("NFKC", text).upper()
    for found in _NUMBER.findall(folded)[:_MOST_NUMBERS]:
        try:
            yield parse_receipt_number(found)
        except InvalidInput:
            continue
