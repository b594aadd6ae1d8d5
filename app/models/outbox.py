"""Letters to citizens: decided on (待发邮件), sent, come back; and what they say."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import Language, MailPurpose, MailState
from app.models.base import Base, Key


class OutboxMessage(Base):
    """A letter to a citizen, promised in the transaction of its cause."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("message_id"),
        Index(
            "ix_outbox_message_waiting",
            "next_attempt_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_outbox_message_parked",
            "id",
            sqlite_where=text("state = 'parked'"),
            postgresql_where=text("state = 'parked'"),
        ),
        Index(None, "opinion_id"),
    )

    id: Mapped[Key]
    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("opinion.id"))
    """The opinion that it is about; None: it is about an item of a notice."""

    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    purpose: Mapped[MailPurpose]

    message_id: Mapped[str]
    """The same in every attempt, so that a repeat is recognised."""

    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Recipient, subject, body and references as JSON, sealed for ``letter``; gone
    once the letter is."""

    state: Mapped[MailState]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    bounced_at: Mapped[datetime | None]
    """When word came back that it did not reach its receiver (退信)."""


class UnreachableAddress(Base):
    """An address that a letter of ours could not reach; nothing more goes there."""

    __tablename__ = "unreachable_address"

    email_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)

    status: Mapped[str]
    """What the other side said: a status code such as ``5.1.1`` (RFC 3463)."""

    since: Mapped[datetime]


class LetterWording(Base):
    """What letters of one purpose say here, where an administrator changed that."""

    __tablename__ = "letter_wording"

    purpose: Mapped[MailPurpose] = mapped_column(primary_key=True)
    language: Mapped[Language] = mapped_column(primary_key=True)
    subject: Mapped[str]
    body: Mapped[str]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    changed_at: Mapped[datetime]
