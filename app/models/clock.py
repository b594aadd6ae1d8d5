"""Clocks: the calendar, the policies, and how the clocks of cases stood and were moved.

When a case is due stands on the case itself. Pauses and extensions are kept as they
were, so that anybody can reckon it again from here.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.deadlines.chasing import ExtensionState, PauseEnd
from app.domain.deadlines.policy import Unit
from app.domain.vocabulary import Kind
from app.models.base import Base, Key


class CalendarEntry(Base):
    """A year of the working calendar, as the office entered it; the newest counts."""

    __tablename__ = "calendar_entry"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[Key]
    number: Mapped[int]
    """From 1 on, whatever the year: a case says up to which it was reckoned."""

    year: Mapped[int]
    source: Mapped[str]
    holidays: Mapped[list[Any]]
    """``{"name", "free", "worked"}`` each, the days as ``YYYY-MM-DD``."""

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    entered_at: Mapped[datetime]


class PolicyVersion(Base):
    """A policy for opinions of one kind; the newest counts."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[Key]
    number: Mapped[int]
    """From 1 on, whatever the kind; 0 is the one of the settings, which has no row."""

    kind: Mapped[Kind | None]
    """None: opinions whose citizen said none."""

    terms: Mapped[dict[str, Any]]
    """As `domain.deadlines.policy.policy_as_json` writes them."""

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    set_at: Mapped[datetime]


class ClockPause(Base):
    """A time in which the clock of a case stood, as its citizen was asked."""

    __tablename__ = "clock_pause"
    __table_args__ = (
        Index(None, "case_id"),
        Index(
            "uq_clock_pause_case_id_open",
            "case_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_clock_pause_until_at_open",
            "until_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_clock_pause_remind_at",
            "remind_at",
            sqlite_where=text("remind_at IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=text("remind_at IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    began_at: Mapped[datetime]
    until_at: Mapped[datetime]
    """When the clock goes on by itself."""

    unit: Mapped[Unit]
    """What its length counts in: the unit of the answer's term."""

    zone: Mapped[str]
    """The zone in which its days began."""

    remind_at: Mapped[datetime | None]
    """When a worker has to remind the citizen; None: it need not, or has done so."""

    reminded_at: Mapped[datetime | None]
    """When a letter that reminds was promised; None: none was."""

    ended_at: Mapped[datetime | None]
    ended_by: Mapped[PauseEnd | None]
    stood: Mapped[int | None]
    """By how many of the unit it moved what is due; of hours, in seconds."""

    calendar: Mapped[str | None]
    due_before: Mapped[datetime | None]
    due_after: Mapped[datetime | None]


class ClockExtension(Base):
    """A wish to answer later, its reason, and what became of it."""

    __tablename__ = "clock_extension"
    __table_args__ = (
        Index(None, "case_id"),
        Index(
            "uq_clock_extension_case_id_asked",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        Index(
            "ix_clock_extension_asked",
            "id",
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    state: Mapped[ExtensionState]
    amount: Mapped[int]
    unit: Mapped[Unit]
    reason: Mapped[str]
    """What the citizen is told when it is granted."""

    approver: Mapped[str | None]
    """The duty whose holder decides, as the policy says; None: nobody had to."""

    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    calendar: Mapped[str | None]
    due_before: Mapped[datetime | None]
    due_after: Mapped[datetime | None]


class ClockRekinding(Base):
    """A case that became one of another kind, and what that did to its answer's day."""

    __tablename__ = "clock_rekinding"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind_before: Mapped[Kind | None]
    kind_after: Mapped[Kind]
    policy_before: Mapped[int]
    policy_after: Mapped[int]
    due_before: Mapped[datetime]
    due_after: Mapped[datetime]
    not_before: Mapped[datetime | None]
    """The last day that its office had to be left; None: it was left more."""

    made_at: Mapped[datetime]
