"""What the public may read of what came of it: answers, progress; and who else asks."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Publication(Base):
    """A question and its answer as the public reads them (公开答复).

    It is a text of the office's own: nothing of an opinion or an answer is shown to
    the public but by way of this.
    """

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("name"),
        UniqueConstraint("case_id"),
        Index(None, "published_at", "id"),
        Index(None, "notice_id", "published_at", "id"),
        Index(None, "section_id", "published_at", "id"),
    )

    id: Mapped[Key]

    name: Mapped[str]
    """What its address ends in; tells nothing of the receipt number."""

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    """The item that it stands beside; None: the notice as a whole."""

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    """Who answered."""

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    """Who answers for the last wording."""

    title: Mapped[str]
    summary: Mapped[str]
    """What was asked, in the office's words."""

    question: Mapped[str | None]
    """What was asked, in the citizen's words without what names anybody. None: there
    is no consent to publish these, or no need."""

    answer: Mapped[str]
    answered_at: Mapped[datetime]
    published_at: Mapped[datetime]

    changed_at: Mapped[datetime]
    """When it was published, worded anew, or taken down."""

    unpublished_at: Mapped[datetime | None]
    """When it was taken down; None: it stands."""

    revision: Mapped[int] = mapped_column()
    """Counts the wordings, so that two people's do not overwrite each other."""

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy asks so


class ProgressNote(Base):
    """A line on what was done about an item, with its day (整改进展).

    Lines are never changed: one that was wrong is taken back, and stays in the record.
    """

    __tablename__ = "progress_note"
    __table_args__ = (
        UniqueConstraint("retry_key"),
        Index(None, "notice_id", "id"),
        Index(None, "section_id", "id"),
    )

    id: Mapped[Key]

    retry_key: Mapped[str]
    """What makes the same form, sent twice, the same line."""

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    done_on: Mapped[date]
    text: Mapped[str]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ApiClient(Base):
    """Another system that sends opinions in over Open311, and its key (接入系统)."""

    __tablename__ = "api_client"
    __table_args__ = (UniqueConstraint("name"), UniqueConstraint("key_digest"))

    id: Mapped[Key]
    name: Mapped[str]
    key_digest: Mapped[bytes] = mapped_column(LargeBinary)
    """Digest of the key, which is shown once."""

    added_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
