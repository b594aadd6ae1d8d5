"""Topics: the words and links that an office changed.

Nothing is stored of a topic that nobody changed: it is as it came with the package.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(
        name,
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        autoincrement=False,
        nullable=False,
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name, _, _ = target.partition(".")
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}_{name}")
    )


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "topic_table",
        _whole("id"),
        _whole("revision"),
        _whole("staff_id"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _to("topic_table", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_table")),
    )
    op.create_table(
        "topic_words",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("added", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("struck", sa.JSON(none_as_null=True), nullable=False),
        _whole("revision"),
        _whole("staff_id"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _to("topic_words", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_topic_words")),
    )
    op.create_table(
        "topic_link",
        sa.Column("topic", sa.Text(), nullable=False),
        _whole("section_id"),
        _whole("notice_id"),
        sa.Column("share", sa.Double(), nullable=False),
        _to("topic_link", "topic", "topic_words.topic"),
        _to("topic_link", "section_id", "section.id"),
        _to("topic_link", "notice_id", "notice.id"),
        sa.PrimaryKeyConstraint("topic", "section_id", name=op.f("pk_topic_link")),
    )
    op.create_index(op.f("ix_topic_link_notice_id"), "topic_link", ["notice_id"])
    op.create_index(op.f("ix_topic_link_section_id"), "topic_link", ["section_id"])


def downgrade() -> None:
    """Go back."""
    for table in ("topic_link", "topic_words", "topic_table"):
        op.drop_table(table)
