"""Hot topics: what many opinions of the last weeks are about.

Nothing of it is lost by going back: the worker reckons it anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "hot_topic_survey",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("notice_id", _NUMBER, nullable=True),
        sa.Column("surveyed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opinions", _NUMBER, nullable=False),
        sa.Column("reaches_back_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("newest_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_hot_topic_survey_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hot_topic_survey")),
    )
    op.create_index(
        op.f("ix_hot_topic_survey_notice_id"), "hot_topic_survey", ["notice_id"]
    )
    op.create_table(
        "hot_topic",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("survey_id", _NUMBER, nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("periods", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["hot_topic_survey.id"],
            name=op.f("fk_hot_topic_survey_id_hot_topic_survey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hot_topic")),
    )
    op.create_index(op.f("ix_hot_topic_survey_id"), "hot_topic", ["survey_id"])
    op.create_table(
        "hot_topic_opinion",
        sa.Column("topic_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("opinion_id", _NUMBER, nullable=False),
        sa.Column("place", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["hot_topic.id"],
            name=op.f("fk_hot_topic_opinion_topic_id_hot_topic"),
        ),
        sa.ForeignKeyConstraint(
            ["opinion_id"],
            ["opinion.id"],
            name=op.f("fk_hot_topic_opinion_opinion_id_opinion"),
        ),
        sa.PrimaryKeyConstraint(
            "topic_id", "opinion_id", name=op.f("pk_hot_topic_opinion")
        ),
    )
    op.create_index(
        op.f("ix_hot_topic_opinion_opinion_id"), "hot_topic_opinion", ["opinion_id"]
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("hot_topic_opinion")
    op.drop_table("hot_topic")
    op.drop_table("hot_topic_survey")
