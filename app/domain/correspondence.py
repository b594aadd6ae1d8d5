"""More words of the house: those of mailboxes, and of letters that answer others.

As in `vocabulary`, the values are what is stored and shown.
"""

from enum import StrEnum


class SuggestionGround(StrEnum):
    """Why a letter may belong to an older opinion; too weak to join it unasked."""

    NUMBER = "number"
    """It names the receipt number, and somebody else wrote it."""

    SUBJECT = "subject"
    """The same writer, and the subject of an opinion of theirs."""


class MailboxSecurity(StrEnum):
    """How the way to a mailbox is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
    """Not at all: within one machine only."""


class MailboxSignIn(StrEnum):
    """How we show that a mailbox is ours to read."""

    PASSWORD = "password"  # noqa: S105 - a way to sign in, no password
    OAUTH = "oauth"
    """With an access token (XOAUTH2)."""
