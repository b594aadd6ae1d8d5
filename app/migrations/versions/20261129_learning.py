"""Learning: what clerks confirmed, and the models that learned from it.

What was decided before is confirmed as well, so that it is learned from.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PLACES = 5
"""How many candidates a guess had at most."""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "confirmation",
        sa.Column(
            "case_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "opinion_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "notice_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "section_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("said", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "guessed_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("placed", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column(
            "place",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_confirmation_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["guessed_id"], ["section.id"], name=op.f("fk_confirmation_guessed_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_confirmation_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["opinion.id"], name=op.f("fk_confirmation_opinion_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_confirmation_section_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_confirmation")),
    )
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_confirmation_notice_id_decided_at_case_id"),
            ["notice_id", "decided_at", "case_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_confirmation_opinion_id"), ["opinion_id"], unique=False
        )
    op.create_table(
        "model_version",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "notice_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "examples",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("learned_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "staff_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_model_version_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_model_version_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_version")),
        sa.UniqueConstraint(
            "notice_id", "number", name=op.f("uq_model_version_notice_id_number")
        ),
    )
    with op.batch_alter_table("model_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_model_version_in_use",
            ["notice_id"],
            unique=True,
            sqlite_where=sa.text("state = 'in_use'"),
            postgresql_where=sa.text("state = 'in_use'"),
        )
    op.execute(_decided_before())


def downgrade() -> None:
    """Go back."""
    op.drop_table("model_version")
    op.drop_table("confirmation")


def _decided_before() -> sa.Insert:
    """Confirm each case in which somebody chose the section, or answered under it."""
    key = sa.BigInteger()
    case = sa.table(
        "case",
        *(sa.column(name, key) for name in ("id", "opinion_id", "notice_id")),
        *(sa.column(name) for name in ("section_id", "disposition")),
        *(sa.column(name, sa.DateTime()) for name in ("answered_at", "closed_at")),
    )
    opinion = sa.table("opinion", sa.column("id"), sa.column("disowned_at"))
    strand = sa.table("strand", *map(sa.column, ("id", "case_id", "opinion_id")))
    said = sa.table(
        "classification",
        *(sa.column(name, key) for name in ("id", "strand_id", "section_id")),
        sa.column("method"),
        sa.column("confidence"),
        sa.column("candidates", sa.JSON()),
        sa.column("made_at", sa.DateTime()),
    )
    guess = said.alias("guess")
    by_staff = (
        sa.select(sa.func.max(said.c.made_at))
        .where(said.c.strand_id == strand.c.id, said.c.method == "staff")
        .scalar_subquery()
    )
    first_guess = (
        sa.select(sa.func.min(said.c.id))
        .where(said.c.strand_id == strand.c.id, said.c.method == "model")
        .scalar_subquery()
    )
    candidates = [
        sa.cast(guess.c.candidates[index, "section_id"].as_string(), key)
        for index in range(_PLACES)
    ]
    place = sa.case(
        (
            case.c.section_id.is_(None),
            sa.case((guess.c.section_id.is_(None), 1), else_=0),
        ),
        *((one == case.c.section_id, at) for at, one in enumerate(candidates, start=1)),
        else_=0,
    )
    decided = (
        sa.select(
            case.c.id,
            case.c.opinion_id,
            case.c.notice_id,
            case.c.section_id,
            by_staff.is_not(None),
            sa.func.coalesce(by_staff, case.c.answered_at, case.c.closed_at),
            sa.func.coalesce(guess.c.section_id, candidates[0]),
            guess.c.section_id.is_not(None),
            guess.c.confidence,
            place,
        )
        .join(opinion, opinion.c.id == case.c.opinion_id)
        .join(
            strand,
            sa.and_(
                strand.c.case_id == case.c.id,
                strand.c.opinion_id == case.c.opinion_id,
            ),
        )
        .join(guess, guess.c.id == first_guess)
        .where(
            opinion.c.disowned_at.is_(None),
            sa.func.coalesce(case.c.disposition, "") != "withdrawn",
            sa.or_(
                by_staff.is_not(None),
                sa.and_(
                    case.c.section_id.is_not(None),
                    sa.func.coalesce(case.c.answered_at, case.c.closed_at).is_not(None),
                ),
            ),
        )
    )
    columns = (
        "case_id", "opinion_id", "notice_id", "section_id", "said", "decided_at",
        "guessed_id", "placed", "confidence", "place",
    )  # fmt: skip
    confirmation = sa.table("confirmation", *map(sa.column, columns))
    return sa.insert(confirmation).from_select(columns, decided)
