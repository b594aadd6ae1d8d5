"""Advice: an outside model has one vote on each strand, and its votes are counted.

Both indexes hold such votes alone, so they are empty where nobody asks.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OF_THE_ENDPOINT = sa.text("method = 'endpoint'")


def upgrade() -> None:
    """Go forward."""
    op.create_index(
        "uq_classification_endpoint",
        "classification",
        ["strand_id"],
        unique=True,
        sqlite_where=_OF_THE_ENDPOINT,
        postgresql_where=_OF_THE_ENDPOINT,
    )
    op.create_index(
        "ix_classification_endpoint_made_at",
        "classification",
        ["made_at"],
        sqlite_where=_OF_THE_ENDPOINT,
        postgresql_where=_OF_THE_ENDPOINT,
    )


def downgrade() -> None:
    """Go back; the votes go too, for the code before knows of no such method."""
    op.drop_index("ix_classification_endpoint_made_at", "classification")
    op.drop_index("uq_classification_endpoint", "classification")
    op.execute("DELETE FROM classification WHERE method = 'endpoint'")
