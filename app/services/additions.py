"""Additions: what a citizen says later, joined to the case it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.submission import File
from app.domain.vocabulary import Action, Channel
from app.keys import new_key
from app.models import Addition, Attachment, Case, Strand
from app.sealing import Seal
from app.services import audit
from app.services.drafting import attachment_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Addendum:
    """Something to be added to an opinion (补充)."""

    opinion_id: int
    channel: Channel
    text: str
    files: Sequence[File] = ()
    seal: Seal


async def join(
    session: AsyncSession, addendum: Addendum, *, arrival_id: int, now: datetime
) -> int:
    """Add ``addendum`` to its opinion's case and mark that unread; return its key.

    A closed case stays closed: it shows in the queue as having something new, and a
    person decides whether that reopens it.
    """
    case_id = await session.scalar(
        select(Strand.case_id)
        .where(Strand.opinion_id == addendum.opinion_id)
        .order_by(Strand.id)
        .limit(1)
    )
    addition_id = new_key()
    await session.execute(
        insert(Addition),
        [
            {
                "id": addition_id,
                "opinion_id": addendum.opinion_id,
                "case_id": case_id,
                "arrival_id": arrival_id,
                "channel": addendum.channel,
                "text": addendum.text,
                "added_at": now,
            }
        ],
    )
    files = attachment_rows(
        addendum.seal,
        addendum.files,
        opinion_id=addendum.opinion_id,
        addition_id=addition_id,
    )
    if files:
        await session.execute(insert(Attachment), files)
    await session.execute(
        update(Case)
        .where(Case.id == case_id)
        .values(unread=True)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session, Action.ADDED, at=now, case_id=case_id, channel=addendum.channel
    )
    return addition_id
