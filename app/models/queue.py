"""The queue's own tables: views, choices, watches, mentions, and what was done to many.

All of it is about how the staff works; nothing of it says anything of a citizen.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.views import Audience
from app.models.base import Base, Key


class SavedView(Base):
    """What somebody asks the queue for again and again, under a name (视图)."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("staff_id", "name"),
        Index(None, "audience", "office_id"),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    """Who made it, and alone may change it."""

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    """The office of whoever made it, as it was then."""

    name: Mapped[str]
    audience: Mapped[Audience]
    asked: Mapped[dict[str, Any]]
    """The parts of the queue's address, by name."""

    made_at: Mapped[datetime]


class DeskChoice(Base):
    """How one person wants the desk; no row: as it comes."""

    __tablename__ = "desk_choice"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id"), primary_key=True, autoincrement=False
    )
    columns: Mapped[list[Any] | None]
    """The columns of the queue in their order; None: as it comes."""

    view_id: Mapped[int | None] = mapped_column(
        ForeignKey("saved_view.id", ondelete="SET NULL")
    )
    """The view that the queue opens with; None: new cases."""

    single_keys: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether one key alone does something (WCAG 2.1.4)."""


class CaseWatch(Base):
    """Somebody follows a case (关注)."""

    __tablename__ = "case_watch"
    __table_args__ = (Index(None, "case_id"),)

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id"), primary_key=True, autoincrement=False
    )
    case_id: Mapped[int] = mapped_column(
        ForeignKey("case.id"), primary_key=True, autoincrement=False
    )
    seen_key: Mapped[int]
    """A key made when the person last looked: events with greater ones are news."""


class Mention(Base):
    """Somebody was named with ``@`` in a note (提及)."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("note_id", "staff_id"),
        Index(
            "ix_mention_unseen",
            "staff_id",
            "case_id",
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))
    mentioned_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class Batch(Base):
    """A step that was taken on several cases at once (批量办理)."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("staff_id", "token"),)

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    token: Mapped[str]
    """Of the page on which it was decided, which is sent once."""

    step: Mapped[str]
    taken_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class BatchCase(Base):
    """What a batch did to one of its cases, and how to take that back."""

    __tablename__ = "batch_case"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("batch.id"), primary_key=True, autoincrement=False
    )
    case_id: Mapped[int] = mapped_column(
        ForeignKey("case.id"), primary_key=True, autoincrement=False
    )
    revision: Mapped[int]
    """Of the case after the step: who changed it since changed this, too."""

    before: Mapped[dict[str, Any]]
    """What the step overwrote: column by column."""

    undone_at: Mapped[datetime | None]
