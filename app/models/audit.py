"""The record of what was done (办理记录), append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.record import Action
from app.models.base import Base, Key


class AuditEvent(Base):
    """Actor, action, moment; ids and words of ours, never what a citizen wrote."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "case_id", "id"),
        Index(
            "ix_audit_event_staff_id_id",
            "staff_id",
            "id",
            sqlite_where=text("staff_id IS NOT NULL"),
            postgresql_where=text("staff_id IS NOT NULL"),
        ),
        Index(None, "action", "id"),
    )

    id: Mapped[Key]
    at: Mapped[datetime]
    action: Mapped[Action]

    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who did it; None: the citizen, or the service itself."""

    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    facts: Mapped[dict[str, Any]]
    """What changed, such as ``{"from": "2.1", "to": "2.4"}``."""
