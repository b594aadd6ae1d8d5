"""Learning: what clerks confirmed, and the models that learned from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.teaching import ModelState
from app.models.base import Base, Key


class Confirmation(Base):
    """What a case is about by a person's word, beside the model's first guess.

    It is written in the transaction of the decision, so that learning and the model's
    accuracy need not look through all cases.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        Index(None, "notice_id", "decided_at", "case_id"),
        Index(None, "opinion_id"),
    )

    case_id: Mapped[int] = mapped_column(
        ForeignKey("case.id"), primary_key=True, autoincrement=False
    )
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    """The opinion that opened the case: those that joined it say the same."""

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))

    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    """None: none of the notice's sections."""

    said: Mapped[bool]
    """Whether somebody chose the section; else they answered and let it stand."""

    decided_at: Mapped[datetime]
    """When it came to be this section."""

    guessed_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    """As in `app.domain.teaching.Judged`, and so are the next three."""

    placed: Mapped[bool]
    confidence: Mapped[float]
    place: Mapped[int]


class ModelVersion(Base):
    """A model that was learned for a notice (模型版本), and how well it did."""

    __tablename__ = "model_version"
    __table_args__ = (
        UniqueConstraint("notice_id", "number"),
        Index(
            "uq_model_version_in_use",
            "notice_id",
            unique=True,
            sqlite_where=text("state = 'in_use'"),
            postgresql_where=text("state = 'in_use'"),
        ),
    )

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))

    number: Mapped[int]
    """Counts from 1 within the notice; 0 stands for the notice's words alone."""

    state: Mapped[ModelState]
    made_at: Mapped[datetime]

    examples: Mapped[int]
    """How many confirmed opinions it was learned from."""

    learned_until: Mapped[datetime]
    """The moment of the last confirmation that was known when it was made."""

    measures: Mapped[dict[str, Any]]
    """``{"opinions", "least", "candidate", "before", "before_number", "topics"}``: on
    how many opinions held back it was tried, how many it took at least, what it and the
    model then in use came to there, and by which topics it reads (older versions lack
    the second and the last)."""

    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The model, sealed for ``model``: pieces of what citizens wrote can be read from
    it. Gone where it was rejected, or is too old to go back to."""

    replaced_at: Mapped[datetime | None]
    """When it was in use for the last time."""

    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who had it made; None: the worker, or somebody at a shell."""
