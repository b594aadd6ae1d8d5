"""Advice: which opinions an outside model is asked about, and keeping what it says.

Asked about are cases that nobody has placed and that wait in the supervision office's
queue: not reports of wrongdoing, in whatever way they are known as such, nor what was
withdrawn or disowned.  A vote is reserved before it is asked for, so that no two
processes ask about the same, and that what was asked is counted though its answer be
lost.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.classify.advice import LONGEST_TEXT, Advice, Prompt, prompt_for, read_advice
from app.classify.redaction import redacted
from app.classify.sections import sections_of
from app.domain.passages import marks_from_json, own_words
from app.domain.vocabulary import Kind, Method, Status
from app.keys import new_key
from app.models import Case, Classification, Contact, Opinion, Strand
from app.models.base import UtcDateTime
from app.sealing import BrokenSealError
from app.services.cases import unrestricted
from app.services.disowning import counted
from app.services.house import House
from app.services.paging import Place
from app.services.shelf import NoSuchNotice
from app.settings import Settings

CHUNK: Final = 20
"""Opinions that are read at a time."""

_READ: Final = 2 * LONGEST_TEXT
_CUT: Final = 64
"""Characters before a cut that are left out, for what was cut in two is not known for
what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """An opinion that nobody has placed, as it is stored."""

    place: Place
    strand_id: int
    notice_id: int
    subject: str
    text: str
    """The writer's own words on the matter."""

    contact: bytes | None
    """The writer's contact details, sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and what an answer to it can be."""

    prompt: Prompt
    section_ids: Mapping[str, int]


async def left_today(
    session: AsyncSession, settings: Settings, *, now: datetime
) -> int:
    """Return how many opinions may still be asked about on this day of the office."""
    most = settings.endpoint_calls_per_day
    midnight = now.astimezone(settings.zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    asked = (
        select(Classification.id)
        .where(
            Classification.method == Method.ENDPOINT,
            Classification.made_at >= midnight,
        )
        .limit(most)
    )
    count = await session.scalar(select(func.count()).select_from(asked.subquery()))
    return most - (count or 0)


async def unplaced(
    session: AsyncSession, *, after: Place | None, now: datetime
) -> Sequence[Unplaced]:
    """Return opinions to be asked about, those first whose answer is due first."""
    wanted = _to_be_asked(now).order_by(Case.due_at, Case.id).limit(CHUNK)
    if after is not None:
        here = tuple_(Case.due_at, Case.id)
        wanted = wanted.where(
            here > tuple_(literal(after.at, UtcDateTime()), literal(after.key))
        )
    return [_unplaced(row) for row in await session.execute(wanted)]


def question(house: House, opinion: Unplaced) -> Question | None:
    """Return what to ask about an opinion; None: it cannot be asked about.

    Out go the words with what names a person taken out of them: the writer and the
    staff by name, others by how they are named.
    """
    try:
        notice = house.shelf.by_id(opinion.notice_id)
        known = [*_writer(house, opinion), *_staff(house)]
    except (NoSuchNotice, BrokenSealError):
        return None
    return Question(
        prompt=prompt_for(
            sections_of(notice.outline),
            subject=_shown(opinion.subject, known),
            text=_shown(opinion.text, known),
        ),
        section_ids=notice.section_ids,
    )


async def reserve(
    session: AsyncSession, opinion: Unplaced, *, now: datetime
) -> int | None:
    """Put a vote down that nobody has given yet; return its key.

    None: meanwhile it is placed, or must not be asked about any more.

    Raises:
        IntegrityError: Another process asks about it.
    """
    asked = _to_be_asked(now).where(Strand.id == opinion.strand_id)
    if (await session.execute(asked)).first() is None:
        return None
    vote = Classification(
        id=new_key(),
        strand_id=opinion.strand_id,
        method=Method.ENDPOINT,
        section_id=None,
        confidence=0.0,
        candidates=[],
        evidence=[],
        staff_id=None,
        made_at=now,
    )
    session.add(vote)
    await session.flush()
    return vote.id


async def keep(
    session: AsyncSession, vote_id: int, question: Question, answer: str
) -> Advice | None:
    """Keep the vote that an answer gives: section and confidence, nothing else of it.

    None: it gives none. Then it stays one without confidence, which nobody is shown.
    """
    advice = read_advice(answer, question.section_ids)
    if advice is None:
        return None
    section = advice.section
    await session.execute(
        update(Classification)
        .where(Classification.id == vote_id)
        .values(
            section_id=None if section is None else question.section_ids[section],
            confidence=round(advice.confidence, 4),
        )
        .execution_options(synchronize_session=False)
    )
    return advice


async def release(session: AsyncSession, vote_id: int) -> None:
    """Take a reserved vote back: nobody was there to be asked."""
    await session.execute(
        delete(Classification)
        .where(Classification.id == vote_id)
        .execution_options(synchronize_session=False)
    )


def _to_be_asked(now: datetime) -> Select[Any]:
    voted = exists().where(
        Classification.strand_id == Strand.id, Classification.method != Method.MODEL
    )
    return (
        select(
            Case.id,
            Case.due_at,
            Case.notice_id,
            Strand.id.label("strand_id"),
            Strand.places,
            Opinion.subject,
            Opinion.text,
            Opinion.marks,
            Contact.sealed,
        )
        .join(
            Strand,
            and_(Strand.case_id == Case.id, Strand.opinion_id == Case.opinion_id),
        )
        .join(Opinion, Opinion.id == Case.opinion_id)
        .outerjoin(Contact, Contact.opinion_id == Opinion.id)
        .where(
            Case.status == Status.REGISTERED,
            Case.due_at > now,
            Case.section_id.is_(None),
            unrestricted(),
            counted(),
            *map(_is_no_report, (Case.kind, Opinion.kind, Strand.kind)),
            ~voted,
        )
    )


def _is_no_report(kind: InstrumentedAttribute[Kind | None]) -> ColumnElement[bool]:
    return or_(kind.is_(None), kind != Kind.REPORT)


def _unplaced(row: Row[Any]) -> Unplaced:
    if row.places is None:
        subject, text = row.subject, own_words(row.text, marks_from_json(row.marks))
    else:
        subject = ""
        text = "".join(row.text[start:stop] for start, stop in row.places)
    return Unplaced(
        place=Place(key=row.id, at=row.due_at),
        strand_id=row.strand_id,
        notice_id=row.notice_id,
        subject=subject,
        text=text,
        contact=row.sealed,
    )


def _writer(house: House, opinion: Unplaced) -> list[str]:
    """Return name, address and telephone number of whoever wrote.

    Raises:
        BrokenSealError: Nobody can tell.
    """
    if opinion.contact is None:
        return []
    details = json.loads(house.seal.open(opinion.contact, purpose="contact"))
    return [value for value in details.values() if isinstance(value, str)]


def _staff(house: House) -> Iterable[str]:
    return (each.name for each in house.shelf.routing.named if each.staff_id)


def _shown(text: str, known: Sequence[str]) -> str:
    shown = redacted(text[:_READ], known=known)
    return shown[:-_CUT] if len(text) > _READ else shown
