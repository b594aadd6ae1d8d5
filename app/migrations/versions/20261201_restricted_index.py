"""The list of reports of wrongdoing is found by the office that deals with them.

Nobody sees those of another office, so a list of all of them had to pass over those.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_NAME = "ix_case_restricted"


def upgrade() -> None:
    """Go forward."""
    _create("office_id", "status", "due_at", "id")


def downgrade() -> None:
    """Go back."""
    _create("status", "due_at", "id")


def _create(*columns: str) -> None:
    op.drop_index(_NAME, "case")
    op.create_index(
        _NAME, "case", [*columns],
        sqlite_where=sa.text("restricted = 1"),
        postgresql_where=sa.text("restricted"),
    )  # fmt: skip
