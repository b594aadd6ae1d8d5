"""Mailboxes: where letters are fetched from, and how far that has come."""

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.correspondence import MailboxSecurity, MailboxSignIn
from app.models.base import Base, Key


class Mailbox(Base):
    """A folder on an IMAP server (邮箱) whose letters are ours to read."""

    __tablename__ = "mailbox"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[Key]
    name: Mapped[str]
    """What staff call it."""

    host: Mapped[str]
    port: Mapped[int]
    security: Mapped[MailboxSecurity]
    user_name: Mapped[str]
    sign_in: Mapped[MailboxSignIn]

    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    """The password, or what an access token is asked for with, as JSON, sealed for
    ``mailbox``."""

    folder: Mapped[str]
    enabled: Mapped[bool]

    uid_validity: Mapped[int | None]
    """The folder's UIDVALIDITY when ``last_uid`` was noted (RFC 3501, 2.3.1.1)."""

    last_uid: Mapped[int]
    """The highest UID whose letter is kept; noted in the transaction that keeps it."""

    checked_at: Mapped[datetime | None]
    """When it was last looked through without trouble."""

    last_error: Mapped[str | None]
    """What is in the way now; None: nothing."""

    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
