"""The form: contact details for one desk alone, and opinions that wait with a receipt.

Of an older opinion nobody said that one desk alone should see the contact details.
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "contact",
        sa.Column("desk_only", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "held_opinion",
        sa.Column("arrival_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("receipt_number", sa.Text(), nullable=False),
        sa.Column("query_digest", sa.LargeBinary(), nullable=False),
        sa.Column("notice_id", _KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arrival_id"], ["arrival.id"], name=op.f("fk_held_opinion_arrival_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_held_opinion_notice_id")
        ),
        sa.PrimaryKeyConstraint("arrival_id", name=op.f("pk_held_opinion")),
        sa.UniqueConstraint(
            "receipt_number", name=op.f("uq_held_opinion_receipt_number")
        ),
    )


def downgrade() -> None:
    """Go back, unless what one desk alone may see would be shown, or a receipt lost.

    Raises:
        CommandError: There are such contact details, or opinions with only a receipt.
    """
    _refuse_what_would_show()
    op.drop_table("held_opinion")
    # Not batch_alter_table, which would make the table anew without its indexes.
    op.drop_column("contact", "desk_only")


def _refuse_what_would_show() -> None:
    contact = sa.table("contact", sa.column("desk_only"))
    waiting = sa.table("held_opinion", sa.column("arrival_id"))
    count = sa.select(sa.func.count())
    bind = op.get_bind()
    kept = bind.scalar(
        count.select_from(contact).where(contact.c.desk_only.is_(sa.true()))
    )
    held = bind.scalar(count.select_from(waiting))
    if kept or held:
        raise CommandError(
            f"cannot go back before {revision}: {kept} contact details are for one"
            f" desk alone, and {held} opinions have a receipt in the holding pen"
        )
