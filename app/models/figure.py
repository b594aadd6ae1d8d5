"""Figures: what became of the cases of each week, reckoned beforehand."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.figures import Breakdown
from app.models.base import Base


class WeekFigure(Base):
    """What became of the cases that were opened in one week, for one part of them."""

    __tablename__ = "week_figure"

    week_on: Mapped[date] = mapped_column(primary_key=True)
    """Its Monday, in the office's zone."""

    notice_id: Mapped[int] = mapped_column(
        ForeignKey("notice.id"), primary_key=True, autoincrement=False
    )
    breakdown: Mapped[Breakdown] = mapped_column(primary_key=True)

    part: Mapped[str] = mapped_column(primary_key=True)
    """Which part: the key of an office or a section, a channel, a kind; empty where
    there is none."""

    received: Mapped[int]
    in_time: Mapped[int]
    late: Mapped[int]
    waiting: Mapped[int]
    overdue: Mapped[int]
    closed: Mapped[int]
    adopted: Mapped[int]
    rated: Mapped[int]
    solved: Mapped[int]
    satisfied: Mapped[int]


class FigureReckoning(Base):
    """How far the figures go; there is one row, or none before the first reckoning."""

    __tablename__ = "figure_reckoning"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The version of the rules by which they were reckoned: under others there is no
    row, and all weeks are reckoned anew."""

    event_id: Mapped[int]
    """The newest event of the record that was seen."""

    reckoned_at: Mapped[datetime]
