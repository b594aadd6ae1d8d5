"""Letters: mailboxes, wordings, bounces, and whose words a text is made of."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "mailbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column(
            "port", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("security", sa.String(length=32), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("sign_in", sa.String(length=32), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column(
            "uid_validity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "last_uid",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("name", name=op.f("uq_mailbox_name")),
    )
    op.create_table(
        "unreachable_address",
        sa.Column("email_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email_digest", name=op.f("pk_unreachable_address")),
    )
    op.create_table(
        "letter_wording",
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "staff_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_letter_wording_staff_id")
        ),
        sa.PrimaryKeyConstraint("purpose", "language", name=op.f("pk_letter_wording")),
    )
    op.create_table(
        "suggestion",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "case_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "opinion_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("ground", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_suggestion_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["opinion.id"], name=op.f("fk_suggestion_opinion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint(
            "case_id", "opinion_id", name=op.f("uq_suggestion_case_id_opinion_id")
        ),
    )
    op.add_column("addition", sa.Column("marks", sa.JSON(), nullable=True))
    op.add_column("arrival", sa.Column("authentication", sa.JSON(), nullable=True))
    op.add_column(
        "contact",
        sa.Column("claimed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("opinion", sa.Column("marks", sa.JSON(), nullable=True))
    op.add_column(
        "opinion", sa.Column("disowned_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "outbox_message",
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    """Go back."""
    # Not batch_alter_table, which would make the tables anew without their indexes.
    for table, columns in _ADDED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table in ("suggestion", "letter_wording", "unreachable_address", "mailbox"):
        op.drop_table(table)


_ADDED = {
    "outbox_message": ("bounced_at",),
    "opinion": ("disowned_at", "marks"),
    "contact": ("claimed",),
    "arrival": ("authentication",),
    "addition": ("marks",),
}
