"""What citizens say of answers and take back, and items that they follow by mail.

Nothing that was stored before was rated, withdrawn by its citizen or erased. A letter
need not be about an opinion any more: some are about an item.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_WORD = sa.String(length=32)
_UNCONFIRMED = sa.text("confirmed_at IS NULL")

_PURPOSES = "('receipts', 'subscription', 'progress')"
_ACTIONS = (
    "('rated', 'review_asked', 'withdrawn', 'contact_corrected', 'erased',"
    " 'code_renewed')"
)


def upgrade() -> None:
    """Go forward."""
    _create_what_citizens_say()
    _create_what_they_follow()
    op.add_column("opinion", sa.Column("withdrawn_at", _MOMENT, nullable=True))
    op.add_column("opinion", sa.Column("erased_at", _MOMENT, nullable=True))
    _let_letters_be_about_no_opinion(nullable=True)


def downgrade() -> None:
    """Go back; letters and deeds go too of which the code before knows nothing."""
    op.execute(f"DELETE FROM outbox_message WHERE purpose IN {_PURPOSES}")  # noqa: S608 - words of ours
    op.execute(f"DELETE FROM letter_wording WHERE purpose IN {_PURPOSES}")  # noqa: S608 - words of ours
    op.execute(f"DELETE FROM audit_event WHERE action IN {_ACTIONS}")  # noqa: S608 - words of ours
    _let_letters_be_about_no_opinion(nullable=False)
    op.drop_column("opinion", "erased_at")
    op.drop_column("opinion", "withdrawn_at")
    for table in (
        "section_news", "subscription", "mail_grant", "mail_request",
        "review_request", "rating",
    ):  # fmt: skip
        op.drop_table(table)


def _create_what_citizens_say() -> None:
    op.create_table(
        "rating",
        _key(),
        _number("answer_id"),
        _number("opinion_id"),
        sa.Column("solved", _WORD, nullable=False),
        _number("score"),
        sa.Column("words", sa.Text(), nullable=False),
        _moment("rated_at"),
        *_on_an_answer("rating"),
    )
    op.create_index("ix_rating_opinion_id", "rating", ["opinion_id"])
    op.create_table(
        "review_request",
        _key(),
        _number("answer_id"),
        _number("opinion_id"),
        sa.Column("reason", sa.Text(), nullable=False),
        _moment("asked_at"),
        *_on_an_answer("review_request"),
    )
    op.create_index("ix_review_request_opinion_id", "review_request", ["opinion_id"])


def _create_what_they_follow() -> None:
    op.create_table(
        "mail_request",
        _key(),
        sa.Column("wish", _WORD, nullable=False),
        _sealed("sealed"),
        _number("section_id", nullable=True),
        sa.Column("language", _WORD, nullable=False),
        _moment("asked_at"),
        _of_section("mail_request"),
        sa.PrimaryKeyConstraint("id", name="pk_mail_request"),
    )
    op.create_table(
        "mail_grant",
        _sealed("email_digest"),
        sa.Column("wish", _WORD, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _number("number"),
        sa.PrimaryKeyConstraint("email_digest", "wish", "day", name="pk_mail_grant"),
    )
    op.create_index("ix_mail_grant_day", "mail_grant", ["day"])
    op.create_table(
        "subscription",
        _key(),
        _number("section_id"),
        _sealed("email_digest"),
        _sealed("sealed"),
        sa.Column("language", _WORD, nullable=False),
        _moment("asked_at"),
        sa.Column("confirmed_at", _MOMENT, nullable=True),
        _of_section("subscription"),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint(
            "section_id", "email_digest",
            name="uq_subscription_section_id_email_digest",
        ),
    )  # fmt: skip
    op.create_index("ix_subscription_email_digest", "subscription", ["email_digest"])
    op.create_index(
        "ix_subscription_unconfirmed",
        "subscription",
        ["asked_at"],
        sqlite_where=_UNCONFIRMED,
        postgresql_where=_UNCONFIRMED,
    )
    op.create_table(
        "section_news",
        _number("section_id"),
        _moment("due_at"),
        _number("told_upto"),
        _of_section("section_news"),
        sa.PrimaryKeyConstraint("section_id", name="pk_section_news"),
    )
    op.create_index("ix_section_news_due_at", "section_news", ["due_at"])


def _let_letters_be_about_no_opinion(*, nullable: bool) -> None:
    with op.batch_alter_table("outbox_message") as batch:
        for name in ("opinion_id", "case_id"):
            batch.alter_column(name, existing_type=_NUMBER, nullable=nullable)


def _key() -> sa.Column[int]:
    return sa.Column("id", _NUMBER, autoincrement=False, nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, _NUMBER, autoincrement=False, nullable=nullable)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, _MOMENT, nullable=False)


def _sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _of_section(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["section_id"], ["section.id"], name=f"fk_{table}_section_id"
    )


def _on_an_answer(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=f"fk_{table}_answer_id"
        ),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["opinion.id"], name=f"fk_{table}_opinion_id"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            "answer_id", "opinion_id", name=f"uq_{table}_answer_id_opinion_id"
        ),
    )
