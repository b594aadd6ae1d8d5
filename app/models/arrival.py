"""Arrivals: the bytes as they came, each with exactly one fate."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import Channel, Fate
from app.models.base import Base, Key

KEPT = "fate IN ('opened', 'joined', 'held')"
"""Arrivals that count: of these the same one cannot be kept twice."""


class Arrival(Base):
    """What came through a door (原件), kept before anyone understood it."""

    __tablename__ = "arrival"
    __table_args__ = (
        Index(
            "uq_arrival_kept",
            "channel",
            "arrival_key",
            unique=True,
            sqlite_where=text(KEPT),
            postgresql_where=text(KEPT),
        ),
        Index(
            "ix_arrival_waiting",
            "id",
            sqlite_where=text("fate IS NULL"),
            postgresql_where=text("fate IS NULL"),
        ),
        Index(
            "ix_arrival_held",
            "id",
            sqlite_where=text("fate = 'held'"),
            postgresql_where=text("fate = 'held'"),
        ),
        Index(None, "opinion_id"),
    )

    id: Mapped[Key]
    channel: Mapped[Channel]

    arrival_key: Mapped[str | None]
    """Digest of what makes two arrivals the same: the form's token, the client's
    key, the letter's content. None until a letter was read."""

    content_digest: Mapped[str]
    """Digest of what was sent: the same key with other content is no retry."""

    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The bytes as they came, sealed for ``arrival``."""

    size: Mapped[int]

    sealed_envelope: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sender and recipients of the letter's envelope, as sealed JSON."""

    received_at: Mapped[datetime]

    authentication: Mapped[dict[str, Any] | None]
    """Who vouches for the sender of a letter, and how: ``{"by", "spf", "dkim",
    "dmarc", ...}`` (RFC 8601). None: nobody whom we trust said anything."""

    fate: Mapped[Fate | None]
    """None only while a letter waits to be read."""

    reason: Mapped[str | None]
    """Why it is held or refused: a `HoldReason` or `RefuseReason`."""

    fated_at: Mapped[datetime | None]
    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("opinion.id"))
    """The opinion that it became, added to, or repeated."""
