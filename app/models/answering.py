"""Working on a case: drafts, looks, templates, answers that wait for a signature."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.answering import DraftPart, Verdict
from app.domain.vocabulary import Disposition, Kind, Language
from app.models.base import Base, Key


class KeptDraft(Base):
    """What somebody began to write on a case and has not sent (草稿)."""

    __tablename__ = "kept_draft"
    __table_args__ = (
        UniqueConstraint("staff_id", "case_id", "part"),
        Index(None, "staff_id", "saved_at", "id"),
        Index(None, "case_id"),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    part: Mapped[DraftPart]

    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The text, sealed for ``draft``."""

    version: Mapped[int]
    """Counts the saves, so that two windows do not overwrite each other."""

    revision: Mapped[int]
    """The case's revision on the page that it was written on."""

    saved_at: Mapped[datetime]
    discarded_at: Mapped[datetime | None]
    """When it was thrown away; it can be taken back for a while."""


class CaseLook(Base):
    """Who looked at a case a moment ago; a hint to colleagues and no lock.

    A person has as many rows as they had cases open lately; older ones are dropped with
    the next look.
    """

    __tablename__ = "case_look"
    __table_args__ = (Index(None, "case_id"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    at: Mapped[datetime]
    wrote_at: Mapped[datetime | None]
    """When they last typed something there."""


class AnswerTemplate(Base):
    """A text to begin an answer with (答复模板), with places to be filled in."""

    __tablename__ = "answer_template"
    __table_args__ = (
        Index(None, "archived_at", "position", "id"),
        Index(None, "office_id"),
        Index(None, "section_id"),
    )

    id: Mapped[Key]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    """Whose it is; None: the whole house's."""

    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    """The item that it is for; None: any."""

    kind: Mapped[Kind | None]
    language: Mapped[Language]
    title: Mapped[str]
    body: Mapped[str]
    position: Mapped[int]
    """Where it stands in lists; lower ones come first."""

    used: Mapped[int]
    """How often it was put into an answer."""

    version: Mapped[int]
    archived_at: Mapped[datetime | None]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    """Who changed it last."""

    changed_at: Mapped[datetime]


class SubmittedAnswer(Base):
    """An answer that waits for a second signature (审核签发), and what became of it."""

    __tablename__ = "submitted_answer"
    __table_args__ = (
        Index(
            "uq_submitted_answer_waiting",
            "case_id",
            unique=True,
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
        Index(None, "case_id", "id"),
        Index(
            "ix_submitted_answer_office",
            "office_id",
            "id",
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
        Index(None, "staff_id", "id"),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    """The office whose answer it is; another that gets the case writes its own."""

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str]
    """As it was submitted."""

    also: Mapped[list[Any]]
    """The ordinals of the opinion's other cases that get the same answer."""

    disposition: Mapped[Disposition | None]
    """How the case ends with it; None: it stays open."""

    submitted_at: Mapped[datetime]
    verdict: Mapped[Verdict | None]
    """What was decided; None: nothing yet."""

    approved_text: Mapped[str | None]
    """As it was sent, where the approver changed it."""

    remark: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
