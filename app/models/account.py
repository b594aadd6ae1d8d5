"""What an account is opened with beside its password, and how one comes to be."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.accounts import AttemptPurpose
from app.domain.vocabulary import Role
from app.models.base import Base, Key


class CodeDevice(Base):
    """The device of somebody that shows codes (RFC 6238)."""

    __tablename__ = "code_device"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)

    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed for ``code device``."""

    confirmed_at: Mapped[datetime | None]
    """When it first showed a right code; None: it does not count yet."""

    last_step: Mapped[int]
    """The step of the newest code that was taken: none from then or before is taken
    again."""


class RecoveryCode(Base):
    """A code on paper, for whoever has lost the device; each is good for once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("staff_id", "code_digest"),)

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    code_digest: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey (Web Authentication, Level 3)."""

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("credential_id"), Index(None, "staff_id"))

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)

    sign_count: Mapped[int]
    """How often it was used, by its own account; one that goes back is a copy."""

    name: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """A sign-in that is half done; a few minutes later it is worth nothing."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (UniqueConstraint("token_digest"), Index(None, "created_at"))

    id: Mapped[Key]

    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    """Digest of the cookie that binds it to one browser."""

    purpose: Mapped[AttemptPurpose]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Whose password was right, or who is signed in; None: nobody said."""

    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """What was asked and may be answered once, as JSON, sealed for ``attempt``: a
    passkey's challenge, what has to come back from the sign-in service, and the page
    to go on to."""

    created_at: Mapped[datetime]


class KnownBrowser(Base):
    """A browser in which somebody is not asked for the second factor for a while."""

    __tablename__ = "known_browser"
    __table_args__ = (UniqueConstraint("token_digest"), Index(None, "staff_id"))

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class FactorRule(Base):
    """A role whose people need a second factor."""

    __tablename__ = "factor_rule"

    role: Mapped[Role] = mapped_column(primary_key=True)

    since: Mapped[datetime]
    """Sessions from before go on without."""


class LinkedIdentity(Base):
    """Who somebody is to the office's own sign-in service (OpenID Connect)."""

    __tablename__ = "linked_identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("staff_id", "issuer"),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime]


class Invitation(Base):
    """A link by which somebody sets up an account of their own; gone once used."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("token_digest"), Index(None, "expires_at"))

    id: Mapped[Key]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    display_name: Mapped[str]

    sealed_email: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Where the link was sent, sealed for ``invitation``; None: it was handed over."""

    role: Mapped[Role]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    invited_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
