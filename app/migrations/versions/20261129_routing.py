"""Routing: rules, co-offices, and why a case is where it is."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(
        name,
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        autoincrement=False,
        nullable=nullable,
    )


def _to(table: str, *names: str) -> list[sa.ForeignKeyConstraint]:
    """Return the foreign keys of ``table``: ``COLUMN:TARGET`` each."""
    keys = []
    for name in names:
        column, _, target = name.partition(":")
        named = op.f(f"fk_{table}_{column}")
        keys.append(sa.ForeignKeyConstraint([column], [f"{target}.id"], name=named))
    return keys


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "routing_table",
        _whole("id"),
        _whole("revision"),
        _whole("staff_id"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_to("routing_table", "staff_id:staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_table")),
    )
    op.create_table(
        "routing_rule",
        _whole("id"),
        _whole("position"),
        _whole("section_id", nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("places", sa.JSON(none_as_null=True), nullable=False),
        _whole("most_open", nullable=True),
        _whole("office_id"),
        sa.Column("co_office_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_to("routing_rule", "section_id:section", "office_id:office"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
    )
    op.create_table(
        "office_name",
        _whole("office_id"),
        sa.Column("name", sa.Text(), nullable=False),
        *_to("office_name", "office_id:office"),
        sa.PrimaryKeyConstraint("office_id", "name", name=op.f("pk_office_name")),
    )
    op.create_table(
        "case_office",
        _whole("case_id"),
        _whole("office_id"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        *_to("case_office", "case_id:case", "office_id:office"),
        sa.PrimaryKeyConstraint("case_id", "office_id", name=op.f("pk_case_office")),
    )
    op.create_index(
        op.f("ix_case_office_office_id_case_id"),
        "case_office",
        ["office_id", "case_id"],
    )
    op.create_table(
        "routed_case",
        _whole("id"),
        _whole("case_id"),
        _whole("rule_id"),
        _whole("position"),
        _whole("office_id"),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        *_to("routed_case", "case_id:case", "office_id:office"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routed_case")),
    )
    op.create_index(
        op.f("ix_routed_case_rule_id_routed_at"),
        "routed_case",
        ["rule_id", "routed_at"],
    )
    op.create_index(op.f("ix_routed_case_case_id"), "routed_case", ["case_id"])
    op.create_table(
        "complained_of",
        _whole("id"),
        _whole("case_id"),
        _whole("office_id"),
        _whole("staff_id", nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        *_to("complained_of", "case_id:case", "office_id:office", "staff_id:staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complained_of")),
    )
    op.create_index(op.f("ix_complained_of_case_id"), "complained_of", ["case_id"])


def downgrade() -> None:
    """Go back."""
    for table in (
        "complained_of",
        "routed_case",
        "case_office",
        "office_name",
        "routing_rule",
        "routing_table",
    ):
        op.drop_table(table)
