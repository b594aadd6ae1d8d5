"""Imports: files of earlier opinions, what became of each piece; switches; invitations.

Nothing was imported in the browser before, and nothing is turned off. Where earlier
invitations went was never kept: they were handed over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(
        name,
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        autoincrement=False,
        nullable=nullable,
    )


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=32), nullable=nullable)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def upgrade() -> None:
    """Go forward."""
    op.add_column("invitation", _bytes("sealed_email", nullable=True))
    op.create_table(
        "feature_switch",
        _word("feature"),
        _moment("turned_off_at"),
        _whole("staff_id"),
        _to("feature_switch", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("feature", name=op.f("pk_feature_switch")),
    )
    _files()
    _pieces()


def _files() -> None:
    op.create_table(
        "import_file",
        _whole("id"),
        _whole("staff_id"),
        _bytes("sealed_name"),
        _whole("size"),
        _word("state"),
        _word("trouble", nullable=True),
        _word("kind", nullable=True),
        _whole("notice_id", nullable=True),
        _word("channel", nullable=True),
        _whole("heading", nullable=True),
        sa.Column("columns", sa.JSON(none_as_null=True), nullable=True),
        _whole("revision"),
        _whole("pieces"),
        _whole("stored"),
        _whole("known"),
        _whole("refused"),
        _moment("begun_at"),
        _moment("done_at", nullable=True),
        _to("import_file", "staff_id", "staff"),
        _to("import_file", "notice_id", "notice"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
    )
    _partly(
        "ix_import_file_working",
        "import_file",
        ["id"],
        "state IN ('reading', 'running')",
    )
    op.create_table(
        "import_part",
        _whole("import_id"),
        _whole("number"),
        _bytes("sealed"),
        _to("import_part", "import_id", "import_file"),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_part")),
    )


def _pieces() -> None:
    op.create_table(
        "import_piece",
        _whole("id"),
        _whole("import_id"),
        _whole("number"),
        _bytes("sealed", nullable=True),
        _bytes("digest"),
        _moment("received_at", nullable=True),
        _word("fate", nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("at_column", sa.Text(), nullable=True),
        _whole("opinion_id", nullable=True),
        _whole("arrival_id", nullable=True),
        _to("import_piece", "import_id", "import_file"),
        _to("import_piece", "opinion_id", "opinion"),
        _to("import_piece", "arrival_id", "arrival"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_piece")),
        sa.UniqueConstraint(
            "import_id", "number", name=op.f("uq_import_piece_import_id_number")
        ),
    )
    op.create_index(
        "ix_import_piece_refused", "import_piece", ["import_id", "fate", "number"]
    )
    _partly(
        "ix_import_piece_waiting",
        "import_piece",
        ["import_id", "number"],
        "fate IS NULL",
    )
    _partly("ix_import_piece_stored", "import_piece", ["digest"], "fate = 'stored'")


def _partly(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("import_piece")
    op.drop_table("import_part")
    op.drop_table("import_file")
    op.drop_table("feature_switch")
    op.drop_column("invitation", "sealed_email")
