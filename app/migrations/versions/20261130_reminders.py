"""Time, told sooner: reminders to who was asked, new kinds, steps that are late.

And liaisons: the language of letters to them, the files of their answers.

A pause that stands now gets no reminder: its citizen was not told of one. When the
citizen of an open case first heard from the office is read out of the record.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_REMIND = "remind_at IS NOT NULL AND ended_at IS NULL"
_WAITING = ("registered", "assigned")
_CONTACT = "contacted_at IS NULL AND status IN ('registered', 'assigned')"
_ACCEPTANCE = "status = 'registered'"


def _whole(name: str) -> sa.Column[int]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, number, nullable=False)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Go forward."""
    op.add_column("clock_pause", _moment("remind_at"))
    op.add_column("clock_pause", _moment("reminded_at"))
    op.add_column("case", _moment("contacted_at"))
    _read_contacts()
    _index("clock_pause", "remind_at", "remind_at", where=_REMIND)
    _index(
        "case", "acceptance_due_at", "status", "acceptance_due_at", "id",
        where=_ACCEPTANCE,
    )  # fmt: skip
    _index(
        "case", "contact_due_at", "contacted_at", "contact_due_at", "id",
        where=_CONTACT,
    )  # fmt: skip
    op.create_table(
        "clock_rekinding",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        _whole("case_id"),
        sa.Column("kind_before", sa.String(length=32), nullable=True),
        sa.Column("kind_after", sa.String(length=32), nullable=False),
        _whole("policy_before"),
        _whole("policy_after"),
        _moment("due_before", nullable=False),
        _moment("due_after", nullable=False),
        _moment("not_before"),
        _moment("made_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_clock_rekinding_case_id_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_rekinding")),
    )
    op.create_index(op.f("ix_clock_rekinding_case_id"), "clock_rekinding", ["case_id"])


    op.add_column(
        "liaison",
        sa.Column("language", sa.String(32), server_default="zh", nullable=False),
    )
    _liaison_files()


def _liaison_files() -> None:
    op.create_table(
        "liaison_file",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        _whole("reply_id"),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        _whole("size"),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reply_id"],
            ["liaison_reply.id"],
            name=op.f("fk_liaison_file_reply_id_liaison_reply"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison_file")),
    )
    op.create_index(op.f("ix_liaison_file_reply_id"), "liaison_file", ["reply_id"])


def downgrade() -> None:
    """Go back: the days stay where they were moved to, and liaisons' files go.

    Their letters are kept, from which they were taken.
    """
    op.drop_table("liaison_file")
    op.drop_column("liaison", "language")
    op.drop_table("clock_rekinding")
    op.drop_index("ix_case_contact_due_at", "case")
    op.drop_index("ix_case_acceptance_due_at", "case")
    op.drop_index("ix_clock_pause_remind_at", "clock_pause")
    # Not batch_alter_table, which would make the tables anew without their indexes.
    op.drop_column("case", "contacted_at")
    op.drop_column("clock_pause", "reminded_at")
    op.drop_column("clock_pause", "remind_at")


def _index(table: str, name: str, *columns: str, where: str) -> None:
    op.create_index(
        f"ix_{table}_{name}", table, list(columns),
        sqlite_where=sa.text(where), postgresql_where=sa.text(where),
    )  # fmt: skip


def _read_contacts() -> None:
    """Put down of open cases when the office first asked or answered."""
    moment = sa.DateTime(timezone=True)
    case = sa.table(
        "case", sa.column("id"), sa.column("status"), sa.column("opened_at", moment),
        sa.column("clock_began_at", moment), sa.column("contacted_at", moment),
    )  # fmt: skip
    event = sa.table(
        "audit_event", sa.column("case_id"), sa.column("action"),
        sa.column("at", moment),
    )  # fmt: skip
    first = (
        sa.select(sa.func.min(event.c.at))
        .where(
            event.c.case_id == case.c.id,
            event.c.action.in_(("question_asked", "answered")),
            event.c.at >= sa.func.coalesce(case.c.clock_began_at, case.c.opened_at),
        )
        .correlate(case)
        .scalar_subquery()
    )
    op.execute(
        case.update().where(case.c.status.in_(_WAITING)).values(contacted_at=first)
    )
