"""Surveying: the opinions that hot topics are found in, and keeping what was found.

A survey looks at the last `WINDOW`, of each notice and of all together; a worker makes
it (`workers.hot_topics`). Reports of wrongdoing, and what was withdrawn or disowned,
are left out of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

from sqlalchemy import ColumnElement, Select, delete, exists, insert, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.hot_topics import WEEKS, Period, same_topics
from app.domain.passages import marks_from_json, own_words
from app.domain.vocabulary import Disposition
from app.keys import new_key
from app.models import (
    Case,
    Contact,
    HotTopic,
    HotTopicOpinion,
    HotTopicSurvey,
    Opinion,
    Strand,
)
from app.services.cases import unrestricted
from app.services.disowning import counted

WINDOW: Final = 2 * timedelta(weeks=max(WEEKS))
"""The longest time that can be looked at, and as long a one before it."""

MOST_READ: Final = 20_000
"""How many opinions a survey reads at most: the newest."""

EVERY: Final = timedelta(hours=1)
"""The time that passes at least between two surveys of the same."""

AT_LAST: Final = timedelta(days=1)
"""After it a survey is made although nothing came: what was new is no longer."""

CHUNK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyedOpinion:
    """An opinion as a survey reads it."""

    id: int
    subject: str
    text: str
    """The writer's own words."""

    registered_at: datetime
    person: bytes | int
    """The digest of an address, or what nobody else has."""

    def wordless(self) -> Self:
        """Return it without what was said, which need not be kept in memory."""
        return replace(self, subject="", text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTopic:
    """A topic that a survey found; the hottest comes first."""

    opinion_ids: Sequence[int]
    terms: Sequence[str]
    places: Sequence[str]
    periods: Mapping[int, Period]


async def is_due(
    session: AsyncSession, notice_id: int | None, *, now: datetime
) -> bool:
    """Return whether a survey is to be made."""
    last = await last_survey(session, notice_id)
    if last is None or await session.scalar(select(now_restricted(last.id).exists())):
        return True
    age = now - last.surveyed_at
    if age < EVERY:
        return False
    newer = exists().where(Opinion.id > last.newest_id, _on(notice_id))
    return age >= AT_LAST or bool(await session.scalar(select(newer)))


async def last_survey(
    session: AsyncSession, notice_id: int | None
) -> HotTopicSurvey | None:
    """Return the last survey of a notice, or of all; None: there was none yet."""
    found: HotTopicSurvey | None = await session.scalar(
        select(HotTopicSurvey)
        .where(_same(notice_id))
        .order_by(HotTopicSurvey.id.desc())
        .limit(1)
    )
    return found


def now_restricted(survey_id: int) -> Select[int]:
    """Return the selection of a survey's topics that a report came to be part of."""
    return (
        select(HotTopicOpinion.topic_id)
        .join(HotTopic, HotTopic.id == HotTopicOpinion.topic_id)
        .join(Strand, Strand.opinion_id == HotTopicOpinion.opinion_id)
        .join(Case, Case.id == Strand.case_id)
        .where(HotTopic.survey_id == survey_id, Case.restricted)
    )


async def chunk(
    session: AsyncSession,
    notice_id: int | None,
    *,
    since: datetime,
    before: int | None = None,
) -> Sequence[SurveyedOpinion]:
    """Return the newest opinions since a moment, older than the one with that key."""
    wanted = select(
        Opinion.id, Opinion.subject, Opinion.text, Opinion.marks,
        Opinion.registered_at, Contact.email_digest,
    ).outerjoin(
        Contact, (Contact.opinion_id == Opinion.id) & Contact.claimed.is_(False)
    )  # fmt: skip
    wanted = wanted.where(
        _on(notice_id), Opinion.registered_at >= since, counted(), _open()
    )
    if before is not None:
        wanted = wanted.where(Opinion.id < before)
    rows = await session.execute(wanted.order_by(Opinion.id.desc()).limit(CHUNK))
    return [
        SurveyedOpinion(
            id=row.id,
            subject=row.subject,
            text=own_words(row.text, marks_from_json(row.marks)),
            registered_at=row.registered_at,
            person=row.email_digest or row.id,
        )
        for row in rows
    ]


async def keep(
    session: AsyncSession,
    notice_id: int | None,
    found: Sequence[FoundTopic],
    *,
    opinions: int,
    newest_id: int,
    reaches_back_to: datetime,
    now: datetime,
) -> None:
    """Keep what a survey found in place of what the last one did."""
    earlier = await _taken_away(session, notice_id)
    survey_id = new_key()
    await session.execute(
        insert(HotTopicSurvey).values(
            id=survey_id,
            notice_id=notice_id,
            surveyed_at=now,
            opinions=opinions,
            reaches_back_to=reaches_back_to,
            newest_id=newest_id,
        )
    )
    same = same_topics([topic.opinion_ids for topic in found], earlier)
    keys = [key or new_key() for key in same]
    topics = [
        {
            "id": key,
            "survey_id": survey_id,
            "terms": list(topic.terms),
            "places": list(topic.places),
            "periods": {
                str(weeks): asdict(one) for weeks, one in topic.periods.items()
            },
        }
        for key, topic in zip(keys, found, strict=True)
    ]
    members = [
        {"topic_id": key, "opinion_id": opinion_id, "place": place}
        for key, topic in zip(keys, found, strict=True)
        for place, opinion_id in enumerate(topic.opinion_ids)
    ]
    for table, rows in ((HotTopic, topics), (HotTopicOpinion, members)):
        for start in range(0, len(rows), CHUNK):
            await session.execute(insert(table), rows[start : start + CHUNK])


async def _taken_away(
    session: AsyncSession, notice_id: int | None
) -> Mapping[int, int]:
    """Take away what the last survey found; return the topic of each opinion."""
    surveys = select(HotTopicSurvey.id).where(_same(notice_id))
    topics = select(HotTopic.id).where(HotTopic.survey_id.in_(surveys))
    of_them = HotTopicOpinion.topic_id.in_(topics)
    rows = await session.execute(
        select(HotTopicOpinion.opinion_id, HotTopicOpinion.topic_id).where(of_them)
    )
    earlier = {row.opinion_id: row.topic_id for row in rows}
    for statement in (
        delete(HotTopicOpinion).where(of_them),
        delete(HotTopic).where(HotTopic.survey_id.in_(surveys)),
        delete(HotTopicSurvey).where(_same(notice_id)),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
    return earlier


def _same(notice_id: int | None) -> ColumnElement[bool]:
    if notice_id is None:
        return HotTopicSurvey.notice_id.is_(None)
    return HotTopicSurvey.notice_id == notice_id


def _on(notice_id: int | None) -> ColumnElement[bool]:
    if notice_id is None:
        return true()
    return Opinion.notice_id == notice_id


def _open() -> ColumnElement[bool]:
    """Return the condition that holds for opinions that some case may be shown of."""
    return exists().where(
        Strand.opinion_id == Opinion.id,
        Case.id == Strand.case_id,
        unrestricted(),
        or_(Case.disposition.is_(None), Case.disposition != Disposition.WITHDRAWN),
    )
