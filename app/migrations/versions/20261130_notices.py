"""Notices: how many opinions on an item have been dealt with is looked up, not counted.

The index holds only cases that were answered or closed, so that taking in an opinion
costs no more than before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_DEALT_WITH = sa.text("status IN ('answered', 'closed')")


def upgrade() -> None:
    """Go forward."""
    op.create_index(
        "ix_case_dealt_with",
        "case",
        ["section_id", "id"],
        sqlite_where=_DEALT_WITH,
        postgresql_where=_DEALT_WITH,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_case_dealt_with", "case")
