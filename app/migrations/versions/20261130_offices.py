"""Several offices: disputes, joint handling with days, liaisons who answer by mail.

No co-office was given a day before, and what it wrote so far stays a note. No office
has a liaison until somebody names one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(
        name,
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        autoincrement=False,
        nullable=nullable,
    )


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=32), nullable=nullable)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def upgrade() -> None:
    """Go forward."""
    op.add_column("case_office", _moment("due_at", nullable=True))
    with op.batch_alter_table("note") as note:
        note.add_column(_whole("contributed_by", nullable=True))
        note.create_foreign_key(
            op.f("fk_note_contributed_by_office"), "office", ["contributed_by"], ["id"]
        )
    op.create_index(
        op.f("ix_routed_case_office_id_routed_at"),
        "routed_case",
        ["office_id", "routed_at"],
    )
    op.create_index(
        op.f("ix_case_office_office_id_since"), "case_office", ["office_id", "since"]
    )
    _disputes()
    _liaisons()
    _replies()


def _disputes() -> None:
    op.create_table(
        "dispute",
        _whole("id"),
        _whole("case_id"),
        _whole("assignment_id"),
        _whole("office_id"),
        _whole("staff_id"),
        _word("ground"),
        sa.Column("words", sa.Text(), nullable=False),
        _whole("suggested_id", nullable=True),
        _moment("disputed_at"),
        _word("ruling", nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        _whole("given_to", nullable=True),
        _whole("ruled_by", nullable=True),
        _moment("ruled_at", nullable=True),
        _to("dispute", "case_id", "case"),
        _to("dispute", "office_id", "office"),
        _to("dispute", "staff_id", "staff"),
        _to("dispute", "suggested_id", "office"),
        _to("dispute", "given_to", "office"),
        _to("dispute", "ruled_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint(
            "case_id", "assignment_id", name=op.f("uq_dispute_case_id_assignment_id")
        ),
    )
    _waiting("ix_dispute_open", "dispute", "ruling IS NULL")


def _liaisons() -> None:
    op.create_table(
        "liaison",
        _whole("id"),
        _whole("office_id"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_digest", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        _moment("since"),
        _whole("staff_id"),
        _to("liaison", "office_id", "office"),
        _to("liaison", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison")),
        sa.UniqueConstraint(
            "office_id", "email_digest", name=op.f("uq_liaison_office_id_email_digest")
        ),
    )
    op.create_table(
        "liaison_letter",
        _whole("id"),
        _whole("case_id"),
        _whole("office_id"),
        _whole("liaison_id"),
        sa.Column("helps", sa.Boolean(), nullable=False),
        _moment("promised_at"),
        _moment("written_at", nullable=True),
        _moment("void_at", nullable=True),
        _to("liaison_letter", "case_id", "case"),
        _to("liaison_letter", "office_id", "office"),
        _to("liaison_letter", "liaison_id", "liaison"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison_letter")),
        sa.UniqueConstraint(
            "case_id",
            "liaison_id",
            "promised_at",
            name=op.f("uq_liaison_letter_case_id_liaison_id_promised_at"),
        ),
    )
    _waiting("ix_liaison_letter_due", "liaison_letter", "written_at IS NULL")


def _replies() -> None:
    op.create_table(
        "liaison_reply",
        _whole("id"),
        _whole("case_id"),
        _whole("office_id"),
        _whole("letter_id"),
        _whole("arrival_id"),
        sa.Column("helps", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _whole("files"),
        _moment("replied_at"),
        _word("verdict", nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        _whole("decided_by", nullable=True),
        _moment("decided_at", nullable=True),
        _to("liaison_reply", "case_id", "case"),
        _to("liaison_reply", "office_id", "office"),
        _to("liaison_reply", "letter_id", "liaison_letter"),
        _to("liaison_reply", "arrival_id", "arrival"),
        _to("liaison_reply", "decided_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison_reply")),
        sa.UniqueConstraint("arrival_id", name=op.f("uq_liaison_reply_arrival_id")),
    )
    op.create_index(
        op.f("ix_liaison_reply_case_id_id"), "liaison_reply", ["case_id", "id"]
    )
    _waiting("ix_liaison_reply_waiting", "liaison_reply", "verdict IS NULL")


def _waiting(name: str, table: str, where: str) -> None:
    op.create_index(
        name,
        table,
        ["id"],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("liaison_reply")
    op.drop_table("liaison_letter")
    op.drop_table("liaison")
    op.drop_table("dispute")
    op.drop_index(op.f("ix_routed_case_office_id_routed_at"), "routed_case")
    with op.batch_alter_table("note") as note:
        note.drop_constraint(op.f("fk_note_contributed_by_office"), type_="foreignkey")
        note.drop_column("contributed_by")
    op.drop_index(op.f("ix_case_office_office_id_since"), "case_office")
    op.drop_column("case_office", "due_at")
