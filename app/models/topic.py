"""Topics: what the office says of the lexicon, beside what came with the package."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class TopicTable(Base):
    """The state of the topics as a whole; one row, so that changes take turns."""

    __tablename__ = "topic_table"

    id: Mapped[Key]

    revision: Mapped[int]
    """Counts the changes of words and links; classifiers are built anew with each."""

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    changed_at: Mapped[datetime]


class TopicWords(Base):
    """A topic of the office's own, or what it changed in one of ours."""

    __tablename__ = "topic_words"

    topic: Mapped[str] = mapped_column(primary_key=True)
    """The topic's name, as in `app/classify/topics` or of the office's own."""

    zh: Mapped[str]
    en: Mapped[str]
    """What an own topic is called; empty of one of ours."""

    added: Mapped[dict[str, Any]]
    struck: Mapped[dict[str, Any]]
    """Words as they were typed, by lists (`app.classify.amending`)."""

    revision: Mapped[int]
    """That of the table when the topic, or a link of it, was changed last."""

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    changed_at: Mapped[datetime]


class TopicLink(Base):
    """How much of a topic belongs to a section, by somebody's word."""

    __tablename__ = "topic_link"
    __table_args__ = (Index(None, "notice_id"), Index(None, "section_id"))

    topic: Mapped[str] = mapped_column(
        ForeignKey("topic_words.topic"), primary_key=True
    )
    section_id: Mapped[int] = mapped_column(
        ForeignKey("section.id"), primary_key=True, autoincrement=False
    )
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))

    share: Mapped[float]
    """From 0 (nothing) to 1 (all); the notice's words no longer count."""
