"""Publishing: answers and progress before the public, and other systems' keys.

Nobody who wrote before was asked whether question and answer may be published, so none
of them agreed. Going back takes down what was published, and forgets who agreed: a
later way up asks nobody's leave by mistake.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_ACTIONS = (
    "answer_published", "answer_unpublished", "consent_withdrawn", "progress_noted",
    "progress_taken_back", "api_client_added", "api_client_revoked",
)  # fmt: skip


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "opinion",
        sa.Column(
            "may_publish", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
    )
    _create_publication()
    _create_progress_note()
    op.create_table(
        "api_client",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_api_client_key_digest")),
        sa.UniqueConstraint("name", name=op.f("uq_api_client_name")),
    )
    _create_search(op.get_bind().dialect.name)


def downgrade() -> None:
    """Go back; what the code before cannot read of the record goes too."""
    op.execute("DROP TABLE publication_search")
    op.drop_table("api_client")
    op.drop_table("progress_note")
    op.drop_table("publication")
    op.drop_column("opinion", "may_publish")
    event = sa.table("audit_event", sa.column("action", sa.Text()))
    op.execute(sa.delete(event).where(event.c.action.in_(_ACTIONS)))


def _create_publication() -> None:
    op.create_table(
        "publication",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("notice_id", _NUMBER, nullable=False),
        sa.Column("section_id", _NUMBER, nullable=True),
        sa.Column("office_id", _NUMBER, nullable=False),
        sa.Column("staff_id", _NUMBER, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=False),
        sa.Column("published_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("unpublished_at", _MOMENT, nullable=True),
        sa.Column("revision", _NUMBER, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_publication_{table}_id_{table}"),
            )
            for table in ("case", "notice", "section", "office", "staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("case_id", name=op.f("uq_publication_case_id")),
        sa.UniqueConstraint("name", name=op.f("uq_publication_name")),
    )
    for first in ((), ("notice_id",), ("section_id",)):
        columns = [*first, "published_at", "id"]
        op.create_index(
            op.f(f"ix_publication_{'_'.join(columns)}"), "publication", columns
        )


def _create_progress_note() -> None:
    op.create_table(
        "progress_note",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("retry_key", sa.Text(), nullable=False),
        sa.Column("notice_id", _NUMBER, nullable=False),
        sa.Column("section_id", _NUMBER, nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("staff_id", _NUMBER, nullable=False),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("taken_back_at", _MOMENT, nullable=True),
        sa.Column("taken_back_by_id", _NUMBER, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_progress_note_{column}_{table}"),
            )
            for column, table in (
                ("notice_id", "notice"),
                ("section_id", "section"),
                ("staff_id", "staff"),
                ("taken_back_by_id", "staff"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_note")),
        sa.UniqueConstraint("retry_key", name=op.f("uq_progress_note_retry_key")),
    )
    for first in ("notice_id", "section_id"):
        op.create_index(
            op.f(f"ix_progress_note_{first}_id"), "progress_note", [first, "id"]
        )


def _create_search(dialect: str) -> None:
    """Create the search index, which is made anew for each wording."""
    if dialect == "sqlite":
        op.execute("CREATE VIRTUAL TABLE publication_search USING fts5(tokens)")
        return
    op.execute(
        "CREATE TABLE publication_search ("
        " rowid BIGINT PRIMARY KEY,"
        " tokens TSVECTOR NOT NULL)"
    )
    op.execute(
        "CREATE INDEX ix_publication_search ON publication_search USING gin (tokens)"
    )
