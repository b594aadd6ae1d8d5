"""Views: the queue finds by every filter, and knows what its people want of it.

What a case sounds like, and what the queue asks of the opinion that opened it, stands
on the case now: a filter goes by one index, however many cases there are. Old cases
get it from where it stood. The lists by office and by item follow the moment of
registration, so that a range of days is a stretch of the same index.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_BY_MOMENT = ("office_id", "section_id", "notice_id", "channel", "sounds")
_BEFORE = {
    "ix_case_restricted": ("restricted", "restricted"),
    "ix_case_unread": ("unread = 1", "unread"),
}
"""Indexes that were by office and key."""

_PARTIAL = {
    "ix_case_restricted": (["status", "due_at", "id"], "restricted = 1", "restricted"),
    "ix_case_unread": (["office_id", "opened_at", "id"], "unread = 1", "unread"),
    "ix_case_late": (["opened_at", "id"], "late = 1", "late"),
    "ix_case_has_files": (["opened_at", "id"], "has_files = 1", "has_files"),
    "ix_case_unread_opened_at": (["opened_at", "id"], "unread = 1", "unread"),
    "ix_case_snoozed_until": (
        ["snoozed_until", "id"], "snoozed_until IS NOT NULL", "snoozed_until IS NOT NULL",
    ),
}  # fmt: skip
_FILLED = """
UPDATE "case" SET
    channel = (SELECT o.channel FROM opinion o WHERE o.id = "case".opinion_id),
    late = (SELECT o.late FROM opinion o WHERE o.id = "case".opinion_id),
    has_files = EXISTS (
        SELECT 1 FROM attachment a WHERE a.opinion_id = "case".opinion_id
    ),
    sounds = COALESCE(kind, (
        SELECT s.kind FROM strand s
        WHERE s.case_id = "case".id AND s.opinion_id = "case".opinion_id
    ))
"""


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(
        name,
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        autoincrement=False,
        nullable=nullable,
    )


def _at(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(
    table: str, column: str, target: str, *, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name, _, _ = target.partition(".")
    named = op.f(f"fk_{table}_{column}_{name}")
    return sa.ForeignKeyConstraint([column], [target], name=named, ondelete=ondelete)


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("case") as case:
        for column in (
            sa.Column("sounds", sa.String(32)),
            sa.Column("channel", sa.String(32)),
            sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column(
                "has_files", sa.Boolean(), server_default=sa.false(), nullable=False
            ),
            _at("snoozed_until", nullable=True),
        ):
            case.add_column(column)
        case.drop_index("ix_case_office_id_id")
        case.drop_index("ix_case_section_id_id")
    op.execute(_FILLED)
    with op.batch_alter_table("case") as case:
        case.alter_column("channel", existing_type=sa.String(32), nullable=False)
        for name in _BY_MOMENT:
            case.create_index(
                f"ix_case_{name}_opened_at_id", [name, "opened_at", "id"]
            )
    for name in _BEFORE:
        op.drop_index(name, "case")
    for name, (columns, on_sqlite, on_postgresql) in _PARTIAL.items():
        op.create_index(
            name, "case", columns,
            sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(on_postgresql),
        )  # fmt: skip
    _create_choices()
    _create_batches()


def _create_choices() -> None:
    op.create_table(
        "saved_view",
        _whole("id"),
        _whole("staff_id"),
        _whole("office_id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(32), nullable=False),
        sa.Column("asked", sa.JSON(none_as_null=True), nullable=False),
        _at("made_at"),
        _to("saved_view", "staff_id", "staff.id"),
        _to("saved_view", "office_id", "office.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("staff_id", "name", name=op.f("uq_saved_view_staff_id_name")),
    )
    op.create_index(
        op.f("ix_saved_view_audience_office_id"), "saved_view", ["audience", "office_id"]
    )
    op.create_table(
        "desk_choice",
        _whole("staff_id"),
        sa.Column("columns", sa.JSON(none_as_null=True)),
        _whole("view_id", nullable=True),
        sa.Column("single_keys", sa.Boolean(), server_default=sa.true(), nullable=False),
        _to("desk_choice", "staff_id", "staff.id"),
        _to("desk_choice", "view_id", "saved_view.id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_desk_choice")),
    )
    op.create_table(
        "case_watch",
        _whole("staff_id"),
        _whole("case_id"),
        _whole("seen_key"),
        _to("case_watch", "staff_id", "staff.id"),
        _to("case_watch", "case_id", "case.id"),
        sa.PrimaryKeyConstraint("staff_id", "case_id", name=op.f("pk_case_watch")),
    )
    op.create_index(op.f("ix_case_watch_case_id"), "case_watch", ["case_id"])
    op.create_table(
        "mention",
        _whole("id"),
        _whole("staff_id"),
        _whole("case_id"),
        _whole("note_id"),
        _at("mentioned_at"),
        _at("seen_at", nullable=True),
        _to("mention", "staff_id", "staff.id"),
        _to("mention", "case_id", "case.id"),
        _to("mention", "note_id", "note.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint(
            "note_id", "staff_id", name=op.f("uq_mention_note_id_staff_id")
        ),
    )
    unseen = sa.text("seen_at IS NULL")
    op.create_index(
        "ix_mention_unseen", "mention", ["staff_id", "case_id"],
        sqlite_where=unseen, postgresql_where=unseen,
    )  # fmt: skip


def _create_batches() -> None:
    op.create_table(
        "batch",
        _whole("id"),
        _whole("staff_id"),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        _at("taken_at"),
        _at("undone_at", nullable=True),
        _to("batch", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("staff_id", "token", name=op.f("uq_batch_staff_id_token")),
    )
    op.create_table(
        "batch_case",
        _whole("batch_id"),
        _whole("case_id"),
        _whole("revision"),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=False),
        _at("undone_at", nullable=True),
        _to("batch_case", "batch_id", "batch.id"),
        _to("batch_case", "case_id", "case.id"),
        sa.PrimaryKeyConstraint("batch_id", "case_id", name=op.f("pk_batch_case")),
    )


def downgrade() -> None:
    """Go back; views and choices, watches and mentions go with their tables."""
    for table in (
        "batch_case", "batch", "mention", "case_watch", "desk_choice", "saved_view",
    ):  # fmt: skip
        op.drop_table(table)
    for name in _PARTIAL:
        op.drop_index(name, "case")
    with op.batch_alter_table("case") as case:
        for name in _BY_MOMENT:
            case.drop_index(f"ix_case_{name}_opened_at_id")
        for name in ("sounds", "channel", "late", "has_files", "snoozed_until"):
            case.drop_column(name)
        case.create_index("ix_case_office_id_id", ["office_id", "id"])
        case.create_index("ix_case_section_id_id", ["section_id", "id"])
    for name, (on_sqlite, on_postgresql) in _BEFORE.items():
        op.create_index(
            name, "case", ["office_id", "id"],
            sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(on_postgresql),
        )  # fmt: skip
