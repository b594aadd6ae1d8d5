"""Several offices: disputes (派单异议), and liaisons (联络员) who answer by mail."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.offices import DisputeGround, ReplyVerdict, Ruling
from app.domain.vocabulary import Language
from app.models.base import Base, Key


class Dispute(Base):
    """An office's word that a case is not its own, and what was ruled."""

    __tablename__ = "dispute"
    __table_args__ = (
        UniqueConstraint("case_id", "assignment_id"),
        Index(
            "ix_dispute_open",
            "id",
            sqlite_where=text("ruling IS NULL"),
            postgresql_where=text("ruling IS NULL"),
        ),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))

    assignment_id: Mapped[int]
    """The record's event by which the office got the case: it disputes that once."""

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    ground: Mapped[DisputeGround]
    words: Mapped[str]
    suggested_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    """The office that it thinks responsible."""

    disputed_at: Mapped[datetime]
    ruling: Mapped[Ruling | None]
    """None: nobody has ruled yet."""

    remark: Mapped[str | None]
    """Why it was ruled so."""

    given_to: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    ruled_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ruled_at: Mapped[datetime | None]


class Liaison(Base):
    """A mail address of an office at which somebody answers for it (联络员)."""

    __tablename__ = "liaison"
    __table_args__ = (UniqueConstraint("office_id", "email_digest"),)

    id: Mapped[Key]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))

    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The address, sealed for ``liaison``."""

    email_digest: Mapped[bytes] = mapped_column(LargeBinary)
    active: Mapped[bool] = mapped_column(server_default=true())
    """Whether cases are sent there."""

    language: Mapped[Language] = mapped_column(server_default=Language.ZH.value)
    """The one that letters there are written in."""

    since: Mapped[datetime]
    """When it was added, or switched on last: older cases are not sent."""

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class LiaisonLetter(Base):
    """That a case goes to a liaison by mail; the letter bears the same key."""

    __tablename__ = "liaison_letter"
    __table_args__ = (
        UniqueConstraint("case_id", "liaison_id", "promised_at"),
        Index(
            "ix_liaison_letter_due",
            "id",
            sqlite_where=text("written_at IS NULL"),
            postgresql_where=text("written_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    liaison_id: Mapped[int] = mapped_column(ForeignKey("liaison.id"))
    helps: Mapped[bool]
    """Whether the office is only asked what it thinks (协办)."""

    promised_at: Mapped[datetime]
    written_at: Mapped[datetime | None]
    """When the worker put it into the outbox, or found that it need not go."""

    void_at: Mapped[datetime | None]
    """When the case went elsewhere: what is answered to it then is nobody's answer."""


class LiaisonReply(Base):
    """What a liaison answered, which waits for a person at the desk."""

    __tablename__ = "liaison_reply"
    __table_args__ = (
        UniqueConstraint("arrival_id"),
        Index(None, "case_id", "id"),
        Index(
            "ix_liaison_reply_waiting",
            "id",
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("liaison_letter.id"))
    arrival_id: Mapped[int] = mapped_column(ForeignKey("arrival.id"))
    helps: Mapped[bool]
    text: Mapped[str]
    files: Mapped[int]
    """How many files came with it; what came before files were kept has none."""

    replied_at: Mapped[datetime]
    verdict: Mapped[ReplyVerdict | None]
    remark: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]


class LiaisonFile(Base):
    """A file that came with a liaison's answer; the office's, and no citizen's."""

    __tablename__ = "liaison_file"
    __table_args__ = (Index(None, "reply_id"),)

    id: Mapped[Key]
    reply_id: Mapped[int] = mapped_column(ForeignKey("liaison_reply.id"))
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The content, sealed for ``liaison file``."""
