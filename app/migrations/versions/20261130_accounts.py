"""Accounts: second factors, passkeys, invitations, and what is known of a session.

Accounts and sessions come through as they are: nobody is signed out. A session from
before has shown a password, nobody noted when, so its owner is asked for it again
before anything dangerous. When somebody was seen last is known from their sessions.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key() -> sa.Column[int]:
    return sa.Column("id", _NUMBER, autoincrement=False, nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _staff(name: str = "staff_id", *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, _NUMBER, nullable=nullable)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _word(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=32), nullable=nullable)


def _create(
    table: str,
    *parts: sa.schema.SchemaItem,
    key: str = "id",
    staff: str | None = "staff_id",
) -> None:
    """Create a table with its key, and with one of its columns leading to the staff."""
    rules: list[sa.schema.SchemaItem] = [
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}"))
    ]
    if staff is not None:
        rules.append(
            sa.ForeignKeyConstraint(
                [staff], ["staff.id"], name=op.f(f"fk_{table}_{staff}")
            )
        )
    op.create_table(table, *parts, *rules)


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _indexed(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _create_factors() -> None:
    _create(
        "code_device",
        _staff(), _bytes("sealed_key"), _at("confirmed_at", nullable=True),
        sa.Column("last_step", _NUMBER, nullable=False),
        key="staff_id",
    )  # fmt: skip
    _create(
        "recovery_code",
        _key(), _staff(), _bytes("code_digest"), _at("used_at", nullable=True),
        _once("recovery_code", "staff_id", "code_digest"),
    )  # fmt: skip
    _create(
        "passkey",
        _key(), _staff(), _bytes("credential_id"), _bytes("public_key"),
        sa.Column("sign_count", _NUMBER, nullable=False),
        _text("name"), _at("created_at"), _at("used_at", nullable=True),
        _once("passkey", "credential_id"),
    )  # fmt: skip
    _indexed("passkey", "staff_id")
    _create("factor_rule", _word("role"), _at("since"), key="role", staff=None)


def _create_ways_in() -> None:
    _create(
        "sign_in_attempt",
        _key(), _bytes("token_digest"), _word("purpose"), _staff(nullable=True),
        _bytes("sealed"), _at("created_at"),
        _once("sign_in_attempt", "token_digest"),
    )  # fmt: skip
    _indexed("sign_in_attempt", "created_at")
    _create(
        "known_browser",
        _key(), _staff(), _bytes("token_digest"), _at("created_at"),
        _once("known_browser", "token_digest"),
    )  # fmt: skip
    _indexed("known_browser", "staff_id")
    _create(
        "linked_identity",
        _key(), _staff(), _text("issuer"), _text("subject"), _at("linked_at"),
        _once("linked_identity", "issuer", "subject"),
        _once("linked_identity", "staff_id", "issuer"),
    )  # fmt: skip
    _create(
        "invitation",
        _key(), _bytes("token_digest"), _text("display_name"), _word("role"),
        sa.Column("office_id", _NUMBER, nullable=False), _staff("invited_by"),
        _at("invited_at"), _at("expires_at"),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_invitation_office_id")
        ),
        _once("invitation", "token_digest"),
        staff="invited_by",
    )  # fmt: skip
    _indexed("invitation", "expires_at")


def upgrade() -> None:
    """Go forward."""
    _create_factors()
    _create_ways_in()
    op.add_column("staff", _at("seen_at", nullable=True))
    op.add_column("staff", _word("note", nullable=True))
    op.add_column("staff_session", _at("confirmed_at", nullable=True))
    op.add_column(
        "staff_session",
        sa.Column(
            "proof", sa.String(length=32), server_default="password", nullable=False
        ),
    )
    op.add_column("staff_session", sa.Column("browser", sa.Text(), nullable=True))
    op.execute(
        "UPDATE staff SET seen_at = (SELECT max(staff_session.seen_at)"
        " FROM staff_session WHERE staff_session.staff_id = staff.id)"
    )


def downgrade() -> None:
    """Go back."""
    for column in ("browser", "proof", "confirmed_at"):
        op.drop_column("staff_session", column)
    for column in ("note", "seen_at"):
        op.drop_column("staff", column)
    for table in (
        "invitation", "linked_identity", "known_browser", "sign_in_attempt",
        "factor_rule", "passkey", "recovery_code", "code_device",
    ):  # fmt: skip
        op.drop_table(table)
