"""Answering: drafts, looks, templates, and answers that wait for a second signature.

No office asks for a second signature until somebody says so, and no note that was
written before counts as changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
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
    op.add_column("note", _moment("edited_at", nullable=True))
    op.add_column(
        "office",
        sa.Column(
            "countersigns", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
    )
    _drafts_and_looks()
    _templates()
    _submitted()


def _drafts_and_looks() -> None:
    op.create_table(
        "kept_draft",
        _whole("id"),
        _whole("staff_id"),
        _whole("case_id"),
        _word("part"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _whole("version"),
        _whole("revision"),
        _moment("saved_at"),
        _moment("discarded_at", nullable=True),
        _to("kept_draft", "staff_id", "staff"),
        _to("kept_draft", "case_id", "case"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_draft")),
        sa.UniqueConstraint(
            "staff_id", "case_id", "part",
            name=op.f("uq_kept_draft_staff_id_case_id_part"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_kept_draft_case_id"), "kept_draft", ["case_id"])
    op.create_index(
        op.f("ix_kept_draft_staff_id_saved_at_id"),
        "kept_draft",
        ["staff_id", "saved_at", "id"],
    )
    op.create_table(
        "case_look",
        _whole("staff_id"),
        _whole("case_id"),
        _moment("at"),
        _moment("wrote_at", nullable=True),
        _to("case_look", "staff_id", "staff"),
        _to("case_look", "case_id", "case"),
        sa.PrimaryKeyConstraint("staff_id", "case_id", name=op.f("pk_case_look")),
    )
    op.create_index(op.f("ix_case_look_case_id"), "case_look", ["case_id"])


def _templates() -> None:
    op.create_table(
        "answer_template",
        _whole("id"),
        _whole("office_id", nullable=True),
        _whole("section_id", nullable=True),
        _word("kind", nullable=True),
        _word("language"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _whole("position"),
        _whole("used"),
        _whole("version"),
        _moment("archived_at", nullable=True),
        _whole("staff_id"),
        _moment("changed_at"),
        _to("answer_template", "office_id", "office"),
        _to("answer_template", "section_id", "section"),
        _to("answer_template", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_template")),
    )
    for columns in (["archived_at", "position", "id"], ["office_id"], ["section_id"]):
        name = f"ix_answer_template_{'_'.join(columns)}"
        op.create_index(op.f(name), "answer_template", columns)


def _submitted() -> None:
    op.create_table(
        "submitted_answer",
        _whole("id"),
        _whole("case_id"),
        _whole("office_id"),
        _whole("staff_id"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("also", sa.JSON(none_as_null=True), nullable=False),
        _word("disposition", nullable=True),
        _moment("submitted_at"),
        _word("verdict", nullable=True),
        sa.Column("approved_text", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        _whole("decided_by", nullable=True),
        _moment("decided_at", nullable=True),
        _to("submitted_answer", "case_id", "case"),
        _to("submitted_answer", "office_id", "office"),
        _to("submitted_answer", "staff_id", "staff"),
        _to("submitted_answer", "decided_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submitted_answer")),
    )
    waiting = sa.text("verdict IS NULL")
    op.create_index(
        "uq_submitted_answer_waiting", "submitted_answer", ["case_id"],
        unique=True, sqlite_where=waiting, postgresql_where=waiting,
    )  # fmt: skip
    op.create_index(
        "ix_submitted_answer_office", "submitted_answer", ["office_id", "id"],
        sqlite_where=waiting, postgresql_where=waiting,
    )  # fmt: skip
    op.create_index(
        op.f("ix_submitted_answer_case_id_id"), "submitted_answer", ["case_id", "id"]
    )
    op.create_index(
        op.f("ix_submitted_answer_staff_id_id"), "submitted_answer", ["staff_id", "id"]
    )


def downgrade() -> None:
    """Go back."""
    for table in ("submitted_answer", "answer_template", "case_look", "kept_draft"):
        op.drop_table(table)
    op.drop_column("office", "countersigns")
    op.drop_column("note", "edited_at")
