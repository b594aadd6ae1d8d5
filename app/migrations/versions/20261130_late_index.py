"""The index of cases that nobody has had in time no longer begins with where they stand.

All in it stand at the same place. Beginning with that, it passed with SQLite for a way
to all new cases, which it has in another order than their list.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_NAME = "ix_case_acceptance_due_at"


def upgrade() -> None:
    """Go forward."""
    _anew("acceptance_due_at", "id")


def downgrade() -> None:
    """Go back."""
    _anew("status", "acceptance_due_at", "id")


def _anew(*columns: str) -> None:
    some = sa.text("status = 'registered'")
    op.drop_index(_NAME, "case")
    op.create_index(
        _NAME, "case", list(columns), sqlite_where=some, postgresql_where=some
    )
