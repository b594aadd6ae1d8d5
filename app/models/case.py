"""Cases: the unit of work in the queue, and what they are about."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, TextClause, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain import lifecycle
from app.domain.correspondence import SuggestionGround
from app.domain.deadlines.chasing import Supervision
from app.domain.vocabulary import Channel, Disposition, Kind, Method, Move, Status
from app.models.base import Base, Key


def _where(sqlite: TextClause, *, postgresql: TextClause | None = None) -> Any:
    """Return what says that an index holds only some cases."""
    own = sqlite if postgresql is None else postgresql
    return {"sqlite_where": sqlite, "postgresql_where": own}


class Case(Base):
    """A case (办件): one section, one answering office, one clock."""

    __tablename__ = "case"
    __table_args__ = (
        Index(None, "status", "due_at", "id"),
        Index(None, "office_id", "status", "due_at", "id"),
        Index(None, "assignee_id", "status", "due_at", "id"),
        Index(None, "opened_at", "id"),
        Index(None, "office_id", "opened_at", "id"),
        Index(None, "section_id", "opened_at", "id"),
        Index(None, "notice_id", "opened_at", "id"),
        Index(None, "channel", "opened_at", "id"),
        Index(None, "sounds", "opened_at", "id"),
        Index("uq_case_opinion_id_ordinal", "opinion_id", "ordinal", unique=True),
        Index(
            "ix_case_restricted",
            "office_id", "status", "due_at", "id",
            sqlite_where=text("restricted = 1"),
            postgresql_where=text("restricted"),
        ),
        Index(
            "ix_case_dealt_with",
            "section_id",
            "id",
            sqlite_where=text("status IN ('answered', 'closed')"),
            postgresql_where=text("status IN ('answered', 'closed')"),
        ),
        Index(
            "ix_case_unread",
            "office_id",
            "opened_at",
            "id",
            sqlite_where=text("unread = 1"),
            postgresql_where=text("unread"),
        ),
        Index(
            "ix_case_lapses_at",
            "lapses_at",
            sqlite_where=text("lapses_at IS NOT NULL"),
            postgresql_where=text("lapses_at IS NOT NULL"),
        ),
        Index(
            "ix_case_provisional",
            "id",
            sqlite_where=text("provisional = 1"),
            postgresql_where=text("provisional"),
        ),
        Index(
            "ix_case_supervised_at",
            "due_at",
            "id",
            sqlite_where=text("supervised_at IS NOT NULL"),
            postgresql_where=text("supervised_at IS NOT NULL"),
        ),
        # These are small: most cases stand in none of them.
        Index(
            "ix_case_acceptance_due_at", "acceptance_due_at", "id",
            **_where(text("status = 'registered'")),
        ),
        Index(
            "ix_case_contact_due_at", "contacted_at", "contact_due_at", "id",
            **_where(
                text("contacted_at IS NULL AND status IN ('registered', 'assigned')")
            ),
        ),
        Index(
            "ix_case_late", "opened_at", "id",
            **_where(text("late = 1"), postgresql=text("late")),
        ),
        Index(
            "ix_case_has_files", "opened_at", "id",
            **_where(text("has_files = 1"), postgresql=text("has_files")),
        ),
        Index(
            "ix_case_unread_opened_at",
            "opened_at",
            "id",
            sqlite_where=text("unread = 1"),
            postgresql_where=text("unread"),
        ),
        Index(
            "ix_case_snoozed_until",
            "snoozed_until",
            "id",
            sqlite_where=text("snoozed_until IS NOT NULL"),
            postgresql_where=text("snoozed_until IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))

    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    """The opinion that opened it; further ones join by strands."""

    ordinal: Mapped[int] = mapped_column(default=1, server_default="1")
    """Which of the opinion's cases it is: an opinion on two matters has two."""

    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    """What it is about, as decided last; None: not sure, or none of the items."""

    kind: Mapped[Kind | None]
    sounds: Mapped[Kind | None]
    """Its kind; where nobody has said that, what it sounds like."""

    channel: Mapped[Channel]
    """The door that the opinion which opened it came through."""

    late: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether that opinion came after the comment window had closed."""

    has_files: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether that opinion brought files, or something added to it did."""

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    """The office in whose queue it is."""

    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    status: Mapped[Status]
    disposition: Mapped[Disposition | None]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When the answer is due, with all pauses and extensions so far."""

    acceptance_due_at: Mapped[datetime | None]
    contact_due_at: Mapped[datetime | None]
    """When the steps before are due; None: registered before there were policies."""

    contacted_at: Mapped[datetime | None]
    """When its citizen first heard from the office since its clock began."""

    clock_began_at: Mapped[datetime | None]
    """From when they were reckoned: when it was registered, or reopened last."""

    policy: Mapped[int | None]
    """Of which policy these moments are; 0: the settings'; None: see `clocks.kept`."""

    calendar: Mapped[str | None]
    """The version of the calendar that they were reckoned with. What moved the answer's
    later names its own."""

    provisional: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a day before `due_at` is in a year that the calendar did not know."""

    paused_at: Mapped[datetime | None]
    """Since when the clock stands; None: it runs."""

    lapses_at: Mapped[datetime | None]
    """When a worker has to see that it is overdue; None: it need not look."""

    overdue_at: Mapped[datetime | None]
    """When it was put before the supervision office as overdue."""

    supervision: Mapped[Supervision | None]
    supervised_at: Mapped[datetime | None]
    """How hard it was chased, and since when it is; None: it is not."""

    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    restricted: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it lies with the restricted desk, as a report of wrongdoing. All cases
    of an opinion do, or none: they show the same words."""

    merged_at: Mapped[datetime | None]
    """When it was taken back into the case that it had been split from; from then on
    nobody sees it but in the record."""

    unread: Mapped[bool]
    """Whether the citizen added something that nobody here has looked at."""

    snoozed_until: Mapped[datetime | None]
    """Until when it is out of the way (暂缓); after that moment it is back, on top of
    its tab, until somebody takes a step. Its clock runs on."""

    revision: Mapped[int] = mapped_column()
    """Counts the changes, so that two people's changes do not overwrite each other."""

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy asks so

    def move(self, move: Move) -> None:
        """Take a step of the procedure; nothing else sets ``status``.

        Raises:
            IllegalTransition: The table has no such step from here.
        """
        self.status = lifecycle.after(self.status, move)
        self.watch()

    def watch(self) -> None:
        """Let a worker look when the answer falls due, or not any more."""
        running = self.paused_at is None and self.overdue_at is None
        waits = self.status in lifecycle.WAITING and running
        self.lapses_at = self.due_at if waits else None


class Strand(Base):
    """Ties an opinion to a case (诉求)."""

    __tablename__ = "strand"
    __table_args__ = (UniqueConstraint("opinion_id", "case_id"), Index(None, "case_id"))

    id: Mapped[Key]
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))

    places: Mapped[list[Any] | None]
    """The parts of the opinion's text that are about this matter: ``[start, stop]``,
    as in slices. None: all of it is."""

    kind: Mapped[Kind | None]
    """What it sounds like to the model, whatever the citizen called it."""

    kind_terms: Mapped[list[Any] | None]
    """The words that say so, as the citizen wrote them."""


class Suggestion(Base):
    """A letter that may belong to an older opinion, too weakly to be joined to it."""

    __tablename__ = "suggestion"
    __table_args__ = (
        UniqueConstraint("case_id", "opinion_id"),
        Index(None, "opinion_id"),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    """The case that the letter opened."""

    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    """The older opinion."""

    ground: Mapped[SuggestionGround]
    contained: Mapped[float | None]
    """How much of the shorter one stands in the longer one, where that is why."""

    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """When somebody of the staff had dealt with it."""


class Classification(Base):
    """One answer to what a strand is about (归类), and who gave it."""

    __tablename__ = "classification"
    __table_args__ = (
        Index(None, "strand_id"),
        Index(
            "uq_classification_endpoint",
            "strand_id",
            unique=True,
            sqlite_where=text("method = 'endpoint'"),
            postgresql_where=text("method = 'endpoint'"),
        ),
        Index(
            "ix_classification_endpoint_made_at",
            "made_at",
            sqlite_where=text("method = 'endpoint'"),
            postgresql_where=text("method = 'endpoint'"),
        ),
    )

    id: Mapped[Key]
    strand_id: Mapped[int] = mapped_column(ForeignKey("strand.id"))
    method: Mapped[Method]
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    confidence: Mapped[float]
    candidates: Mapped[list[Any]]
    """Ranked: ``{"section_id", "confidence"}``."""

    evidence: Mapped[list[Any]]
    """The words that decided: ``{"term", "section_id", "source"}``."""

    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
