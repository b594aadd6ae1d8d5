"""What citizens say of an answer, and what they follow: ratings, reviews, items."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.following import MailWish, Solved
from app.domain.vocabulary import Language
from app.models.base import Base, Key


class Rating(Base):
    """What one citizen says of one answer (满意度评价)."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("answer_id", "opinion_id"),
        Index(None, "opinion_id"),
    )

    id: Mapped[Key]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    """Whose words these are: an answer may go to many."""

    solved: Mapped[Solved]
    score: Mapped[int]
    """From 1 (very bad) to 5 (very good)."""

    words: Mapped[str]
    rated_at: Mapped[datetime]
    """When it was said last."""


class ReviewRequest(Base):
    """A citizen's request for a second look at an answer (复查)."""

    __tablename__ = "review_request"
    __table_args__ = (
        UniqueConstraint("answer_id", "opinion_id"),
        Index(None, "opinion_id"),
    )

    id: Mapped[Key]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    reason: Mapped[str]
    asked_at: Mapped[datetime]


class MailRequest(Base):
    """An address that somebody named, and what is wanted there; looked at later.

    Whoever names it learns nothing, not even from how long the answer takes: this row
    is all that the request does.
    """

    __tablename__ = "mail_request"

    id: Mapped[Key]
    wish: Mapped[MailWish]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The address, sealed for ``mail request``."""

    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    """The item that is to be followed; None: the receipts are wanted."""

    language: Mapped[Language]
    asked_at: Mapped[datetime]


class MailGrant(Base):
    """How many letters an address was granted on a day; old ones go."""

    __tablename__ = "mail_grant"
    __table_args__ = (Index(None, "day"),)

    email_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    wish: Mapped[MailWish] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    number: Mapped[int]


class Subscription(Base):
    """An address at which somebody wants to hear of an item (关注)."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("section_id", "email_digest"),
        Index(None, "email_digest"),
        Index(
            "ix_subscription_unconfirmed",
            "asked_at",
            sqlite_where=text("confirmed_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    email_digest: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The address, sealed for ``subscription``."""

    language: Mapped[Language]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When whoever has the address said yes; without that it goes after some days."""


class SectionNews(Base):
    """That something came of an item, which those who follow it are to be told."""

    __tablename__ = "section_news"
    __table_args__ = (Index(None, "due_at"),)

    section_id: Mapped[int] = mapped_column(
        ForeignKey("section.id"), primary_key=True, autoincrement=False
    )

    due_at: Mapped[datetime]
    """When they are told: the next morning, so that no letter names a case's hour."""

    told_upto: Mapped[int]
    """The last of the subscriptions that were told; 0: none yet."""
