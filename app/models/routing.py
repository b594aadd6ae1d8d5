"""Routing: the table of rules, what offices are called, and which rule sent a case."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import Channel, Kind
from app.models.base import Base, Key


class RoutingTable(Base):
    """The state of the table as a whole; one row, so that changes take turns."""

    __tablename__ = "routing_table"

    id: Mapped[Key]

    revision: Mapped[int]
    """Counts the changes of rules and names."""

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    changed_at: Mapped[datetime]


class RoutingRule(Base):
    """One line of the table; the first whose conditions all hold decides."""

    __tablename__ = "routing_rule"

    id: Mapped[Key]
    """Stays the same when the line is edited or moved."""

    position: Mapped[int]
    """Counts from 1."""

    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    """With everything below it; None: whatever the case is about."""

    kind: Mapped[Kind | None]
    channel: Mapped[Channel | None]

    places: Mapped[list[Any]]
    """Words as they were typed, one of which has to stand in the text; none: any."""

    most_open: Mapped[int | None]
    """The rule holds while the office has fewer cases waiting for an answer."""

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    """The lead office (主办)."""

    co_office_ids: Mapped[list[Any]]
    """The co-offices (协办)."""

    note: Mapped[str]
    """What the staff is told on the case's page."""


class OfficeName(Base):
    """A name under which citizens speak of an office."""

    __tablename__ = "office_name"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class CaseOffice(Base):
    """A co-office of a case (协办单位): it sees the case and says what it thinks."""

    __tablename__ = "case_office"
    __table_args__ = (
        Index(None, "office_id", "case_id"),
        Index(None, "office_id", "since"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """Until when its opinion is wanted; None: nobody has said."""


class RoutedCase(Base):
    """That a rule sent a case to an office, and whether it came back."""

    __tablename__ = "routed_case"
    __table_args__ = (
        Index(None, "rule_id", "routed_at"),
        Index(None, "office_id", "routed_at"),
        Index(None, "case_id"),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))

    rule_id: Mapped[int]
    """The rule, which may be gone by now."""

    position: Mapped[int]
    """Where it stood in the table then."""

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    routed_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]


class ComplainedOf(Base):
    """An office, or somebody there, that the text of a case complains of."""

    __tablename__ = "complained_of"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who there; None: the office."""

    name: Mapped[str]
    """The name of ours that stands in the text."""
