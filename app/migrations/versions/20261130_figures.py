"""Figures: what became of the cases of each week.

Nothing of it is lost by going back: the worker reckons it anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COUNTS = (
    "received", "in_time", "late", "waiting", "overdue", "closed", "adopted",
    "rated", "solved", "satisfied",
)


def upgrade() -> None:
    """Go forward."""
    op.create_index(op.f("ix_case_opened_at_id"), "case", ["opened_at", "id"])
    op.create_table(
        "week_figure",
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("notice_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("breakdown", sa.String(32), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        *(sa.Column(name, _NUMBER, nullable=False) for name in _COUNTS),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_week_figure_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint(
            "week_on", "notice_id", "breakdown", "part", name=op.f("pk_week_figure")
        ),
    )
    op.create_table(
        "figure_reckoning",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("event_id", _NUMBER, nullable=False),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_reckoning")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("figure_reckoning")
    op.drop_table("week_figure")
    op.drop_index(op.f("ix_case_opened_at_id"), "case")
