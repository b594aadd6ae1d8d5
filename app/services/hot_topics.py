"""Hot topics, as the desk sees them: what the last survey found, and typical letters.

What came to be a report of wrongdoing since is not shown: its topic waits for the next
survey, which leaves it out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission, receipt
from app.domain.hot_topics import LEAST, Period
from app.domain.permission import Duty
from app.domain.vocabulary import Language
from app.models import Case, HotTopic, HotTopicOpinion, Opinion, Strand
from app.services.cases import seen_by, unrestricted
from app.services.disowning import counted
from app.services.staff import Person
from app.services.surveying import last_survey, now_restricted

SHOWN: Final = 20
_LETTERS: Final = 3
_OPENING: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A survey as it was made last."""

    id: int
    surveyed_at: datetime
    opinions: int
    reaches_back_to: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalLetter:
    """A letter near to the middle of a topic."""

    topic_id: int
    number: str
    """What its case is called."""

    subject: str
    opening: str
    language: Language
    registered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicEntry:
    """A topic on the page."""

    id: int
    terms: Sequence[str]
    places: Sequence[str]
    period: Period
    letters: Sequence[TypicalLetter]


async def survey(
    session: AsyncSession, person: Person, notice_id: int | None
) -> Survey | None:
    """Return the last survey of a notice, or of all; None: there was none yet.

    Raises:
        NotAllowed: The role sees no hot topics.
    """
    permission.check(person.role, Duty.READ_HOT_TOPICS)
    last = await last_survey(session, notice_id)
    if last is None:
        return None
    return Survey(
        id=last.id,
        surveyed_at=last.surveyed_at,
        opinions=last.opinions,
        reaches_back_to=last.reaches_back_to,
    )


async def entries(
    session: AsyncSession, person: Person, last: Survey, *, weeks: int
) -> Sequence[TopicEntry]:
    """Return the hottest topics of the last ``weeks`` before a survey."""
    found = await session.scalars(
        select(HotTopic).where(
            HotTopic.survey_id == last.id,
            HotTopic.id.not_in(now_restricted(last.id)),
        )
    )
    topics = found.all()
    periods = {topic.id: _period(topic.periods[str(weeks)]) for topic in topics}
    hot = [topic for topic in topics if periods[topic.id].opinions >= LEAST]
    hot.sort(key=lambda topic: (*_coolness(periods[topic.id]), topic.id))
    since = last.surveyed_at - timedelta(weeks=weeks)
    letters = await _letters(
        session, person, [topic.id for topic in hot[:SHOWN]], since=since
    )
    return [
        TopicEntry(
            id=topic.id,
            terms=topic.terms,
            places=topic.places,
            period=periods[topic.id],
            letters=[one for one in letters if one.topic_id == topic.id],
        )
        for topic in hot[:SHOWN]
    ]


async def terms_of(
    session: AsyncSession, person: Person, topic_id: int
) -> Sequence[str] | None:
    """Return the words of a topic; None: there is none any more, or not for them."""
    if not permission.may(person.role, Duty.READ_HOT_TOPICS):
        return None
    topic = await session.get(HotTopic, topic_id)
    if topic is None:
        return None
    hidden = now_restricted(topic.survey_id).where(HotTopic.id == topic_id)
    if await session.scalar(select(hidden.exists())):
        return None
    terms: Sequence[str] = topic.terms
    return terms


def about(topic_id: int | None) -> Sequence[ColumnElement[bool]]:
    """Return what holds for the cases with an opinion on a topic; None: on whatever."""
    if topic_id is None:
        return ()
    of_it = (
        select(Strand.case_id)
        .join(HotTopicOpinion, HotTopicOpinion.opinion_id == Strand.opinion_id)
        .where(HotTopicOpinion.topic_id == topic_id)
    )
    return Case.id.in_(of_it), unrestricted()


async def _letters(
    session: AsyncSession,
    person: Person,
    topic_ids: Sequence[int],
    *,
    since: datetime,
) -> Sequence[TypicalLetter]:
    """Return those letters of each topic that are nearest to its middle."""
    rank = func.row_number().over(
        partition_by=HotTopicOpinion.topic_id,
        order_by=(HotTopicOpinion.place, Case.ordinal),
    )
    ranked = (
        select(
            HotTopicOpinion.topic_id, Opinion.receipt_number, Case.ordinal,
            Opinion.subject, func.substr(Opinion.text, 1, _OPENING).label("opening"),
            Opinion.language, Opinion.registered_at, rank.label("rank"),
        )
        .join(Opinion, Opinion.id == HotTopicOpinion.opinion_id)
        .join(Case, Case.opinion_id == Opinion.id)
        .where(
            HotTopicOpinion.topic_id.in_(topic_ids), Opinion.registered_at >= since,
            counted(), seen_by(person), unrestricted(), Case.ordinal == 1,
        )
        .subquery()
    )  # fmt: skip
    rows = await session.execute(
        select(ranked)
        .where(ranked.c.rank <= _LETTERS)
        .order_by(ranked.c.topic_id, ranked.c.rank)
    )
    return [
        TypicalLetter(
            topic_id=row.topic_id,
            number=receipt.case_number(row.receipt_number, row.ordinal),
            subject=row.subject,
            opening=row.opening,
            language=row.language,
            registered_at=row.registered_at,
        )
        for row in rows
    ]


def _period(facts: Mapping[str, Any]) -> Period:
    return Period(**{**facts, "parts": tuple(facts["parts"])})


def _coolness(period: Period) -> tuple[int, int]:
    return -period.people, -period.opinions
