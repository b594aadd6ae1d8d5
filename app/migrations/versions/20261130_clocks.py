"""Clocks: calendar years, policies, pauses, extensions, and what is due on each case.

Cases from before keep the moment that they had; they name no policy, for there was none.
Those that wait for an answer are looked at by the worker from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_WORD = sa.String(length=32)

_MOMENTS = (
    "acceptance_due_at", "contact_due_at", "paused_at", "lapses_at", "overdue_at",
    "supervised_at", "clock_began_at",
)  # fmt: skip
_PARTIAL = {
    "ix_case_lapses_at": (["lapses_at"], "lapses_at IS NOT NULL"),
    "ix_case_provisional": (["id"], "provisional"),
    "ix_case_supervised_at": (["due_at", "id"], "supervised_at IS NOT NULL"),
}


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("case") as batch_op:
        for name in _MOMENTS:
            batch_op.add_column(sa.Column(name, _MOMENT, nullable=True))
        batch_op.add_column(sa.Column("policy", _NUMBER, nullable=True))
        batch_op.add_column(sa.Column("calendar", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "provisional", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
        batch_op.add_column(sa.Column("supervision", _WORD, nullable=True))
    for name, (columns, where) in _PARTIAL.items():
        _index(name, "case", columns, where)
    op.execute(
        sa.text(
            'UPDATE "case" SET lapses_at = due_at'
            " WHERE status IN ('registered', 'assigned') AND merged_at IS NULL"
        )
    )
    _calendar_and_policies()
    _pauses()
    _extensions()


def downgrade() -> None:
    """Go back; what is due stays as it is, why is forgotten.

    Letters that more time is needed go too, for the code before knows of none.
    """
    for table in ("outbox_message", "letter_wording"):
        op.execute(
            sa.delete(sa.table(table, sa.column("purpose"))).where(
                sa.column("purpose") == "extension"
            )
        )
    for table in ("clock_extension", "clock_pause", "policy_version", "calendar_entry"):
        op.drop_table(table)
    for name in _PARTIAL:
        op.drop_index(name, "case")
    with op.batch_alter_table("case") as batch_op:
        for name in (*_MOMENTS, "policy", "calendar", "provisional", "supervision"):
            batch_op.drop_column(name)


def _calendar_and_policies() -> None:
    op.create_table(
        "calendar_entry",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("year", _NUMBER, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.Column("staff_id", _NUMBER, nullable=False),
        sa.Column("entered_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_calendar_entry_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entry")),
        sa.UniqueConstraint("number", name=op.f("uq_calendar_entry_number")),
    )
    op.create_table(
        "policy_version",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("kind", _WORD, nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("staff_id", _NUMBER, nullable=False),
        sa.Column("set_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_policy_version_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("number", name=op.f("uq_policy_version_number")),
    )


def _pauses() -> None:
    op.create_table(
        "clock_pause",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("until_at", _MOMENT, nullable=False),
        sa.Column("unit", _WORD, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ended_by", _WORD, nullable=True),
        sa.Column("stood", _NUMBER, nullable=True),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("due_before", _MOMENT, nullable=True),
        sa.Column("due_after", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_clock_pause_case_id_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_pause")),
    )
    op.create_index(op.f("ix_clock_pause_case_id"), "clock_pause", ["case_id"])
    for name, column in (
        ("uq_clock_pause_case_id_open", "case_id"),
        ("ix_clock_pause_until_at_open", "until_at"),
    ):
        _index(name, "clock_pause", [column], "ended_at IS NULL")


def _extensions() -> None:
    op.create_table(
        "clock_extension",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("amount", _NUMBER, nullable=False),
        sa.Column("unit", _WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("asked_by", _NUMBER, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("decided_by", _NUMBER, nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("due_before", _MOMENT, nullable=True),
        sa.Column("due_after", _MOMENT, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"],
                name=op.f(f"fk_clock_extension_{column}_{table}"),
            )
            for column, table in (
                ("case_id", "case"), ("asked_by", "staff"), ("decided_by", "staff"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_extension")),
    )  # fmt: skip
    op.create_index(op.f("ix_clock_extension_case_id"), "clock_extension", ["case_id"])
    for name, column in (
        ("uq_clock_extension_case_id_asked", "case_id"),
        ("ix_clock_extension_asked", "id"),
    ):
        _index(name, "clock_extension", [column], "state = 'asked'")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    # SQLite goes by an index only where a query says its condition in the same words.
    on_sqlite = "provisional = 1" if where == "provisional" else where
    op.create_index(
        name, table, columns, unique=name.startswith("uq_"),
        sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(where),
    )  # fmt: skip
