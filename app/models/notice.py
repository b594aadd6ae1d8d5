"""A notice, its versions, and its sections, which outlive a version."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import NoticeState
from app.models.base import Base, Key


class Notice(Base):
    """A published rectification notice (通报), with its comment window."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[Key]

    slug: Mapped[str]
    """Its name in addresses."""

    title: Mapped[str]
    issuer: Mapped[str | None]
    state: Mapped[NoticeState]

    opens_on: Mapped[date]
    """First day of the comment window, in the office's zone."""

    closes_on: Mapped[date | None]
    """Last day of the comment window; none: open until further notice."""

    published_version: Mapped[int | None]
    """The number of the version that the public reads."""

    created_at: Mapped[datetime]


class NoticeVersion(Base):
    """One text of a notice; a changed text is a new version."""

    __tablename__ = "notice_version"
    __table_args__ = (UniqueConstraint("notice_id", "number"),)

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))

    number: Mapped[int]
    """Counts from 1 within the notice."""

    source: Mapped[bytes] = mapped_column(LargeBinary)
    """The file as it was imported."""

    source_digest: Mapped[str]
    outline: Mapped[dict[str, Any]]
    """The outline of the text, in the form of `app.domain.outline`."""

    imported_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class Section(Base):
    """An item of a notice (整改事项): what opinions are tied to, over all versions."""

    __tablename__ = "section"
    __table_args__ = (Index(None, "notice_id"),)

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))


class SectionText(Base):
    """How one version words and numbers a section."""

    __tablename__ = "section_text"
    __table_args__ = (
        UniqueConstraint("version_id", "path"),
        UniqueConstraint("version_id", "section_id"),
        Index(None, "section_id"),
    )

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("notice_version.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))

    path: Mapped[str]
    """The ordinal path, such as ``2.3.2.6``."""

    label: Mapped[str]
    """The printed number, such as ``(6)``."""

    heading: Mapped[str]
