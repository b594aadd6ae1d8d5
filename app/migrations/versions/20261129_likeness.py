"""Likeness: which opinions say nearly the same, and which cases were joined for it.

The keys by which like opinions are found stand in the database, so that every process
finds by them what any process wrote; on SQLite their table is its own index.
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDING = sa.text("separated_at IS NULL")


def upgrade() -> None:
    """Go forward."""
    op.add_column("suggestion", sa.Column("contained", sa.Double(), nullable=True))
    op.create_index(op.f("ix_suggestion_opinion_id"), "suggestion", ["opinion_id"])
    _create_likeness()
    _create_joining()


def downgrade() -> None:
    """Go back, unless nobody could take apart any more what was joined.

    Raises:
        CommandError: Cases are joined.
    """
    joining = sa.table("joining", sa.column("from_case_id"), sa.column("separated_at"))
    joined = op.get_bind().scalar(
        sa.select(sa.func.count(sa.distinct(joining.c.from_case_id))).where(
            joining.c.separated_at.is_(None)
        )
    )
    if joined:
        raise CommandError(
            f"cannot go back before 0004: {joined} cases are joined to others, and"
            " nobody could take them apart any more; separate them first"
        )
    op.drop_table("joining_rule")
    op.drop_table("joining")
    op.drop_table("likeness")
    op.drop_table("likeness_key")
    op.drop_index(op.f("ix_suggestion_opinion_id"), table_name="suggestion")
    op.drop_column("suggestion", "contained")


def _create_likeness() -> None:
    op.create_table(
        "likeness_key",
        sa.Column("key", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("opinion_id", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["opinion.id"], name=op.f("fk_likeness_key_opinion_id")
        ),
        sa.PrimaryKeyConstraint("key", "opinion_id", name=op.f("pk_likeness_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "likeness",
        sa.Column("opinion_id", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("group_id", _WHOLE, nullable=False),
        sa.Column("alike", sa.Double(), nullable=True),
        sa.Column("contained", sa.Double(), nullable=True),
        sa.Column("own_signs", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["opinion.id"], name=op.f("fk_likeness_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["opinion.id"], name=op.f("fk_likeness_opinion_id")
        ),
        sa.PrimaryKeyConstraint("opinion_id", name=op.f("pk_likeness")),
    )
    op.create_index(
        op.f("ix_likeness_group_id_opinion_id"), "likeness", ["group_id", "opinion_id"]
    )


def _create_joining() -> None:
    op.create_table(
        "joining",
        sa.Column("id", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("act_id", _WHOLE, nullable=False),
        sa.Column("strand_id", _WHOLE, nullable=False),
        sa.Column("from_case_id", _WHOLE, nullable=False),
        sa.Column("into_case_id", _WHOLE, nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=True),
        sa.Column("contained", sa.Double(), nullable=True),
        sa.Column("staff_id", _WHOLE, nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("separated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_case_id"], ["case.id"], name=op.f("fk_joining_from_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["into_case_id"], ["case.id"], name=op.f("fk_joining_into_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_joining_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["strand_id"], ["strand.id"], name=op.f("fk_joining_strand_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining")),
    )
    op.create_index(op.f("ix_joining_act_id"), "joining", ["act_id"])
    op.create_index(
        op.f("ix_joining_into_case_id_id"), "joining", ["into_case_id", "id"]
    )
    op.create_index(op.f("ix_joining_from_case_id"), "joining", ["from_case_id"])
    op.create_index(op.f("ix_joining_strand_id"), "joining", ["strand_id"])
    op.create_index(
        "uq_joining_standing",
        "joining",
        ["from_case_id", "strand_id"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )
    op.create_table(
        "joining_rule",
        sa.Column("id", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_joining_rule_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining_rule")),
    )
