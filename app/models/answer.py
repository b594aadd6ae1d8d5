"""What is written on a case: answers, which the citizen receives, and notes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Answer(Base):
    """What the citizen receives (答复)."""

    __tablename__ = "answer"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    text: Mapped[str]
    answered_at: Mapped[datetime]


class Note(Base):
    """What the citizen never receives (批注)."""

    __tablename__ = "note"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str]
    noted_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    """When its writer changed it, soon after."""

    contributed_by: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    """The co-office whose written opinion it is (会办意见); None: a note."""
