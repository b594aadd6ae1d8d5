"""Hot topics: what many opinions of the last weeks are about, as reckoned last."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class HotTopicSurvey(Base):
    """One look through the opinions on a notice, or on all of them."""

    __tablename__ = "hot_topic_survey"
    __table_args__ = (Index(None, "notice_id"),)

    id: Mapped[Key]

    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    """None: all notices."""

    surveyed_at: Mapped[datetime]

    opinions: Mapped[int]
    """How many were read."""

    reaches_back_to: Mapped[datetime]
    """When the oldest that was read was registered, or the beginning of the time that
    was looked at: where there are too many, only the newest are read."""

    newest_id: Mapped[int]
    """The newest opinion that was read; 0: none was."""


class HotTopic(Base):
    """What some of the opinions are about (热点)."""

    __tablename__ = "hot_topic"
    __table_args__ = (Index(None, "survey_id"),)

    id: Mapped[Key]
    """Stays the same from one survey to the next where most of the opinions do."""

    survey_id: Mapped[int] = mapped_column(ForeignKey("hot_topic_survey.id"))

    terms: Mapped[list[Any]]
    places: Mapped[list[Any]]
    """Words as citizens wrote them."""

    periods: Mapped[dict[str, Any]]
    """By the number of weeks: ``{"opinions", "people", "before", "parts"}``, as in
    `domain.hot_topics.Period`."""


class HotTopicOpinion(Base):
    """An opinion that is about a hot topic."""

    __tablename__ = "hot_topic_opinion"
    __table_args__ = (Index(None, "opinion_id"),)

    topic_id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("hot_topic.id"),
        primary_key=True,
        autoincrement=False,
    )
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), primary_key=True)

    place: Mapped[int]
    """From the middle of the topic outwards, beginning with 0."""
