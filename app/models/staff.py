"""Who works here: offices, members of the staff, and where they are signed in."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.accounts import AccountNote, Proof
from app.domain.vocabulary import Language, Role
from app.models.base import Base, Key


class Office(Base):
    """An office that answers (承办单位); one of them leads (督查室)."""

    __tablename__ = "office"
    __table_args__ = (
        UniqueConstraint("name"),
        Index(
            "uq_office_leads",
            "leads",
            unique=True,
            sqlite_where=text("leads"),
            postgresql_where=text("leads"),
        ),
        Index(
            "uq_office_receives_reports",
            "receives_reports",
            unique=True,
            sqlite_where=text("receives_reports"),
            postgresql_where=text("receives_reports"),
        ),
    )

    id: Mapped[Key]
    name: Mapped[str]

    leads: Mapped[bool]
    """Whether it is the supervision office, into whose queue new cases go."""

    receives_reports: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )
    """Whether reports of wrongdoing go to it; to the supervision office where to none
    of them."""

    countersigns: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether an answer of it leaves only with a second signature (审核签发)."""
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether cases can be given to it; what it did before stays its own."""

    created_at: Mapped[datetime]


class Staff(Base):
    """A member of the staff, with one role."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("user_name"),)

    id: Mapped[Key]
    user_name: Mapped[str]
    display_name: Mapped[str]
    role: Mapped[Role]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))

    password_hash: Mapped[str]
    """Argon2id, in PHC form."""

    must_change_password: Mapped[bool]
    """Whether the password was given out once and has to be replaced."""

    language: Mapped[Language]
    active: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[datetime]

    seen_at: Mapped[datetime | None]
    """When they last used a session, to some minutes; None: never, as far as known."""

    note: Mapped[AccountNote | None]
    """What they have to be told; None: nothing, or they have read it."""


class StaffSession(Base):
    """One browser in which a member of the staff is signed in."""

    __tablename__ = "staff_session"
    __table_args__ = (UniqueConstraint("token_digest"), Index(None, "staff_id"))

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    """Digest of the cookie; the cookie itself is nowhere kept."""

    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    confirmed_at: Mapped[datetime | None]
    """When they last showed who they are; None: before that was noted."""

    proof: Mapped[Proof] = mapped_column(
        default=Proof.PASSWORD, server_default=Proof.PASSWORD
    )
    browser: Mapped[str | None]
    """Such as "Firefox, Windows": the names alone; None: it says neither."""
