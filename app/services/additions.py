"""Additions: what a citizen says later, joined to the case it belongs to."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.passages import Marks, marks_as_json
from app.domain.record import Action
from app.domain.submission import File
from app.domain.vocabulary import Channel, Fate
from app.keys import new_key
from app.models import Addition, Arrival, Attachment, Case, Contact
from app.sealing import Seal
from app.services import audit, cases
from app.services.clocks import pauses
from app.services.enclosing import Row, attachment_rows
from app.services.intake import KeyReused


@dataclass(frozen=True, slots=True, kw_only=True)
class Addendum:
    """Something to be added to an opinion (补充)."""

    opinion_id: int
    channel: Channel
    text: str
    marks: Marks = ()
    """The parts of ``text`` that are not the citizen's own words."""

    files: Sequence[File] = ()
    writer: bytes | None = None
    """Digest of the address it came from; None: it came by no letter."""

    seal: Seal


async def join(
    session: AsyncSession, addendum: Addendum, *, arrival_id: int, now: datetime
) -> int:
    """Add ``addendum`` to its opinion's cases and mark them unread; return its key.

    It is brought up in all that are open; of several it may concern any. A closed case
    stays closed: it shows in the queue as having something new, and a
    person decides whether that reopens it.
    """
    brought_up = await cases.bring_up_all(session, addendum.opinion_id)
    await pauses.end(session, brought_up, now=now)
    addition_id = new_key()
    await session.execute(
        insert(Addition),
        [
            {
                "id": addition_id,
                "opinion_id": addendum.opinion_id,
                "case_id": brought_up[0],
                "arrival_id": arrival_id,
                "channel": addendum.channel,
                "text": addendum.text,
                "marks": marks_as_json(addendum.marks),
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
            .where(Case.opinion_id == addendum.opinion_id)
            .values(has_files=True)
            .execution_options(synchronize_session=False)
        )
    facts = {"another_writer": True} if await _is_strange(session, addendum) else {}
    for case_id in brought_up:
        audit.record(
            session, Action.ADDED, at=now, case_id=case_id, channel=addendum.channel,
            **facts,
        )  # fmt: skip
    return addition_id


async def add(
    session: AsyncSession, addendum: Addendum, *, retry_token: str, now: datetime
) -> bool:
    """Keep ``addendum`` as an arrival and join it; False: the same came before.

    ``retry_token`` is the form's token or the client's key, which says what is a
    repeat.

    Raises:
        KeyReused: The token came before, with something else.
    """
    arrival = _arrival(addendum, retry_token=retry_token, now=now)
    try:
        async with session.begin_nested():
            await session.execute(insert(Arrival), [arrival])
            await join(session, addendum, arrival_id=arrival["id"], now=now)
    except IntegrityError:
        before = await session.scalar(
            select(Arrival.content_digest).where(
                Arrival.channel == addendum.channel,
                Arrival.arrival_key == arrival["arrival_key"],
                Arrival.fate == Fate.JOINED,
            )
        )
        if before is None:
            raise
        if before != arrival["content_digest"]:
            raise KeyReused(None) from None
        return False
    return True


async def _is_strange(session: AsyncSession, addendum: Addendum) -> bool:
    """Return whether a letter came from another address than the opinion bears.

    Whoever has a reply's address may write to it: a forwarded letter is enough.
    """
    if addendum.writer is None:
        return False
    writer = await session.scalar(
        select(Contact.email_digest).where(Contact.opinion_id == addendum.opinion_id)
    )
    return writer is not None and writer != addendum.writer


def _arrival(addendum: Addendum, *, retry_token: str, now: datetime) -> Row:
    seal, opinion = addendum.seal, f"{addendum.opinion_id:x}"
    sent = json.dumps(
        {
            "opinion": opinion,
            "text": addendum.text,
            "files": [
                [file.file_name, hashlib.sha256(file.content).hexdigest()]
                for file in addendum.files
            ],
        },
        ensure_ascii=False,
    ).encode()
    digest = hashlib.sha256(sent).hexdigest()
    return {
        "id": new_key(),
        "channel": addendum.channel,
        "arrival_key": seal.digest(
            "addition", opinion, retry_token, purpose="arrival key"
        ).hex(),
        "content_digest": seal.digest(digest, purpose="content").hex(),
        "sealed": seal.close(sent, purpose="arrival"),
        "size": len(sent),
        "sealed_envelope": None,
        "received_at": now,
        "fate": Fate.JOINED,
        "reason": None,
        "fated_at": now,
        "opinion_id": addendum.opinion_id,
    }
