"""Strands: an opinion on two items has two cases.

What was stored before is of one matter, and nothing of it was restricted. Whoever came
back from here once, when that was not refused, may have several cases of an opinion.
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "case", sa.Column("ordinal", _NUMBER, server_default="1", nullable=False)
    )
    op.add_column(
        "case",
        sa.Column(
            "restricted", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
    )
    op.add_column(
        "case", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(_number_cases())
    op.drop_index("ix_case_opinion_id", "case")
    op.create_index(
        "uq_case_opinion_id_ordinal", "case", ["opinion_id", "ordinal"], unique=True
    )
    _create_partial("ix_case_restricted", "case", ["office_id", "id"], "restricted")
    op.add_column("strand", sa.Column("places", sa.JSON(), nullable=True))
    op.add_column("strand", sa.Column("kind", sa.String(length=32), nullable=True))
    op.add_column("strand", sa.Column("kind_terms", sa.JSON(), nullable=True))
    op.add_column(
        "office",
        sa.Column(
            "receives_reports", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
    )
    _create_partial(
        "uq_office_receives_reports",
        "office",
        ["receives_reports"],
        "receives_reports",
        unique=True,
    )


def downgrade() -> None:
    """Go back, unless everybody would see reports of wrongdoing by that.

    Raises:
        CommandError: Cases are restricted, split or merged.
    """
    _refuse_what_would_show()
    op.drop_index("uq_office_receives_reports", "office")
    op.drop_column("office", "receives_reports")
    op.drop_column("strand", "kind_terms")
    op.drop_column("strand", "kind")
    op.drop_column("strand", "places")
    op.drop_index("ix_case_restricted", "case")
    op.drop_index("uq_case_opinion_id_ordinal", "case")
    op.create_index("ix_case_opinion_id", "case", ["opinion_id"])
    op.drop_column("case", "merged_at")
    op.drop_column("case", "restricted")
    op.drop_column("case", "ordinal")


def _create_partial(
    name: str, table: str, columns: list[str], flag: str, *, unique: bool = False
) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(flag),
        postgresql_where=sa.text(flag),
    )


def _number_cases() -> sa.Update:
    """Number the cases of each opinion in the order of their keys."""
    case = sa.table("case", *map(sa.column, ("id", "opinion_id", "ordinal")))
    other = case.alias("other")
    before = (
        sa.select(sa.func.count())
        .where(other.c.opinion_id == case.c.opinion_id, other.c.id < case.c.id)
        .scalar_subquery()
    )
    return sa.update(case).where(before > 0).values(ordinal=before + 1)


def _refuse_what_would_show() -> None:
    case = sa.table("case", *map(sa.column, ("ordinal", "restricted", "merged_at")))
    touched = op.get_bind().scalar(
        sa.select(sa.func.count())
        .select_from(case)
        .where(
            sa.or_(
                case.c.restricted.is_(sa.true()),
                case.c.ordinal > 1,
                case.c.merged_at.is_not(None),
            )
        )
    )
    if touched:
        raise CommandError(
            f"cannot go back before 0006: {touched} cases are restricted, split or"
            " merged, and everybody would see what few may see now"
        )
