"""Administration: offices that are switched off, and a record that is searched.

All offices that there are stay in use. The record of a million events is read by who
did something, and by what was done, as quickly as by case.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "office",
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.create_index(
        "ix_audit_event_staff_id_id",
        "audit_event",
        ["staff_id", "id"],
        sqlite_where=sa.text("staff_id IS NOT NULL"),
        postgresql_where=sa.text("staff_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_audit_event_action_id"), "audit_event", ["action", "id"])


def downgrade() -> None:
    """Go back; offices that are switched off are in use again."""
    op.drop_index(op.f("ix_audit_event_action_id"), "audit_event")
    op.drop_index("ix_audit_event_staff_id_id", "audit_event")
    op.drop_column("office", "active")
