"""Held opinions: what a citizen sent by form, received and not yet taken for a case."""

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class HeldOpinion(Base):
    """The receipt of an opinion that is held as suspicious, and what it would become.

    Its arrival keeps text and files as they came. Released, the opinion bears the same
    number and the same code.
    """

    __tablename__ = "held_opinion"
    __table_args__ = (UniqueConstraint("receipt_number"),)

    arrival_id: Mapped[Key] = mapped_column(ForeignKey("arrival.id"))

    receipt_number: Mapped[str]
    """As in `Opinion`; the citizen keeps it when the opinion is released."""

    query_digest: Mapped[bytes] = mapped_column(LargeBinary)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))

    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """What the form said beside text and files (contact details, choices), as JSON,
    sealed for ``held opinion``."""
