"""Teaching: when a notice's model is to learn anew, and from what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain.passages import marks_from_json, own_words
from app.domain.teaching import HELD_BACK, Taught, is_held_back
from app.domain.vocabulary import Kind
from app.models import Case, Confirmation, ModelVersion, Opinion, Strand
from app.models.base import UtcDateTime
from app.services import lexicon
from app.services.disowning import counted
from app.services.paging import Place
from app.services.shelf import ShelvedNotice
from app.settings import Settings

CHUNK: Final = 250
"""Opinions that are read at a time, so that nobody waits while they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some of the confirmed opinions, newest first."""

    taught: Sequence[Taught]
    last: Place | None
    """Where to read on; None: there are no more."""


async def last_confirmed(session: AsyncSession, notice_id: int) -> datetime | None:
    """Return when an opinion on the notice was last confirmed; None: never."""
    found: datetime | None = await session.scalar(
        select(func.max(Confirmation.decided_at)).where(
            Confirmation.notice_id == notice_id
        )
    )
    return found


async def is_due(
    session: AsyncSession, settings: Settings, notice_id: int, *, now: datetime
) -> bool:
    """Return whether a model is to learn anew: there is reason, and time has passed.

    A reason is that enough was confirmed, or that the topics are no longer those that
    the newest model learned on top of. Enough has to be there to try it on, too.
    """
    newest = (
        await session.execute(
            select(
                ModelVersion.made_at, ModelVersion.learned_until, ModelVersion.measures
            )
            .where(ModelVersion.notice_id == notice_id)
            .order_by(ModelVersion.number.desc())
            .limit(1)
        )
    ).first()
    if newest is not None and now - newest.made_at < settings.learn_every:
        return False
    if newest is None or newest.measures.get("topics") == await lexicon.state(session):
        since = None if newest is None else newest.learned_until
        if not await _is_much(
            session, notice_id, since=since, enough=settings.learn_after
        ):
            return False
    return await _can_be_tried(session, notice_id, least=settings.try_on_least)


async def _is_much(
    session: AsyncSession, notice_id: int, *, since: datetime | None, enough: int
) -> bool:
    """Return whether ``enough`` was confirmed since; no more than that is looked at."""
    wanted = (
        select(Confirmation.case_id)
        .where(Confirmation.notice_id == notice_id)
        .limit(enough)
    )
    if since is not None:
        wanted = wanted.where(Confirmation.decided_at > since)
    fresh = await session.scalar(select(func.count()).select_from(wanted.subquery()))
    return (fresh or 0) >= enough


async def _can_be_tried(session: AsyncSession, notice_id: int, *, least: int) -> bool:
    """Return whether so many opinions are held back; the newest are looked at.

    At least twice as many as hold so many on average: which are held back is chance.
    """
    newest = _confirmed(notice_id).with_only_columns(Opinion.id)
    ids = await session.scalars(newest.limit(max(CHUNK, 2 * HELD_BACK * least)))
    return sum(map(is_held_back, ids)) >= least


async def chunk(
    session: AsyncSession, notice: ShelvedNotice, *, after: Place | None
) -> Chunk:
    """Return the confirmed opinions behind ``after``, the newest first.

    Reports of wrongdoing are left out: pieces of what they say could be read from the
    model. So is what was joined to another case, for that says the same, and an opinion
    on several matters of which nobody knows which words are about which. Sections that
    the published version no longer has teach nothing now.
    """
    wanted = _confirmed(notice.id)
    if after is not None:
        here = tuple_(Confirmation.decided_at, Confirmation.case_id)
        wanted = wanted.where(
            here < tuple_(literal(after.at, UtcDateTime()), literal(after.key))
        )
    rows = (await session.execute(wanted)).all()
    more = len(rows) == CHUNK
    return Chunk(
        taught=[
            _taught(row)
            for row in rows
            if row.section_id is None or row.section_id in notice.paths
        ],
        last=Place(key=rows[-1].case_id, at=rows[-1].decided_at) if more else None,
    )


def _taught(row: Row[tuple[object, ...]]) -> Taught:
    if row.places is None:
        subject, text = row.subject, own_words(row.text, marks_from_json(row.marks))
    else:
        subject = ""
        text = "".join(row.text[start:stop] for start, stop in row.places)
    return Taught(
        subject=subject,
        text=text,
        label=None if row.section_id is None else str(row.section_id),
        held_back=is_held_back(row.id),
    )


def _confirmed(notice_id: int) -> Select[Any]:
    another = aliased(Confirmation)
    return (
        select(
            Confirmation.decided_at,
            Confirmation.case_id,
            Confirmation.section_id,
            Opinion.id,
            Opinion.subject,
            Opinion.text,
            Opinion.marks,
            Strand.places,
        )
        .join(Opinion, Opinion.id == Confirmation.opinion_id)
        .join(Case, Case.id == Confirmation.case_id)
        .join(
            Strand,
            and_(
                Strand.case_id == Confirmation.case_id,
                Strand.opinion_id == Confirmation.opinion_id,
            ),
        )
        .where(
            Confirmation.notice_id == notice_id,
            counted(),
            Case.restricted.is_(False),
            or_(Case.kind.is_(None), Case.kind != Kind.REPORT),
            or_(
                Strand.places.is_not(None),
                ~exists().where(
                    another.opinion_id == Confirmation.opinion_id,
                    another.case_id != Confirmation.case_id,
                ),
            ),
        )
        .order_by(Confirmation.decided_at.desc(), Confirmation.case_id.desc())
        .limit(CHUNK)
    )
